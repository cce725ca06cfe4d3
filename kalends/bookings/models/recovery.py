"""The tables of declined jobs and of what follows from many."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from kalends.core.database import Base


class Decline(Base):
    """A job that somebody who was booked gave back, and why."""

    __tablename__ = "declines"
    __table_args__ = (
        CheckConstraint("char_length(note) <= 500", name="note_bounded"),
        Index("ix_declines_staff_id_at", "staff_id", "at"),
        Index("ix_declines_booking_id", "booking_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    booking_id: Mapped[UUID] = mapped_column(ForeignKey("bookings.id", ondelete="CASCADE"))
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff_members.id"))
    provider_id: Mapped[UUID]
    reason_code: Mapped[str]
    note: Mapped[str]
    by: Mapped[UUID | None]
    at: Mapped[datetime]


class RankingReview(Base):
    """Somebody declined so often that they are found less easily until `until`."""

    __tablename__ = "ranking_reviews"
    __table_args__ = (
        CheckConstraint("until > since", name="times_in_order"),
        Index("ix_ranking_reviews_provider_id", "provider_id", "until"),
    )
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff_members.id"), primary_key=True)
    provider_id: Mapped[UUID]
    since: Mapped[datetime]
    until: Mapped[datetime]
    declines: Mapped[int]
