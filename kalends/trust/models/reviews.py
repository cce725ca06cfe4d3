"""The table of reviews."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kalends.core.database import Base
from kalends.core.states import history_table

_NEWEST = (text("created_at DESC"), text("id DESC"))


class Review(Base):
    """What the author (`user_id`) says about a subject after a booking; `rating` counts stars.

    `room_id` and `provider_id` are what was booked, and of whom, whoever the review is about.
    """

    __tablename__ = "reviews"
    __table_args__ = (
        UniqueConstraint("booking_id", "user_id", "subject_type", "subject_id"),
        CheckConstraint("rating BETWEEN 1 AND 5", name="rating_range"),
        CheckConstraint("char_length(comment) <= 4000", name="comment_bounded"),
        CheckConstraint("subject_type = 'room' AND subject_id = room_id", name="subject_known"),
        CheckConstraint("state IN ('pending', 'published', 'hidden')", name="state"),
        Index("ix_reviews_room_id", "room_id", *_NEWEST),
        Index("ix_reviews_provider_id", "provider_id", *_NEWEST),
        Index("ix_reviews_user_id", "user_id"),
        Index("ix_reviews_state", "state", *_NEWEST),
        Index("ix_reviews_created_at", *_NEWEST),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    booking_id: Mapped[UUID] = mapped_column(ForeignKey("bookings.id"))
    room_id: Mapped[UUID] = mapped_column(ForeignKey("rooms.id"))
    provider_id: Mapped[UUID] = mapped_column(ForeignKey("providers.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    subject_type: Mapped[str]
    subject_id: Mapped[UUID]
    rating: Mapped[int]
    comment: Mapped[str]
    process: Mapped[str]
    state: Mapped[str]
    state_since: Mapped[datetime]
    version: Mapped[int]
    created_at: Mapped[datetime]


review_transitions = history_table("review", "reviews", Base.metadata)
