"""Bank accounts of providers and payouts."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SQL = Path(__file__).parents[1] / "sql"
TABLES = (
    "payout_transitions",
    "bank_account_transitions",
    "payout_holds",
    "payout_approvals",
    "payout_attempts",
    "payouts",
    "bank_accounts",
)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("payments", sa.Column("provider_id", sa.Uuid(), nullable=True))
    op.create_index(
        "ix_payments_provider_id",
        "payments",
        ["provider_id", "subject"],
        postgresql_where=sa.text("provider_id IS NOT NULL"),
    )
    _bank_accounts()
    _payouts()
    _attempts()
    _marks()
    _history("bank_account", "bank_accounts")
    _history("payout", "payouts")
    op.execute((SQL / "0003_payouts.sql").read_text("utf-8"))


def downgrade() -> None:
    """Every bank account and payout is lost; the journal keeps what was paid."""
    for table in TABLES:
        op.drop_table(table)
    op.drop_index("ix_payments_provider_id", "payments")
    op.drop_column("payments", "provider_id")


def _bank_accounts() -> None:
    op.create_table(
        "bank_accounts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("holder", sa.LargeBinary(), nullable=False),
        sa.Column("account_number", sa.LargeBinary(), nullable=False),
        sa.Column("routing", sa.LargeBinary(), nullable=False),
        sa.Column("registered_name", sa.LargeBinary(), nullable=True),
        sa.Column("last_four", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("gateway", sa.String(), nullable=True),
        sa.Column("gateway_account_id", sa.String(), nullable=True),
        sa.Column("check_id", sa.String(), nullable=True),
        sa.Column("check_attempt", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("name_match", sa.String(), server_default=sa.text("'unknown'"), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("usable_from", MOMENT, nullable=True),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("state_since", MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_accounts")),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["providers.id"], name=op.f("fk_bank_accounts_provider_id")
        ),
        sa.ForeignKeyConstraint(["added_by"], ["users.id"], name=op.f("fk_bank_accounts_added_by")),
        sa.CheckConstraint("char_length(last_four) <= 4", name=op.f("ck_bank_accounts_four_shown")),
        sa.CheckConstraint(
            "state <> 'verified' OR usable_from IS NOT NULL",
            name=op.f("ck_bank_accounts_verified_has_time"),
        ),
    )
    for state in ("verified", "pending"):
        op.create_index(
            f"uq_bank_accounts_{state}",
            "bank_accounts",
            ["provider_id"],
            unique=True,
            postgresql_where=sa.text(f"state = '{state}'"),
        )
    op.create_index("ix_bank_accounts_provider_id", "bank_accounts", ["provider_id", "id"])
    op.create_index("ix_bank_accounts_check", "bank_accounts", ["gateway", "check_id"])


def _payouts() -> None:
    op.create_table(
        "payouts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("withheld", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("line", sa.String(), nullable=True),
        sa.Column("instalment", sa.String(), nullable=True),
        sa.Column("milestone", sa.String(), nullable=True),
        sa.Column("gross", sa.BigInteger(), nullable=True),
        sa.Column("commission", sa.BigInteger(), nullable=True),
        sa.Column("taxes", JSONB(), nullable=True),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("requested_by", sa.Uuid(), nullable=True),
        sa.Column("approved_at", MOMENT, nullable=True),
        sa.Column("held_from", sa.String(), nullable=True),
        sa.Column("attempt", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("failure", sa.String(), nullable=True),
        sa.Column("bank_reference", sa.String(), nullable=True),
        sa.Column("paid_at", MOMENT, nullable=True),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("state_since", MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payouts")),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["providers.id"], name=op.f("fk_payouts_provider_id")
        ),
        sa.ForeignKeyConstraint(
            ["requested_by"], ["users.id"], name=op.f("fk_payouts_requested_by")
        ),
        sa.UniqueConstraint(
            "subject",
            "line",
            "instalment",
            "milestone",
            name=op.f("uq_payouts_subject_line_instalment_milestone"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payouts_positive")),
        sa.CheckConstraint("withheld >= 0", name=op.f("ck_payouts_withheld_positive")),
        sa.CheckConstraint(
            "milestone IN ('reservation', 'completion')", name=op.f("ck_payouts_milestone_known")
        ),
        sa.CheckConstraint(
            "(milestone IS NULL) = (subject IS NULL) AND (milestone IS NULL) = (line IS NULL)"
            " AND (milestone IS NULL) = (instalment IS NULL) AND (milestone IS NULL) = (gross IS NULL)",
            name=op.f("ck_payouts_milestone_is_of_a_line"),
        ),
        sa.CheckConstraint(
            "held_from IN ('locked', 'eligible')", name=op.f("ck_payouts_held_from_known")
        ),
    )
    op.create_index("ix_payouts_provider_id", "payouts", ["provider_id", "id"])
    op.create_index("ix_payouts_state", "payouts", ["state", "id"])


def _attempts() -> None:
    op.create_table(
        "payout_attempts",
        sa.Column("payout_id", sa.Uuid(), nullable=False),
        sa.Column("attempt", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("gateway", sa.String(), nullable=False),
        sa.Column("bank_account_id", sa.Uuid(), nullable=False),
        sa.Column("gateway_payout_id", sa.String(), nullable=True),
        sa.Column("fee", sa.BigInteger(), nullable=True),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("payout_id", "attempt", name=op.f("pk_payout_attempts")),
        sa.ForeignKeyConstraint(
            ["payout_id"], ["payouts.id"], name=op.f("fk_payout_attempts_payout_id")
        ),
        sa.ForeignKeyConstraint(
            ["bank_account_id"],
            ["bank_accounts.id"],
            name=op.f("fk_payout_attempts_bank_account_id"),
        ),
        sa.UniqueConstraint("key", name=op.f("uq_payout_attempts_key")),
        sa.UniqueConstraint(
            "gateway",
            "gateway_payout_id",
            name=op.f("uq_payout_attempts_gateway_gateway_payout_id"),
        ),
    )


def _marks() -> None:
    op.create_table(
        "payout_approvals",
        sa.Column("payout_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("payout_id", "user_id", name=op.f("pk_payout_approvals")),
        sa.ForeignKeyConstraint(
            ["payout_id"], ["payouts.id"], name=op.f("fk_payout_approvals_payout_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_payout_approvals_user_id")
        ),
    )
    op.create_table(
        "payout_holds",
        sa.Column("payout_id", sa.Uuid(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("payout_id", "ref", name=op.f("pk_payout_holds")),
        sa.ForeignKeyConstraint(
            ["payout_id"], ["payouts.id"], name=op.f("fk_payout_holds_payout_id")
        ),
    )
    op.create_index("ix_payout_holds_ref", "payout_holds", ["ref"])


def _history(machine: str, table: str) -> None:
    name = f"{machine}_transitions"
    op.create_table(
        name,
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("transition", sa.Text(), nullable=False),
        sa.Column("from_state", sa.Text(), nullable=True),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("subject_id", "seq", name=op.f(f"pk_{name}")),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            [f"{table}.id"],
            ondelete="CASCADE",
            name=op.f(f"fk_{name}_subject_id"),
        ),
    )
