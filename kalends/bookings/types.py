"""What bookings says to the rooms above: frozen facts, no rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from kalends.core.money import Money


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A price line as it was agreed; see billing.PriceLine for the units."""

    kind: str
    ref_id: UUID
    name: str
    quantity: int
    unit_price: Money
    subtotal: Money


@dataclass(frozen=True, slots=True)
class RescheduleFacts:
    original_start: datetime
    original_end: datetime
    new_start: datetime
    new_end: datetime
    at: datetime
    reason: str | None
    difference: Money


@dataclass(frozen=True, slots=True)
class BookingFacts:
    """A booking as everybody entitled may know it. `policy` is the snapshot taken at its creation."""

    id: UUID
    number: str
    kind: str
    state: str
    label: str
    customer_id: UUID
    provider_id: UUID
    venue_id: UUID
    room_id: UUID
    room_name: str
    venue_name: str
    address: str
    zone: str
    start: datetime
    end: datetime
    lines: tuple[LineFacts, ...]
    total: Money
    extra: Money
    paid: Money
    refunded: Money
    participants: tuple[tuple[UUID, str], ...]
    hold_expires_at: datetime | None
    cancelled_by: str | None
    cancel_reason: str | None
    cancelled_at: datetime | None
    refund_percent: int | None
    rescheduled: bool
    held_by: str | None
    code_accepted_at: datetime | None
    reschedules: tuple[RescheduleFacts, ...]
    policy: Mapping[str, Any]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class WrittenBooking:
    """A booking whose document is written, but for what depends on who asks and when: that needs the rest."""

    document: str
    id: UUID
    kind: str
    state: str
    customer_id: UUID
    provider_id: UUID
    venue_id: UUID
    start: datetime
    end: datetime
    total: Money
    extra: Money
    paid: Money
    refunded: Money
    held_by: str | None
    code_accepted_at: datetime | None
    policy: Mapping[str, Any]
    created_at: datetime


class BookingCounts(NamedTuple):
    """Of somebody's bookings; what is neither pending nor cancelled is confirmed."""

    total: int
    pending: int
    cancelled: int


@dataclass(frozen=True, slots=True)
class TransitionFacts:
    """One row of the timeline."""

    seq: int
    transition: str
    from_state: str | None
    to_state: str
    actor_kind: str
    actor_id: UUID | None
    reason: str | None
    at: datetime


def subject_of(booking_id: UUID) -> str:
    """The name under which payments and the ledger know a booking."""
    return f"booking:{booking_id}"


def tip_subject_of(booking_id: UUID) -> str:
    """The name under which payments and the ledger know the tips for a booking; they are no part of its price."""
    return f"tip:{booking_id}"


def booking_of(subject: str) -> UUID:
    """The booking that a payment's subject is about."""
    return UUID(subject.partition(":")[2])
