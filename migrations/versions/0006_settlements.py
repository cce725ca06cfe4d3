"""The sandbox's refunds, accounts, payouts and disputes; the gateways' statements and their differences."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SQL = Path(__file__).parents[1] / "sql"
MOMENT = sa.DateTime(timezone=True)
TABLES = (
    "settlement_differences",
    "settlement_lines",
    "settlement_days",
    "sandbox_dispute_transitions",
    "sandbox_disputes",
    "sandbox_payout_transitions",
    "sandbox_payouts",
    "sandbox_check_transitions",
    "sandbox_checks",
    "sandbox_accounts",
    "sandbox_refund_transitions",
    "sandbox_refunds",
)
ONE_WAY = "(kind = 'capture' AND amount > 0) OR (kind = 'refund' AND amount < 0)"
BOTH_WAYS = (
    "(kind IN ('capture', 'refund_failed', 'payout_reversed', 'dispute_won') AND amount > 0)"
    " OR (kind IN ('refund', 'payout', 'dispute') AND amount < 0)"
)
# Refunds that were made before they had a table of their own.
EARLIER_REFUNDS = """
    INSERT INTO sandbox_refunds (id, process, state, state_since, version, refund_id, key, order_id,
                                 amount, currency, created_at)
    SELECT gen_random_uuid(), 'sandbox_refund', 'processed', at, 2, movement_id,
           substring(key FROM length('refund:') + 1), order_id, -amount, currency, at
    FROM sandbox_movements WHERE kind = 'refund'
"""
THEIR_HISTORY = """
    INSERT INTO sandbox_refund_transitions (subject_id, seq, transition, from_state, to_state,
                                            actor_kind, at)
    SELECT id, seq, transition, from_state, to_state, 'gateway', created_at
    FROM sandbox_refunds, (VALUES (1, 'ask', NULL, 'pending'),
                                  (2, 'process', 'pending', 'processed'))
                          AS steps (seq, transition, from_state, to_state)
"""


def upgrade() -> None:
    _open_the_statement()
    _sandbox_refunds()
    _sandbox_accounts()
    _sandbox_payouts()
    _sandbox_disputes()
    op.execute(EARLIER_REFUNDS)
    op.execute(THEIR_HISTORY)
    op.create_index("ix_payments_gateway_payment_id", "payments", ["gateway", "gateway_payment_id"])
    _statements()
    _differences()
    op.execute((SQL / "0006_10_settlements.sql").read_text("utf-8"))


def downgrade() -> None:
    """What the sandbox did beyond captures and refunds is lost, and every statement and difference."""
    for table in TABLES:
        op.drop_table(table)
    op.drop_index("ix_payments_gateway_payment_id", "payments")
    op.execute("ALTER TABLE sandbox_movements DISABLE TRIGGER sandbox_movements_append_only")
    op.execute("DELETE FROM sandbox_movements WHERE kind NOT IN ('capture', 'refund')")
    op.execute("DELETE FROM sandbox_deliveries WHERE order_id IS NULL")
    op.drop_constraint(
        op.f("ck_sandbox_movements_sign_by_kind"), "sandbox_movements", type_="check"
    )
    op.create_check_constraint(
        op.f("ck_sandbox_movements_sign_by_kind"), "sandbox_movements", ONE_WAY
    )
    op.execute("ALTER TABLE sandbox_movements ENABLE TRIGGER sandbox_movements_append_only")
    op.drop_index("ix_sandbox_movements_at", "sandbox_movements")
    op.drop_column("sandbox_movements", "fee")
    op.drop_column("sandbox_movements", "object_id")
    op.alter_column("sandbox_movements", "order_id", nullable=False)
    op.alter_column("sandbox_deliveries", "order_id", nullable=False)
    op.drop_column("sandbox_orders", "instrument")


def _open_the_statement() -> None:
    op.add_column("sandbox_orders", sa.Column("instrument", sa.String(), nullable=True))
    op.add_column(
        "sandbox_movements",
        sa.Column("fee", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
    )
    op.add_column("sandbox_movements", sa.Column("object_id", sa.String(), nullable=True))
    op.execute("ALTER TABLE sandbox_movements DISABLE TRIGGER sandbox_movements_append_only")
    op.execute("UPDATE sandbox_movements SET object_id = movement_id")
    op.execute("ALTER TABLE sandbox_movements ENABLE TRIGGER sandbox_movements_append_only")
    op.alter_column("sandbox_movements", "object_id", nullable=False)
    op.alter_column("sandbox_movements", "order_id", nullable=True)
    op.alter_column("sandbox_deliveries", "order_id", nullable=True)
    op.drop_constraint(
        op.f("ck_sandbox_movements_sign_by_kind"), "sandbox_movements", type_="check"
    )
    op.create_check_constraint(
        op.f("ck_sandbox_movements_sign_by_kind"), "sandbox_movements", BOTH_WAYS
    )
    op.create_index("ix_sandbox_movements_at", "sandbox_movements", ["at"])


def _subject(table: str, *columns: sa.schema.SchemaItem) -> None:
    """A table whose rows have a state, and their history."""
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("state_since", MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        *columns,
    )
    history = f"{table.removesuffix('s')}_transitions"
    op.create_table(
        history,
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
        sa.PrimaryKeyConstraint("subject_id", "seq", name=op.f(f"pk_{history}")),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            [f"{table}.id"],
            name=op.f(f"fk_{history}_subject_id"),
            ondelete="CASCADE",
        ),
    )


def _priced(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f(f"ck_{table}_amount_positive")),
    ]


def _sandbox_refunds() -> None:
    _subject(
        "sandbox_refunds",
        sa.Column("refund_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        *_priced("sandbox_refunds"),
        sa.UniqueConstraint("refund_id", name=op.f("uq_sandbox_refunds_refund_id")),
        sa.UniqueConstraint("key", name=op.f("uq_sandbox_refunds_key")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["sandbox_orders.id"], name=op.f("fk_sandbox_refunds_order_id")
        ),
    )
    op.create_index(op.f("ix_sandbox_refunds_order_id"), "sandbox_refunds", ["order_id"])


def _sandbox_accounts() -> None:
    op.create_table(
        "sandbox_accounts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("ending", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sandbox_accounts")),
        sa.UniqueConstraint("account_id", name=op.f("uq_sandbox_accounts_account_id")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_sandbox_accounts_fingerprint")),
    )
    _subject(
        "sandbox_checks",
        sa.Column("check_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("registered_name", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.UniqueConstraint("check_id", name=op.f("uq_sandbox_checks_check_id")),
        sa.UniqueConstraint("key", name=op.f("uq_sandbox_checks_key")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["sandbox_accounts.id"], name=op.f("fk_sandbox_checks_account_id")
        ),
    )
    op.create_index(op.f("ix_sandbox_checks_account_id"), "sandbox_checks", ["account_id"])


def _sandbox_payouts() -> None:
    _subject(
        "sandbox_payouts",
        sa.Column("payout_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("fee", sa.BigInteger(), nullable=False),
        sa.Column("narration", sa.String(), nullable=False),
        sa.Column("bank_reference", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        *_priced("sandbox_payouts"),
        sa.UniqueConstraint("payout_id", name=op.f("uq_sandbox_payouts_payout_id")),
        sa.UniqueConstraint("key", name=op.f("uq_sandbox_payouts_key")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["sandbox_accounts.id"], name=op.f("fk_sandbox_payouts_account_id")
        ),
    )
    op.create_index(op.f("ix_sandbox_payouts_account_id"), "sandbox_payouts", ["account_id"])


def _sandbox_disputes() -> None:
    _subject(
        "sandbox_disputes",
        sa.Column("dispute_id", sa.String(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        *_priced("sandbox_disputes"),
        sa.UniqueConstraint("dispute_id", name=op.f("uq_sandbox_disputes_dispute_id")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["sandbox_orders.id"], name=op.f("fk_sandbox_disputes_order_id")
        ),
    )
    op.create_index(op.f("ix_sandbox_disputes_order_id"), "sandbox_disputes", ["order_id"])


def _statements() -> None:
    op.create_table(
        "settlement_days",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("gateway", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("totals", JSONB(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement_days")),
        sa.UniqueConstraint("gateway", "day", name=op.f("uq_settlement_days_gateway_day")),
    )
    op.create_index("ix_settlement_days_day", "settlement_days", ["day", "id"])
    op.create_table(
        "settlement_lines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("gateway", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("movement_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("object_id", sa.String(), nullable=False),
        sa.Column("order_id", sa.String(), nullable=True),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("fee", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement_lines")),
        sa.UniqueConstraint(
            "gateway", "movement_id", name=op.f("uq_settlement_lines_gateway_movement_id")
        ),
    )
    op.create_index("ix_settlement_lines_day", "settlement_lines", ["gateway", "day"])
    op.create_index("ix_settlement_lines_object", "settlement_lines", ["gateway", "object_id"])


def _differences() -> None:
    op.create_table(
        "settlement_differences",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("gateway", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("object_kind", sa.String(), nullable=False),
        sa.Column("object_id", sa.String(), nullable=False),
        sa.Column("our_id", sa.Uuid(), nullable=True),
        sa.Column("ours_state", sa.String(), nullable=True),
        sa.Column("ours_amount", sa.BigInteger(), nullable=True),
        sa.Column("theirs_state", sa.String(), nullable=True),
        sa.Column("theirs_amount", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("noticed_at", MOMENT, nullable=False),
        sa.Column("explained_at", MOMENT, nullable=True),
        sa.Column("explained_by", sa.Uuid(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement_differences")),
        sa.ForeignKeyConstraint(
            ["explained_by"], ["users.id"], name=op.f("fk_settlement_differences_explained_by")
        ),
        sa.UniqueConstraint(
            "gateway",
            "kind",
            "object_kind",
            "object_id",
            "ours_state",
            "ours_amount",
            "theirs_state",
            "theirs_amount",
            name="uq_settlement_differences_story",
            postgresql_nulls_not_distinct=True,
        ),
        sa.CheckConstraint(
            "kind IN ('missing_here', 'missing_there', 'other_amount', 'other_state', 'unknown')",
            name=op.f("ck_settlement_differences_kind_known"),
        ),
        sa.CheckConstraint(
            "(explained_at IS NULL) = (note IS NULL)"
            " AND (explained_by IS NULL OR explained_at IS NOT NULL)",
            name=op.f("ck_settlement_differences_explained_with_note"),
        ),
    )
    op.create_index(
        "ix_settlement_differences_open",
        "settlement_differences",
        ["gateway", "day"],
        postgresql_where=sa.text("explained_at IS NULL"),
    )
