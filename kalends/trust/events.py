"""What happened to reviews and disputes."""

from dataclasses import dataclass
from uuid import UUID

from kalends.core.events import Event


@dataclass(frozen=True, kw_only=True)
class ReviewPosted(Event):
    """A new review is to be seen: at once, or when an operator has published it."""

    review_id: UUID
    booking_id: UUID
    room_id: UUID | None
    author_id: UUID


@dataclass(frozen=True, kw_only=True)
class ReviewHidden(Event):
    """An operator took a review away, or refused to publish it."""

    review_id: UUID


@dataclass(frozen=True, kw_only=True)
class DisputeOpened(Event):
    """One side of a booking complains; its money is kept back until an operator has decided."""

    dispute_id: UUID
    booking_id: UUID


@dataclass(frozen=True, kw_only=True)
class DisputeUnderReview(Event):
    """An operator looks into a dispute."""

    dispute_id: UUID
    booking_id: UUID


@dataclass(frozen=True, kw_only=True)
class DisputeClosed(Event):
    """A dispute was decided: `resolved`, `refunded` or `adjusted`. The amount went back to the customer."""

    dispute_id: UUID
    booking_id: UUID
    outcome: str
    given_back: int
    currency: str
