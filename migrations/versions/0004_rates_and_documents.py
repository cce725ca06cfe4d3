"""Commission and tax rates with dates; documents and their series."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SQL = Path(__file__).parents[1] / "sql"
KINDS = "'receipt', 'cancellation_note', 'tax_invoice', 'commission_invoice', 'credit_note', 'statement'"


def upgrade() -> None:
    _rates()
    _documents()
    op.get_bind().exec_driver_sql(
        (SQL / "0004_10_documents.sql").read_text("utf-8").replace("%", "%%")
    )


def _rates() -> None:
    op.create_table(
        "commission_rates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=True),
        sa.Column("category", sa.String(), nullable=True),
        sa.Column("basis_points", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "basis_points BETWEEN 0 AND 10000", name=op.f("ck_commission_rates_basis_points_range")
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["providers.id"], name=op.f("fk_commission_rates_provider_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_commission_rates_created_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commission_rates")),
    )
    op.create_index(
        "ix_commission_rates_scope", "commission_rates", ["provider_id", "category", "valid_from"]
    )
    op.create_table(
        "tax_rates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("base", sa.String(), nullable=False),
        sa.Column("basis_points", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "basis_points BETWEEN 0 AND 10000", name=op.f("ck_tax_rates_basis_points_range")
        ),
        sa.CheckConstraint(
            "base IN ('price', 'value', 'commission')", name=op.f("ck_tax_rates_base_known")
        ),
        sa.CheckConstraint("valid_to > valid_from", name=op.f("ck_tax_rates_ends_after_start")),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_tax_rates_created_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tax_rates")),
    )
    op.create_index("ix_tax_rates_name_valid_from", "tax_rates", ["name", "valid_from"])


def _documents() -> None:
    op.create_table(
        "document_series",
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("year", sa.String(), nullable=False),
        sa.Column("last_number", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "last_number >= 0", name=op.f("ck_document_series_last_number_not_negative")
        ),
        sa.PrimaryKeyConstraint("issuer", "kind", "year", name=op.f("pk_document_series")),
    )
    op.create_table(
        "documents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("year", sa.String(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=True),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False, comment="minor units"),
        sa.Column(
            "tax",
            sa.BigInteger(),
            nullable=False,
            comment="minor units, contained in the total",
        ),
        sa.Column(
            "content",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="what it says",
        ),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_documents_kind_known")),
        sa.CheckConstraint("length(number) <= 16", name=op.f("ck_documents_number_short")),
        sa.CheckConstraint("tax BETWEEN 0 AND total", name=op.f("ck_documents_tax_within_total")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint("issuer", "number", name=op.f("uq_documents_issuer_number")),
        sa.UniqueConstraint(
            "issuer",
            "kind",
            "year",
            "sequence",
            name=op.f("uq_documents_issuer_kind_year_sequence"),
        ),
        sa.UniqueConstraint(
            "subject", "kind", "cause", name=op.f("uq_documents_subject_kind_cause")
        ),
    )
    op.create_index("ix_documents_number", "documents", ["number"])
    op.create_index("ix_documents_kind_id", "documents", ["kind", "id"])


def downgrade() -> None:
    """The documents that were issued are lost: they exist nowhere else."""
    for table in ("documents", "document_series", "tax_rates", "commission_rates"):
        op.drop_table(table)
    op.execute("DROP FUNCTION document_series_count_up()")
