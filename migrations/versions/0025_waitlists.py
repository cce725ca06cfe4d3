"""Waitlists: who waits for a time that is taken, and whom it is offered to."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, TSTZRANGE, ExcludeConstraint

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

SQL = Path(__file__).parents[1] / "sql"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _entries()
    op.create_index(
        "ix_waitlist_entries_line",
        "waitlist_entries",
        ["target_id", "created_at", "id"],
        postgresql_where=sa.text("state = 'waiting'"),
    )
    for owner in ("customer_id", "provider_id"):
        op.create_index(f"ix_waitlist_entries_{owner}_id", "waitlist_entries", [owner, "id"])
    _history()
    op.add_column(
        "allocations",
        sa.Column("waitlist_id", sa.Uuid(), nullable=True, comment="whom it is offered to"),
    )
    op.create_foreign_key(
        op.f("fk_allocations_waitlist_id"),
        "allocations",
        "waitlist_entries",
        ["waitlist_id"],
        ["id"],
        ondelete="CASCADE",
    )
    op.create_index(
        "ix_allocations_waitlist_id",
        "allocations",
        ["waitlist_id"],
        postgresql_where=sa.text("waitlist_id IS NOT NULL"),
    )
    op.execute((SQL / "0025_waitlists.sql").read_text("utf-8"))


def _entries() -> None:
    op.create_table(
        "waitlist_entries",
        *_columns(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waitlist_entries")),
        sa.UniqueConstraint("booking_id", name=op.f("uq_waitlist_entries_booking_id")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["users.id"], name=op.f("fk_waitlist_entries_customer_id")
        ),
        sa.ForeignKeyConstraint(
            ["venue_id"], ["venues.id"], name=op.f("fk_waitlist_entries_venue_id")
        ),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["bookings.id"], name=op.f("fk_waitlist_entries_booking_id")
        ),
        sa.CheckConstraint(
            "kind IN ('rental', 'appointment')", name=op.f("ck_waitlist_entries_kind_known")
        ),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_waitlist_entries_minutes_positive")),
        sa.CheckConstraint(
            "NOT isempty(during) AND NOT lower_inf(during) AND NOT upper_inf(during)",
            name=op.f("ck_waitlist_entries_during_bounded"),
        ),
        sa.CheckConstraint(
            "offer_end > offer_start", name=op.f("ck_waitlist_entries_offer_in_order")
        ),
        ExcludeConstraint(
            ("customer_id", "="),
            ("target_id", "="),
            ("during", "&&"),
            name="ex_waitlist_entries_once_in_line",
            using="gist",
            where=sa.text("state IN ('waiting', 'offered')"),
        ),
    )


def _columns() -> list[sa.Column[object]]:
    """The columns, in the order of the model."""
    given = {"nullable": False}
    return [
        sa.Column("id", sa.Uuid(), **given),
        sa.Column("process", sa.String(), **given),
        sa.Column("state", sa.String(), **given),
        sa.Column("state_since", MOMENT, **given),
        sa.Column("version", sa.Integer(), **given),
        sa.Column("customer_id", sa.Uuid(), **given),
        sa.Column("provider_id", sa.Uuid(), **given),
        sa.Column("venue_id", sa.Uuid()),
        sa.Column("kind", sa.String(), **given),
        sa.Column("target_id", sa.Uuid(), **given, comment="the room or the service"),
        sa.Column("staff_id", sa.Uuid(), comment="who was asked for by name"),
        sa.Column("title", sa.String(), **given),
        sa.Column("during", TSTZRANGE(), **given, comment="where the booking has to lie"),
        sa.Column("minutes", sa.Integer(), **given, comment="how long it takes"),
        sa.Column("zone", sa.String(), **given),
        sa.Column("wish", JSONB(), **given, comment="what else the booking is to have"),
        sa.Column("policy", JSONB(), **given, comment="clocks frozen when it was made"),
        sa.Column("offer_resource_id", sa.Uuid(), comment="whose time is offered"),
        sa.Column("offer_start", MOMENT),
        sa.Column("offer_end", MOMENT),
        sa.Column("expires_at", MOMENT),
        sa.Column("booking_id", sa.Uuid()),
        sa.Column("created_at", MOMENT, **given),
    ]


def _history() -> None:
    op.create_table(
        "waitlist_transitions",
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("transition", sa.Text(), nullable=False),
        sa.Column("from_state", sa.Text()),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid()),
        sa.Column("reason", sa.Text()),
        sa.Column("request_id", sa.Text()),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("subject_id", "seq", name=op.f("pk_waitlist_transitions")),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["waitlist_entries.id"],
            name=op.f("fk_waitlist_transitions_subject_id"),
            ondelete="CASCADE",
        ),
    )


def downgrade() -> None:
    op.execute("DELETE FROM allocations WHERE waitlist_id IS NOT NULL")
    op.drop_column("allocations", "waitlist_id")
    op.drop_table("waitlist_transitions")
    op.drop_table("waitlist_entries")
