"""Bookings of every kind: what each needs of which calendars, who serves, and what its kind alone has."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

SQL = Path(__file__).parents[1] / "sql"
MOMENT = sa.DateTime(timezone=True)
QUANTITY = "minutes of what is sold by the hour, else units"
EARLIER_QUANTITY = "minutes for a room, units for an add-on"
EARLIER_SLOTS = """
    INSERT INTO booking_slots (booking_id, position, kind, resource_id, start_at, end_at, busy_until)
    SELECT id, 0, 'room', room_id, start_at, end_at, end_at FROM bookings
"""
PLACES = """
    UPDATE bookings SET place = jsonb_build_object(
        'resource', place->'room', 'name', place->'venue', 'address', place->'address')
"""
PLACES_BACK = """
    UPDATE bookings SET place = jsonb_build_object(
        'room', place->'resource', 'venue', place->'name', 'address', place->'address')
"""


def upgrade() -> None:
    _bookings()
    _lines()
    _slots()
    op.execute((SQL / "0008_bookings.sql").read_text("utf-8"))
    op.execute(EARLIER_SLOTS)
    op.execute(PLACES)
    op.alter_column("disputes", "venue_id", nullable=True)


def _bookings() -> None:
    op.alter_column("bookings", "venue_id", nullable=True)
    op.alter_column("bookings", "room_id", nullable=True)
    for column in (
        sa.Column(
            "staff_id", sa.Uuid(), nullable=True, comment="whoever serves, the first of several"
        ),
        sa.Column(
            "staff_user_ids",
            ARRAY(sa.Uuid()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="accounts of all who serve",
        ),
        sa.Column("actual_start", MOMENT, nullable=True),
        sa.Column("actual_end", MOMENT, nullable=True),
        sa.Column(
            "details",
            JSONB(),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="what is shown of this kind of booking alone",
        ),
    ):
        op.add_column("bookings", column)
    op.create_foreign_key(
        op.f("fk_bookings_staff_id"), "bookings", "staff_members", ["staff_id"], ["id"]
    )
    op.create_index("ix_bookings_staff_id_start_at", "bookings", ["staff_id", "start_at"])
    op.create_index(
        "ix_bookings_staff_user_ids", "bookings", ["staff_user_ids"], postgresql_using="gin"
    )


def _lines() -> None:
    op.add_column("booking_lines", sa.Column("staff_id", sa.Uuid(), nullable=True))
    for name in ("start_at", "end_at", "cancelled_at"):
        op.add_column("booking_lines", sa.Column(name, MOMENT, nullable=True))
    op.alter_column("booking_lines", "quantity", comment=QUANTITY)
    op.create_foreign_key(
        op.f("fk_booking_lines_staff_id"), "booking_lines", "staff_members", ["staff_id"], ["id"]
    )


def _slots() -> None:
    op.create_table(
        "booking_slots",
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("resource_id", sa.Uuid(), nullable=False),
        sa.Column("start_at", MOMENT, nullable=False),
        sa.Column("end_at", MOMENT, nullable=False),
        sa.Column(
            "busy_until", MOMENT, nullable=False, comment="with what is kept free after the job"
        ),
        sa.PrimaryKeyConstraint("booking_id", "position", name=op.f("pk_booking_slots")),
        sa.ForeignKeyConstraint(
            ["booking_id"],
            ["bookings.id"],
            name=op.f("fk_booking_slots_booking_id"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint(
            "end_at > start_at AND busy_until >= end_at",
            name=op.f("ck_booking_slots_times_in_order"),
        ),
        sa.CheckConstraint(
            "kind IN ('room', 'staff', 'provider')", name=op.f("ck_booking_slots_kind_known")
        ),
    )
    op.create_index(
        "ix_booking_slots_resource_id_start_at", "booking_slots", ["resource_id", "start_at"]
    )


def downgrade() -> None:
    """Bookings of other kinds than rentals, and disputes of them, must have been deleted before."""
    op.alter_column("disputes", "venue_id", nullable=False)
    op.execute(PLACES_BACK)
    op.drop_table("booking_slots")
    op.alter_column("booking_lines", "quantity", comment=EARLIER_QUANTITY)
    for name in ("staff_id", "start_at", "end_at", "cancelled_at"):
        op.drop_column("booking_lines", name)
    for name in ("staff_id", "staff_user_ids", "actual_start", "actual_end", "details"):
        op.drop_column("bookings", name)
    op.alter_column("bookings", "room_id", nullable=False)
    op.alter_column("bookings", "venue_id", nullable=False)
