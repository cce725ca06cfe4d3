"""Disputes, card disputes, holds and payment schedules on bookings."""

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SQL = Path(__file__).parents[1] / "sql"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _bookings()
    _completion_codes()
    _chargebacks()
    _disputes()
    op.execute((SQL / "0005_20_disputes.sql").read_text("utf-8"))
    op.execute((SQL / "0005_10_bookings.sql").read_text("utf-8"))


def _bookings() -> None:
    op.add_column(
        "bookings",
        sa.Column("extra", sa.BigInteger(), server_default=sa.text("0"), nullable=False,
                  comment="minor units of the total, added after it was agreed"),
    )  # fmt: skip
    op.add_column(
        "bookings",
        sa.Column("held_by", sa.String(), nullable=True,
                  comment="who keeps the money back, such as a dispute"),
    )  # fmt: skip
    op.add_column(
        "bookings",
        sa.Column("code_accepted_at", sa.DateTime(timezone=True), nullable=True,
                  comment="when the provider showed the customer's code"),
    )  # fmt: skip
    op.create_check_constraint(
        op.f("ck_bookings_extra_within_total"), "bookings", "extra BETWEEN 0 AND total"
    )


def _completion_codes() -> None:
    op.create_table(
        "completion_codes",
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False,
                  comment="wrong ones so far"),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_completion_codes_tries_not_negative")),
        sa.ForeignKeyConstraint(
            ["booking_id"],
            ["bookings.id"],
            name=op.f("fk_completion_codes_booking_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("booking_id", name=op.f("pk_completion_codes")),
    )  # fmt: skip


def _chargebacks() -> None:
    op.add_column(
        "payments",
        sa.Column("disputed", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
    )
    _subject(
        "chargebacks",
        sa.Column("gateway", sa.String(), nullable=False),
        sa.Column("dispute_id", sa.String(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        *(_counted(name) for name in ("taken", "from_origin", "from_provider", "from_platform")),
        _counted("beyond"),
        sa.Column("moves", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payments.id"], name=op.f("fk_chargebacks_payment_id")
        ),
        sa.UniqueConstraint(
            "gateway", "dispute_id", name=op.f("uq_chargebacks_gateway_dispute_id")
        ),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_chargebacks_amount_not_negative")),
        sa.CheckConstraint(
            "from_origin >= 0 AND from_provider >= 0 AND from_platform >= 0 AND beyond >= 0"
            " AND taken = from_origin + from_provider + from_platform + beyond",
            name=op.f("ck_chargebacks_taken_from_somebody"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'won', 'lost', 'closed')", name=op.f("ck_chargebacks_state")
        ),
    )
    op.create_index("ix_chargebacks_payment_id", "chargebacks", ["payment_id"])
    op.create_index("ix_chargebacks_subject", "chargebacks", ["subject"])
    op.create_index(
        "ix_chargebacks_unsettled",
        "chargebacks",
        ["asked_at"],
        postgresql_where=sa.text("state = 'open' OR (state = 'won' AND taken > 0)"),
    )
    _history("chargeback", "chargebacks")


def _disputes() -> None:
    people = ("customer_id", "opened_by", "decided_by")
    _subject(
        "disputes",
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("venue_id", sa.Uuid(), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("statement", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("claimed", sa.BigInteger(), nullable=False),
        *(_counted(name) for name in ("held", "in_payouts", "missing")),
        sa.Column("given_back", sa.BigInteger(), nullable=True),
        sa.Column("decision", sa.String(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["bookings.id"], name=op.f("fk_disputes_booking_id")
        ),
        *(
            sa.ForeignKeyConstraint([who], ["users.id"], name=op.f(f"fk_disputes_{who}"))
            for who in people
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["providers.id"], name=op.f("fk_disputes_provider_id")
        ),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name=op.f("fk_disputes_venue_id")),
        *(
            sa.CheckConstraint(condition, name=op.f(f"ck_disputes_{name}"))
            for name, condition in _DISPUTE_CHECKS.items()
        ),
    )
    op.create_index(
        "uq_disputes_live",
        "disputes",
        ["booking_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('open', 'under_review')"),
    )
    for column in ("booking_id", "customer_id", "provider_id", "venue_id", "state"):
        op.create_index(f"ix_disputes_{column}", "disputes", [column, "id"])
    _history("dispute", "disputes")
    op.create_table(
        "dispute_notes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_notes")),
        sa.ForeignKeyConstraint(
            ["dispute_id"],
            ["disputes.id"],
            ondelete="CASCADE",
            name=op.f("fk_dispute_notes_dispute_id"),
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name=op.f("fk_dispute_notes_author_id")
        ),
        sa.CheckConstraint(
            "role IN ('customer', 'provider', 'operator')",
            name=op.f("ck_dispute_notes_role_known"),
        ),
        sa.CheckConstraint("char_length(text) <= 4000", name=op.f("ck_dispute_notes_text_bounded")),
    )
    op.create_index("ix_dispute_notes_dispute_id", "dispute_notes", ["dispute_id", "id"])


_DISPUTE_CHECKS = {
    "state": "state IN ('open', 'under_review', 'resolved', 'refunded', 'adjusted')",
    "role_known": "role IN ('customer', 'provider')",
    "statement_bounded": "char_length(statement) <= 4000",
    "decision_bounded": "char_length(decision) <= 4000",
    "claimed_positive": "claimed > 0",
    "held_within_claim": "held >= 0 AND in_payouts >= 0 AND missing >= 0 AND held + missing <= claimed",
    "given_back_positive": "given_back > 0",
}


def _counted(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger(), server_default=sa.text("0"), nullable=False)


def _subject(name: str, *parts: Any) -> None:
    """A table whose rows have a state."""
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("state_since", MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        *parts,
    )


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


def downgrade() -> None:
    """Holds, codes, disputes and card disputes are lost, but not what they did in the journal. Bookings that
    wait for clearance must have been released before, and charged back payments have their money back."""
    for table in (
        "dispute_notes",
        "dispute_transitions",
        "disputes",
        "chargeback_transitions",
        "chargebacks",
    ):
        op.drop_table(table)
    op.drop_column("payments", "disputed")
    op.drop_table("completion_codes")
    op.drop_constraint(op.f("ck_bookings_extra_within_total"), "bookings", type_="check")
    for column in ("code_accepted_at", "held_by", "extra"):
        op.drop_column("bookings", column)
