"""The tables of calendars: who has which time."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from kalends.core.database import Base


class Calendar(Base):
    """One row per bookable resource: locked by whoever changes its allocations, counted up by each."""

    __tablename__ = "calendars"
    resource_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger, server_default=text("1"))


class Allocation(Base):
    """A stretch of a resource's time that is taken. A hold that has lapsed no longer counts."""

    __tablename__ = "allocations"
    __table_args__ = (
        ExcludeConstraint(
            ("resource_id", "="),
            ("during", "&&"),
            name="ex_allocations_no_overlap",
            using="gist",
            where=text("active"),
        ),
        CheckConstraint(
            "NOT isempty(during) AND NOT lower_inf(during) AND NOT upper_inf(during)",
            name="during_bounded",
        ),
        CheckConstraint("kind IN ('hold', 'booking', 'block')", name="kind_known"),
        Index("ix_allocations_booking_id", "booking_id", postgresql_where=text("active")),
        Index(
            "ix_allocations_waitlist_id",
            "waitlist_id",
            postgresql_where=text("waitlist_id IS NOT NULL"),
        ),
        Index("ix_allocations_feed_id", "feed_id", postgresql_where=text("feed_id IS NOT NULL")),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    resource_id: Mapped[UUID]
    during: Mapped[Range[datetime]]
    active: Mapped[bool]
    kind: Mapped[str]
    # Deferred, because the slot is taken before the booking is written: a loser writes nothing else.
    booking_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("bookings.id", ondelete="CASCADE", deferrable=True, initially="DEFERRED")
    )
    feed_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("busy_feeds.id", ondelete="CASCADE"), comment="the calendar that blocks it"
    )
    waitlist_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("waitlist_entries.id", ondelete="CASCADE"), comment="whom it is offered to"
    )
    expires_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class BookingSlot(Base):
    """What a booking needs of one calendar: taken as an allocation while the booking holds its time."""

    __tablename__ = "booking_slots"
    __table_args__ = (
        CheckConstraint("end_at > start_at AND busy_until >= end_at", name="times_in_order"),
        CheckConstraint("kind IN ('room', 'staff', 'provider')", name="kind_known"),
        Index("ix_booking_slots_resource_id_start_at", "resource_id", "start_at"),
    )
    booking_id: Mapped[UUID] = mapped_column(
        ForeignKey("bookings.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str]
    resource_id: Mapped[UUID]
    start_at: Mapped[datetime]
    end_at: Mapped[datetime]
    busy_until: Mapped[datetime] = mapped_column(comment="with what is kept free after the job")
