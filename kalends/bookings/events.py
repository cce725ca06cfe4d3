"""What happened to a booking, told to the rooms above."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kalends.core.events import Event


@dataclass(frozen=True, kw_only=True)
class BookingRequested(Event):
    """A booking exists and holds its slot; it is not paid yet."""

    booking_id: UUID


@dataclass(frozen=True, kw_only=True)
class BookingConfirmed(Event):
    """It is paid and firm."""

    booking_id: UUID


@dataclass(frozen=True, kw_only=True)
class BookingExpired(Event):
    """It was not paid in time; its slot is free again."""

    booking_id: UUID


@dataclass(frozen=True, kw_only=True)
class BookingRescheduled(Event):
    """It moved. `difference` is what the new price is more (or, negative, less), in minor units."""

    booking_id: UUID
    previous_start: datetime
    previous_end: datetime
    difference: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class BookingCancelled(Event):
    """It was called off. Amounts in minor units: given back, and kept as the fee."""

    booking_id: UUID
    by: str
    refund_percent: int
    refund_amount: int
    fee: int
    currency: str
    refund_to: str = "wallet"


@dataclass(frozen=True, kw_only=True)
class BookingCompleted(Event):
    """Its time is over."""

    booking_id: UUID


@dataclass(frozen=True, kw_only=True)
class BookingReleased(Event):
    """Its escrow went to the provider."""

    booking_id: UUID


@dataclass(frozen=True, kw_only=True)
class BookingReminderDue(Event):
    """It starts soon; its people should be reminded."""

    booking_id: UUID


@dataclass(frozen=True, kw_only=True)
class PaymentDue(Event):
    """Something is still to be paid: `balance` before the start, or `extra` that was added on the way.

    `until`: when it is no longer waited for, if ever.
    """

    booking_id: UUID
    purpose: str
    amount: int
    currency: str
    until: datetime | None


@dataclass(frozen=True, kw_only=True)
class InstalmentPaid(Event):
    """A balance or an extra was paid for a booking that stood already."""

    booking_id: UUID


@dataclass(frozen=True, kw_only=True)
class LatePaymentRefunded(Event):
    """Money came for a booking that could not take it, and went back: to the wallet, or how it was paid."""

    booking_id: UUID
    payment_id: UUID
    amount: int
    currency: str
    refund_to: str = "wallet"
