"""The tables of reviews, and of what they say of customers."""

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
        CheckConstraint(
            "subject_type IN ('staff', 'customer')"
            " OR (subject_type = 'provider' AND subject_id = provider_id)"
            " OR (subject_type = 'room' AND room_id IS NOT NULL AND subject_id = room_id)",
            name="subject_known",
        ),
        CheckConstraint("state IN ('pending', 'published', 'hidden')", name="state"),
        Index("ix_reviews_room_id", "room_id", *_NEWEST),
        Index("ix_reviews_provider_id", "provider_id", *_NEWEST),
        Index("ix_reviews_subject_id", "subject_id"),
        Index("ix_reviews_user_id", "user_id"),
        Index("ix_reviews_state", "state", *_NEWEST),
        Index("ix_reviews_created_at", *_NEWEST),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    booking_id: Mapped[UUID] = mapped_column(ForeignKey("bookings.id"))
    room_id: Mapped[UUID | None] = mapped_column(ForeignKey("rooms.id"))
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


class CustomerRating(Base):
    """What those who served a customer say on average."""

    __tablename__ = "customer_ratings"
    __table_args__ = (
        CheckConstraint("rating_hundredths BETWEEN 100 AND 500", name="rating_range"),
        CheckConstraint("rating_count >= 0", name="rating_count_not_negative"),
    )
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    rating_hundredths: Mapped[int | None]
    rating_count: Mapped[int]


review_transitions = history_table("review", "reviews", Base.metadata)
