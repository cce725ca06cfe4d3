"""What bookings says to the rooms above: frozen facts, no rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from kalends.core.money import Money


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A price line as it was agreed; see billing.PriceLine for the units.

    Of a visit, a service's line says who does it and when. A line that was called off stays, and counts
    nothing.
    """

    kind: str
    ref_id: UUID
    name: str
    quantity: int
    unit_price: Money
    subtotal: Money
    staff_id: UUID | None = None
    start: datetime | None = None
    end: datetime | None = None
    cancelled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """What a booking needs of one calendar: `kind` is room, staff or provider.

    The job ends at `end`; what is kept free after it ends at `busy_until`.
    """

    kind: str
    resource_id: UUID
    start: datetime
    end: datetime
    busy_until: datetime


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
    """A booking as everybody entitled may know it. `policy` is the snapshot taken at its creation.

    `venue_id` and `room_id` are those of a rental, `staff_id` is whoever serves (the first of several),
    `vendor_ids` are those who were asked
    to serve at an event, and `resource_name` the name of the room or of that person. `place_name` and `address` say where.
    """

    id: UUID
    number: str
    kind: str
    state: str
    label: str
    customer_id: UUID
    provider_id: UUID
    venue_id: UUID | None
    room_id: UUID | None
    staff_id: UUID | None
    staff_user_ids: tuple[UUID, ...]
    resource_name: str
    place_name: str
    address: str
    zone: str
    start: datetime
    end: datetime
    actual_start: datetime | None
    actual_end: datetime | None
    details: Mapping[str, Any]
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
    approved_at: datetime | None
    reschedules: tuple[RescheduleFacts, ...]
    policy: Mapping[str, Any]
    created_at: datetime
    vendor_ids: tuple[UUID, ...] = ()
    series_id: UUID | None = None

    @property
    def resource_id(self) -> UUID | None:
        """The room or the member whose time is taken; None where there are many."""
        return self.room_id or self.staff_id


@dataclass(frozen=True, slots=True)
class WrittenBooking:
    """A booking whose document is written, but for what depends on who asks and when: that needs the rest."""

    document: str
    id: UUID
    kind: str
    state: str
    customer_id: UUID
    provider_id: UUID
    venue_id: UUID | None
    staff_user_ids: tuple[UUID, ...]
    start: datetime
    end: datetime
    actual_end: datetime | None
    total: Money
    extra: Money
    paid: Money
    refunded: Money
    held_by: str | None
    code_accepted_at: datetime | None
    approved_at: datetime | None
    policy: Mapping[str, Any]
    created_at: datetime
    vendor_ids: tuple[UUID, ...] = ()


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
