"""How bookings reacts to what happens elsewhere."""

from uuid import UUID

from kalends.catalog import StaffChanged
from kalends.core.events import on
from kalends.core.unit import Unit
from kalends.payments import (
    ChargebackClosed,
    ChargebackMoved,
    ChargebackOpened,
    EscrowReleased,
    PaymentCaptured,
    RefundApproved,
    RefundCompleted,
    RefundRejected,
)

from .events import (
    BookingCancelled,
    BookingCompleted,
    BookingConfirmed,
    BookingDropped,
    BookingExpired,
    BookingRescheduled,
    InstalmentPaid,
    RatingWanted,
    TimeFreed,
)
from .service import card_disputes, refund_news
from .service.appointments.accounts import follow_member
from .service.enquiries.trials import call_trial_off, follow_trial
from .service.papers.write import write_papers
from .service.ratings import close_rated
from .service.settle import settle_capture
from .service.tips import settle_tip
from .service.waiting.offering import offer_next
from .types import booking_of


@on(PaymentCaptured)
async def apply_captured_payment(unit: Unit, event: PaymentCaptured) -> None:
    """Captured money pays for its booking, or goes back."""
    if event.subject.startswith("booking:"):
        await settle_capture(unit, event)


@on(PaymentCaptured)
async def pass_captured_tip_on(unit: Unit, event: PaymentCaptured) -> None:
    """A tip goes to whom it is for."""
    if event.subject.startswith("tip:"):
        await settle_tip(unit, event)


@on(PaymentCaptured)
async def issue_receipt(unit: Unit, event: PaymentCaptured) -> None:
    await _write_papers_of(unit, event.subject)


@on(BookingConfirmed)
async def issue_receipt_of_wallet(unit: Unit, event: BookingConfirmed) -> None:
    """Payments from the wallet are told by what they brought about."""
    await write_papers(unit, event.booking_id)


@on(BookingRescheduled)
async def issue_receipt_of_difference(unit: Unit, event: BookingRescheduled) -> None:
    await write_papers(unit, event.booking_id)


@on(InstalmentPaid)
async def issue_receipt_of_instalment(unit: Unit, event: InstalmentPaid) -> None:
    await write_papers(unit, event.booking_id)


@on(EscrowReleased)
async def issue_invoices(unit: Unit, event: EscrowReleased) -> None:
    """The provider's for the service, ours for the commission."""
    await _write_papers_of(unit, event.subject)


@on(BookingCancelled)
async def issue_cancellation_note(unit: Unit, event: BookingCancelled) -> None:
    await write_papers(unit, event.booking_id)


@on(BookingCompleted)
async def go_on_after_trial(unit: Unit, event: BookingCompleted) -> None:
    """The customer can decide about what was tried."""
    await follow_trial(unit, event.booking_id, "complete_trial")


@on(BookingCancelled)
async def end_with_cancelled_trial(unit: Unit, event: BookingCancelled) -> None:
    await _end_together(unit, event.booking_id)


@on(BookingExpired)
async def end_with_expired_trial(unit: Unit, event: BookingExpired) -> None:
    await _end_together(unit, event.booking_id)


@on(BookingDropped)
async def call_trial_of_dropped_off(unit: Unit, event: BookingDropped) -> None:
    await call_trial_off(unit, event.booking_id)


async def _end_together(unit: Unit, booking_id: UUID) -> None:
    """A trial that does not take place ends what it was for, and the other way round."""
    await follow_trial(unit, booking_id, "lose_trial")
    await call_trial_off(unit, booking_id)


@on(TimeFreed)
async def offer_freed_time(unit: Unit, event: TimeFreed) -> None:
    """Whoever waited longest for some of it is asked first."""
    await offer_next(unit, event.resource_id, event.start, event.end)


@on(RatingWanted)
async def close_if_rated(unit: Unit, event: RatingWanted) -> None:
    """Whoever was faster than the money has rated already."""
    await close_rated(unit, event.booking_id)


@on(RefundApproved)
async def note_decided_refund(unit: Unit, event: RefundApproved) -> None:
    """The booking shows what an operator gave back."""
    if event.subject.startswith("booking:"):
        await refund_news.note_refund(unit, event)


@on(RefundRejected)
async def release_what_was_kept(unit: Unit, event: RefundRejected) -> None:
    """Escrow that was kept for a refund goes to the provider after all."""
    if event.subject.startswith("booking:"):
        await refund_news.release_kept(unit, event)


@on(ChargebackOpened)
async def freeze_disputed(unit: Unit, event: ChargebackOpened) -> None:
    """The booking's money is kept back while a card network decides about it."""
    await _follow_card_disputes(unit, event.subject, f"{event.chargeback_id}:opened")


@on(ChargebackMoved)
async def follow_moved_dispute(unit: Unit, event: ChargebackMoved) -> None:
    """Money of a dispute that was won may come back after the decision."""
    await _follow_card_disputes(unit, event.subject, f"{event.chargeback_id}:{event.number}")


@on(ChargebackClosed)
async def let_go_of_disputed(unit: Unit, event: ChargebackClosed) -> None:
    """The card network has decided; what is left goes on its way."""
    await _follow_card_disputes(unit, event.subject, f"{event.chargeback_id}:{event.outcome}")


async def _follow_card_disputes(unit: Unit, subject: str, occasion: str) -> None:
    if subject.startswith("booking:"):
        await card_disputes.keep_in_step(unit, booking_of(subject), occasion)


@on(RefundCompleted)
async def issue_credit_note(unit: Unit, event: RefundCompleted) -> None:
    await _write_papers_of(unit, event.subject)


async def _write_papers_of(unit: Unit, subject: str) -> None:
    if subject.startswith("booking:"):
        await write_papers(unit, booking_of(subject))


@on(StaffChanged)
async def follow_staff(unit: Unit, event: StaffChanged) -> None:
    """Jobs are seen by the accounts that do them now, and a member who left is read no calendar of."""
    await follow_member(unit, event.staff_id)
