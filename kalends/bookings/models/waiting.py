"""The tables of waitlists: who waits for which time, and what has become of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from kalends.core.database import Base
from kalends.core.states import history_table

_WAITING = text("state = 'waiting'")


class WaitlistEntry(Base):
    """Somebody waits for a time that is taken. An offer is held on the calendar like a booking's time."""

    __tablename__ = "waitlist_entries"
    __table_args__ = (
        ExcludeConstraint(
            ("customer_id", "="),
            ("target_id", "="),
            ("during", "&&"),
            name="ex_waitlist_entries_once_in_line",
            using="gist",
            where=text("state IN ('waiting', 'offered')"),
        ),
        CheckConstraint("kind IN ('rental', 'appointment')", name="kind_known"),
        CheckConstraint("minutes > 0", name="minutes_positive"),
        CheckConstraint(
            "NOT isempty(during) AND NOT lower_inf(during) AND NOT upper_inf(during)",
            name="during_bounded",
        ),
        CheckConstraint("offer_end > offer_start", name="offer_in_order"),
        UniqueConstraint("booking_id"),
        Index(
            "ix_waitlist_entries_line", "target_id", "created_at", "id", postgresql_where=_WAITING
        ),
        Index("ix_waitlist_entries_customer_id_id", "customer_id", "id"),
        Index("ix_waitlist_entries_provider_id_id", "provider_id", "id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    process: Mapped[str]
    state: Mapped[str]
    state_since: Mapped[datetime]
    version: Mapped[int]
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    provider_id: Mapped[UUID]
    venue_id: Mapped[UUID | None] = mapped_column(ForeignKey("venues.id"))
    kind: Mapped[str]
    target_id: Mapped[UUID] = mapped_column(comment="the room or the service")
    staff_id: Mapped[UUID | None] = mapped_column(comment="who was asked for by name")
    title: Mapped[str]
    during: Mapped[Range[datetime]] = mapped_column(comment="where the booking has to lie")
    minutes: Mapped[int] = mapped_column(comment="how long it takes")
    zone: Mapped[str]
    wish: Mapped[dict[str, Any]] = mapped_column(comment="what else the booking is to have")
    policy: Mapped[dict[str, Any]] = mapped_column(comment="clocks frozen when it was made")
    offer_resource_id: Mapped[UUID | None] = mapped_column(comment="whose time is offered")
    offer_start: Mapped[datetime | None]
    offer_end: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    booking_id: Mapped[UUID | None] = mapped_column(ForeignKey("bookings.id"))
    created_at: Mapped[datetime]


waitlist_transitions = history_table("waitlist", "waitlist_entries", Base.metadata)
