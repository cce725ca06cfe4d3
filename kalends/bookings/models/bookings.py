"""The tables of bookings and of what belongs to them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index, Sequence, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from kalends.core.database import Base
from kalends.core.states import history_table

booking_numbers = Sequence("booking_numbers", metadata=Base.metadata)


class Booking(Base):
    """An agreement about a service, a time and a price, following a process."""

    __tablename__ = "bookings"
    __table_args__ = (
        CheckConstraint("end_at > start_at", name="ends_after_start"),
        CheckConstraint("total >= 0", name="total_not_negative"),
        CheckConstraint("extra BETWEEN 0 AND total", name="extra_within_total"),
        Index("ix_bookings_room_id_state", "room_id", "state"),
        Index("ix_bookings_staff_id_start_at", "staff_id", "start_at"),
        Index("ix_bookings_provider_id_start_at", "provider_id", "start_at"),
        Index("ix_bookings_vendor_ids", "vendor_ids", postgresql_using="gin"),
        Index("ix_bookings_staff_user_ids", "staff_user_ids", postgresql_using="gin"),
        Index("ix_bookings_start_at_end_at", "start_at", "end_at"),
        Index(
            "ix_bookings_customer_id_created_at",
            "customer_id",
            text("created_at DESC"),
            text("id DESC"),
        ),
        Index(
            "ix_bookings_venue_id_created_at", "venue_id", text("created_at DESC"), text("id DESC")
        ),
        Index("ix_bookings_in_progress", "end_at", postgresql_where=text("state = 'in_progress'")),
        Index(
            "ix_bookings_series_id",
            "series_id",
            "start_at",
            postgresql_where=text("series_id IS NOT NULL"),
        ),
        Index("ix_bookings_created_at_id", text("created_at DESC"), text("id DESC")),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    process: Mapped[str]
    state: Mapped[str]
    state_since: Mapped[datetime]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    provider_id: Mapped[UUID]
    venue_id: Mapped[UUID | None] = mapped_column(ForeignKey("venues.id"))
    room_id: Mapped[UUID | None] = mapped_column(ForeignKey("rooms.id"))
    staff_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("staff_members.id"), comment="whoever serves, the first of several"
    )
    staff_user_ids: Mapped[list[UUID]] = mapped_column(
        ARRAY(Uuid), server_default=text("'{}'"), comment="accounts of all who serve"
    )
    vendor_ids: Mapped[list[UUID]] = mapped_column(
        ARRAY(Uuid), server_default=text("'{}'"), comment="who was asked to serve at an event"
    )
    start_at: Mapped[datetime]
    end_at: Mapped[datetime]
    actual_start: Mapped[datetime | None]
    actual_end: Mapped[datetime | None]
    zone: Mapped[str]
    currency: Mapped[str]
    total: Mapped[int] = mapped_column(BigInteger, comment="minor units")
    extra: Mapped[int] = mapped_column(
        BigInteger,
        server_default=text("0"),
        comment="minor units of the total, added after it was agreed",
    )
    paid: Mapped[int] = mapped_column(
        BigInteger, server_default=text("0"), comment="minor units captured, as payments told us"
    )
    refunded: Mapped[int] = mapped_column(
        BigInteger, server_default=text("0"), comment="minor units given back, as payments told us"
    )
    policy: Mapped[dict[str, Any]] = mapped_column(comment="policy values frozen at creation")
    place: Mapped[dict[str, Any]] = mapped_column(comment="names and address as they were")
    details: Mapped[dict[str, Any]] = mapped_column(
        server_default=text("'{}'"), comment="what is shown of this kind of booking alone"
    )
    hold_expires_at: Mapped[datetime | None]
    cancelled_by: Mapped[str | None]
    cancel_reason: Mapped[str | None]
    cancelled_at: Mapped[datetime | None]
    refund_percent: Mapped[int | None]
    rescheduled: Mapped[bool] = mapped_column(server_default=text("false"))
    held_by: Mapped[str | None] = mapped_column(
        comment="who keeps the money back, such as a dispute"
    )
    code_accepted_at: Mapped[datetime | None] = mapped_column(
        comment="when the provider showed the customer's code"
    )
    approved_at: Mapped[datetime | None] = mapped_column(
        comment="when whoever serves said yes, where that is needed"
    )
    series_id: Mapped[UUID | None] = mapped_column(ForeignKey("booking_series.id"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class BookingLine(Base):
    """A price line with its unit price at that time; of a visit, with who does it and when."""

    __tablename__ = "booking_lines"
    booking_id: Mapped[UUID] = mapped_column(
        ForeignKey("bookings.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str]
    ref_id: Mapped[UUID]
    name: Mapped[str]
    quantity: Mapped[int] = mapped_column(comment="minutes of what is sold by the hour, else units")
    unit_price: Mapped[int] = mapped_column(BigInteger, comment="minor units, at booking time")
    subtotal: Mapped[int] = mapped_column(BigInteger, comment="minor units")
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff_members.id"))
    start_at: Mapped[datetime | None]
    end_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]


class BookingParticipant(Base):
    """Who takes part: the organiser, and guests who may see the booking."""

    __tablename__ = "booking_participants"
    __table_args__ = (
        CheckConstraint("role IN ('organiser', 'guest')", name="role_known"),
        Index("ix_booking_participants_user_id", "user_id"),
    )
    booking_id: Mapped[UUID] = mapped_column(
        ForeignKey("bookings.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    role: Mapped[str]


class Reschedule(Base):
    """One move of a booking's time, kept for audit."""

    __tablename__ = "reschedules"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    booking_id: Mapped[UUID] = mapped_column(
        ForeignKey("bookings.id", ondelete="CASCADE"), index=True
    )
    original_start: Mapped[datetime]
    original_end: Mapped[datetime]
    new_start: Mapped[datetime]
    new_end: Mapped[datetime]
    difference: Mapped[int] = mapped_column(BigInteger, comment="minor units, new minus old price")
    reason: Mapped[str | None]
    by: Mapped[UUID | None]
    at: Mapped[datetime]


class CompletionCode(Base):
    """The code with which the customer says that the service took place; only a keyed digest of it."""

    __tablename__ = "completion_codes"
    __table_args__ = (CheckConstraint("tries >= 0", name="tries_not_negative"),)
    booking_id: Mapped[UUID] = mapped_column(
        ForeignKey("bookings.id", ondelete="CASCADE"), primary_key=True
    )
    digest: Mapped[str]
    tries: Mapped[int] = mapped_column(server_default=text("0"), comment="wrong ones so far")
    issued_at: Mapped[datetime]


booking_transitions = history_table("booking", "bookings", Base.metadata)
