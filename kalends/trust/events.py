"""What happened to reviews."""

from dataclasses import dataclass
from uuid import UUID

from kalends.core.events import Event


@dataclass(frozen=True, kw_only=True)
class ReviewPosted(Event):
    """A new review is on the room's page: at once, or when an operator has published it."""

    review_id: UUID
    booking_id: UUID
    room_id: UUID
    author_id: UUID


@dataclass(frozen=True, kw_only=True)
class ReviewHidden(Event):
    """An operator took a review away, or refused to publish it."""

    review_id: UUID
