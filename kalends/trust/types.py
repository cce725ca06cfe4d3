"""The words of reviews and disputes."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from kalends.core.money import Money


class ReviewState(StrEnum):
    """Only what is `published` is shown to everybody, and counts for the average."""

    pending = "pending"
    published = "published"
    hidden = "hidden"


class ReviewSubject(StrEnum):
    """What a review is about."""

    room = "room"
    provider = "provider"
    staff = "staff"
    customer = "customer"


@dataclass(frozen=True, slots=True)
class Reviewed:
    """Whom or what a review is about."""

    subject_type: ReviewSubject
    subject_id: UUID


@dataclass(frozen=True, slots=True)
class NewReview:
    """What one side says after a booking; `rating` is 1 to 5 stars.

    Without `about` it is about what was booked, or for who serves, about the customer. `subject_id` says
    which of several.
    """

    booking_id: UUID
    rating: int
    comment: str = ""
    about: ReviewSubject | None = None
    subject_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ReviewFacts:
    """A review as it is stored; who may see it, its `state` decides."""

    id: UUID
    booking_id: UUID
    room_id: UUID | None
    provider_id: UUID
    author_id: UUID
    subject_type: ReviewSubject
    subject_id: UUID
    rating: int
    comment: str
    state: ReviewState
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Rating:
    """An average in hundredths of a star, None without reviews, and of how many."""

    hundredths: int | None
    count: int


@dataclass(frozen=True, slots=True)
class SignedReview:
    """A review with the first name of its author, which is all that others learn of them."""

    facts: ReviewFacts
    author: str


class DisputeState(StrEnum):
    """`resolved`: nothing goes back; `refunded`: all of it; `adjusted`: a part."""

    open = "open"
    under_review = "under_review"
    resolved = "resolved"
    refunded = "refunded"
    adjusted = "adjusted"


class DisputeReason(StrEnum):
    not_provided = "not_provided"
    not_as_described = "not_as_described"
    damage = "damage"
    amount = "amount"
    conduct = "conduct"
    other = "other"


class DisputeRole(StrEnum):
    """On whose side somebody speaks in a dispute."""

    customer = "customer"
    provider = "provider"
    operator = "operator"


@dataclass(frozen=True, slots=True)
class NewDispute:
    """What one side complains about; without an `amount`, about all that was paid and not given back.

    `line_id` is a line of an event; without it, every line of it that the caller has to do with.
    """

    booking_id: UUID
    reason: DisputeReason
    statement: str
    amount: Money | None = None
    line_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """What may be complained about: a booking, or a line of an event, whose it is, and what is left of it.

    As part of a dispute, `amount` is what it is about.
    """

    provider_id: UUID
    venue_id: UUID | None
    line_id: UUID | None
    amount: Money


@dataclass(frozen=True, slots=True)
class DisputeFacts:
    """A dispute as both sides and operators know it; of an event it is about one line.

    `claimed` is the money that it is about, `given_back` what the customer got. Of money that had been
    released, `held` was set aside, `in_payouts` waits in payouts, and `missing` was nowhere.
    """

    id: UUID
    booking_id: UUID
    customer_id: UUID
    provider_id: UUID
    venue_id: UUID | None
    line_id: UUID | None
    opened_by: UUID
    role: DisputeRole
    reason: DisputeReason
    statement: str
    state: DisputeState
    claimed: Money
    held: Money
    in_payouts: Money
    missing: Money
    given_back: Money | None
    decision: str | None
    decided_at: datetime | None
    created_at: datetime
    state_since: datetime


@dataclass(frozen=True, slots=True)
class NoteFacts:
    """One note of a dispute; those of operators are for operators."""

    id: UUID
    author_id: UUID
    role: DisputeRole
    text: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """What an operator does with a dispute. `refund` counts when it is adjusted."""

    state: DisputeState
    note: str | None
    refund: Money | None = None
