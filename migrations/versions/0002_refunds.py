"""Refunds to the method that paid, card disputes' marks on payments, and what a webhook is about."""

import re
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SQL = Path(__file__).parents[1] / "sql"


def upgrade() -> None:
    op.add_column(
        "payments",
        sa.Column("charged_back", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
    )
    op.add_column("payments", sa.Column("fee", sa.BigInteger(), nullable=True))
    op.drop_constraint(op.f("ck_payments_refunded_within_amount"), "payments", type_="check")
    op.create_check_constraint(
        op.f("ck_payments_returned_within_amount"),
        "payments",
        "refunded >= 0 AND charged_back >= 0 AND refunded + charged_back <= amount",
    )
    _refunds()
    _inbox()
    op.execute((SQL / "0002_10_ledger.sql").read_text("utf-8"))


def _columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("line", sa.String(), nullable=True),
        sa.Column("source", sa.String(), server_default="escrow", nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=True),
        sa.Column("gateway", sa.String(), nullable=True),
        sa.Column("gateway_refund_id", sa.String(), nullable=True),
        sa.Column("attempt", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("failure", sa.String(), nullable=True),
        sa.Column("requested_by", sa.Uuid(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
    ]


def _refunds() -> None:
    for column in _columns():
        op.add_column("refunds", column)
    op.alter_column("refunds", "source", server_default=None)
    op.create_unique_constraint(
        op.f("uq_refunds_gateway_gateway_refund_id"), "refunds", ["gateway", "gateway_refund_id"]
    )
    for name, condition in (
        ("destination_known", "destination IN ('wallet', 'original_method')"),
        ("source_known", "source IN ('escrow', 'provider')"),
        ("original_method_has_gateway", "destination = 'wallet' OR gateway IS NOT NULL"),
    ):
        op.create_check_constraint(op.f(f"ck_refunds_{name}"), "refunds", condition)
    op.create_index(
        "ix_refunds_open",
        "refunds",
        ["state", "id"],
        postgresql_where=sa.text("state IN ('requested', 'approved', 'processing', 'failed')"),
    )


def _inbox() -> None:
    op.add_column(
        "gateway_inbox", sa.Column("about", sa.String(), server_default="payment", nullable=False)
    )
    op.alter_column("gateway_inbox", "about", server_default=None)
    op.add_column("gateway_inbox", sa.Column("object_id", sa.String(), nullable=True))
    op.create_index("ix_gateway_inbox_object_id", "gateway_inbox", ["gateway", "object_id"])


def downgrade() -> None:
    """What had been told by the new columns is lost; refunds to the original method must have ended."""
    op.drop_index("ix_gateway_inbox_object_id", "gateway_inbox")
    op.drop_column("gateway_inbox", "object_id")
    op.drop_column("gateway_inbox", "about")
    op.drop_index("ix_refunds_open", "refunds")
    for name in ("destination_known", "source_known", "original_method_has_gateway"):
        op.drop_constraint(op.f(f"ck_refunds_{name}"), "refunds", type_="check")
    op.drop_constraint(op.f("uq_refunds_gateway_gateway_refund_id"), "refunds", type_="unique")
    for column in _columns():
        op.drop_column("refunds", column.name)
    op.drop_constraint(op.f("ck_payments_returned_within_amount"), "payments", type_="check")
    op.create_check_constraint(
        op.f("ck_payments_refunded_within_amount"), "payments", "refunded BETWEEN 0 AND amount"
    )
    op.drop_column("payments", "fee")
    op.drop_column("payments", "charged_back")
    for function in ("ledger_guarded", "ledger_keep_balance"):
        op.execute(_first_version(function))


def _first_version(function: str) -> str:
    """The function as the first schema had it."""
    text = (SQL / "0001_10_ledger.sql").read_text("utf-8")
    found = re.search(rf"CREATE (FUNCTION {function}\(.*?\n\$\$;)", text, re.DOTALL)
    assert found is not None
    return f"CREATE OR REPLACE {found[1]}"
