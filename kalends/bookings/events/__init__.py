"""What happened to a booking, told to the rooms above."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kalends.core.events import Event

from .lines import EventLineEnded as EventLineEnded
from .series import SeriesBooked as SeriesBooked
from .waiting import TimeFreed as TimeFreed
from .waiting import WaitlistOffered as WaitlistOffered


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
class ApprovalWanted(Event):
    """Who serves, or who runs the provider, has to say yes."""

    booking_id: UUID


@dataclass(frozen=True, kw_only=True)
class BookingApproved(Event):
    """They said yes. Where nothing is paid yet, that is what comes next."""

    booking_id: UUID


@dataclass(frozen=True, kw_only=True)
class BookingStarted(Event):
    """The work has begun."""

    booking_id: UUID


@dataclass(frozen=True, kw_only=True)
class BookingDeclined(Event):
    """Whoever was booked cannot come; `staff_id` is theirs, where it was a member of the staff."""

    booking_id: UUID
    staff_id: UUID | None
    reason_code: str


@dataclass(frozen=True, kw_only=True)
class RankingReviewStarted(Event):
    """A member of the staff has declined too often and is found less easily until then."""

    staff_id: UUID
    provider_id: UUID
    until: datetime


@dataclass(frozen=True, kw_only=True)
class BookingAtRisk(Event):
    """It may not take place as it was agreed: `because` of overrun (the job before it goes on) or declined
    (nobody has taken it over yet).
    """

    booking_id: UUID
    because: str


@dataclass(frozen=True, kw_only=True)
class BookingNoShow(Event):
    """One side did not come: `absent` is customer or provider. Amounts in minor units, as for a cancellation."""

    booking_id: UUID
    absent: str
    refund_amount: int
    fee: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class LineDropped(Event):
    """One service of a visit was called off. Amounts in minor units: given back, and kept as the fee."""

    booking_id: UUID
    position: int
    refund_amount: int
    fee: int
    currency: str


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


@dataclass(frozen=True, kw_only=True)
class EventLineAsked(Event):
    """A vendor is asked to serve at an event."""

    booking_id: UUID
    line_id: UUID
    provider_id: UUID


@dataclass(frozen=True, kw_only=True)
class EventLineAnswered(Event):
    """A vendor has said something: `answer` is approved, declined or countered."""

    booking_id: UUID
    line_id: UUID
    provider_id: UUID
    answer: str


@dataclass(frozen=True, kw_only=True)
class ProviderDeparted(Event):
    """Whoever serves is on the way to the customer."""

    booking_id: UUID


@dataclass(frozen=True, kw_only=True)
class ProviderArrived(Event):
    """Whoever serves is there; the customer should have the completion code at hand."""

    booking_id: UUID


@dataclass(frozen=True, kw_only=True)
class RatingWanted(Event):
    """The money has gone out; both sides should say how it was."""

    booking_id: UUID


@dataclass(frozen=True, kw_only=True)
class TrialOver(Event):
    """The trial took place: the customer decides whether to go on."""

    booking_id: UUID


@dataclass(frozen=True, kw_only=True)
class BookingDropped(Event):
    """An unpaid booking ended with its trial, or because the customer did not go on after it."""

    booking_id: UUID


@dataclass(frozen=True, kw_only=True)
class EnquirySent(Event):
    """A customer asks for something."""

    enquiry_id: UUID


@dataclass(frozen=True, kw_only=True)
class OfferMade(Event):
    """It is a provider's turn to answer an enquiry."""

    enquiry_id: UUID
    offer_id: UUID


@dataclass(frozen=True, kw_only=True)
class OfferEnded(Event):
    """A provider's turn is over without an acceptance: declined, expired or withdrawn."""

    enquiry_id: UUID
    offer_id: UUID
    outcome: str


@dataclass(frozen=True, kw_only=True)
class ConsentWanted(Event):
    """Only a dearer provider is left; the customer is asked first."""

    enquiry_id: UUID


@dataclass(frozen=True, kw_only=True)
class ProposalMade(Event):
    """One side proposes other terms."""

    enquiry_id: UUID
    version: int


@dataclass(frozen=True, kw_only=True)
class ProposalAccepted(Event):
    """The other side agrees to them."""

    enquiry_id: UUID
    version: int


@dataclass(frozen=True, kw_only=True)
class EnquiryConverted(Event):
    """A provider accepted, and there is a booking to be paid."""

    enquiry_id: UUID


@dataclass(frozen=True, kw_only=True)
class EnquiryEnded(Event):
    """Nobody is asked any more: declined, expired or withdrawn."""

    enquiry_id: UUID
    outcome: str
