"""Templates: blueprints of events with what they may cost."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

SQL = Path(__file__).parents[1] / "sql"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "templates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=True),
        sa.Column("image", sa.String(), nullable=True),
        sa.Column("guests", sa.Integer(), nullable=True),
        sa.Column("blueprint", JSONB(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("estimate", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), server_default=sa.text("'published'"), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_templates")),
        sa.CheckConstraint(
            "status IN ('published', 'hidden', 'deleted')", name=op.f("ck_templates_status_known")
        ),
        sa.CheckConstraint("estimate >= 0", name=op.f("ck_templates_estimate_not_negative")),
        sa.CheckConstraint("guests > 0", name=op.f("ck_templates_guests_positive")),
    )
    op.create_index(
        "ix_templates_published",
        "templates",
        ["id"],
        postgresql_where=sa.text("status = 'published'"),
    )
    op.execute((SQL / "0012_templates.sql").read_text("utf-8"))


def downgrade() -> None:
    op.drop_table("templates")
