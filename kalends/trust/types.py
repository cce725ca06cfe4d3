"""The words of reviews."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class ReviewState(StrEnum):
    """Only what is `published` is shown to everybody, and counts for the average."""

    pending = "pending"
    published = "published"
    hidden = "hidden"


class ReviewSubject(StrEnum):
    """What a review is about."""

    room = "room"


@dataclass(frozen=True, slots=True)
class NewReview:
    """What a customer says after a booking; `rating` is 1 to 5 stars."""

    booking_id: UUID
    rating: int
    comment: str = ""


@dataclass(frozen=True, slots=True)
class ReviewFacts:
    """A review as it is stored; who may see it, its `state` decides."""

    id: UUID
    booking_id: UUID
    room_id: UUID
    provider_id: UUID
    author_id: UUID
    subject_type: ReviewSubject
    subject_id: UUID
    rating: int
    comment: str
    state: ReviewState
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SignedReview:
    """A review with the first name of its author, which is all that others learn of them."""

    facts: ReviewFacts
    author: str
