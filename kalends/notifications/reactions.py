"""What people are told, and when. Each reaction writes messages; the job of each message sends it."""

from kalends.bookings import (
    BookingCancelled,
    BookingCompleted,
    BookingConfirmed,
    BookingExpired,
    BookingReminderDue,
    BookingRequested,
    BookingRescheduled,
    LatePaymentRefunded,
    PaymentDue,
    get_booking,
)
from kalends.core.events import on
from kalends.core.money import Money
from kalends.core.unit import Unit
from kalends.identity import UserRegistered
from kalends.payments import RefundCompleted
from kalends.trust import (
    DisputeClosed,
    DisputeOpened,
    DisputeUnderReview,
    ReviewPosted,
    get_review,
)

from .service import booking_letters, other_letters
from .service.booking_letters import Notice, tell_party
from .service.dispute_letters import tell_both_sides
from .types import Paper


@on(BookingRequested)
async def acknowledge_request(unit: Unit, event: BookingRequested) -> None:
    booking = await get_booking(unit, event.booking_id)
    await tell_party(unit, booking, Notice("booking_requested", (Paper.request,)))


@on(BookingConfirmed)
async def confirm_booking(unit: Unit, event: BookingConfirmed) -> None:
    booking = await get_booking(unit, event.booking_id)
    papers = (Paper.confirmation, Paper.calendar, Paper.invoice)
    await tell_party(unit, booking, Notice("booking_confirmed", papers))


@on(BookingExpired)
async def tell_expiry(unit: Unit, event: BookingExpired) -> None:
    """Unless a late payment has won the time back in between."""
    booking = await get_booking(unit, event.booking_id)
    if booking.state == "expired":
        await tell_party(unit, booking, Notice("booking_expired"))


@on(BookingRescheduled)
async def tell_new_time(unit: Unit, event: BookingRescheduled) -> None:
    booking = await get_booking(unit, event.booking_id)
    await booking_letters.tell_rescheduled(unit, booking, event)


@on(BookingCancelled)
async def tell_cancellation(unit: Unit, event: BookingCancelled) -> None:
    booking = await get_booking(unit, event.booking_id)
    await booking_letters.tell_cancelled(unit, booking, event)


@on(BookingReminderDue)
async def remind(unit: Unit, event: BookingReminderDue) -> None:
    """Remind of what still stands; a booking that moved is reminded of again."""
    booking = await get_booking(unit, event.booking_id)
    if booking.state == "confirmed":
        occasion = booking.start.isoformat()
        await tell_party(unit, booking, Notice("booking_reminder", occasion=occasion))


@on(BookingCompleted)
async def invite_review(unit: Unit, event: BookingCompleted) -> None:
    if unit.profile.features.reviews:
        booking = await get_booking(unit, event.booking_id)
        facts = {"days": unit.profile.reviews.window_days}
        await tell_party(unit, booking, Notice("review_invitation", facts=facts, copies=False))


@on(PaymentDue)
async def ask_for_payment(unit: Unit, event: PaymentDue) -> None:
    """Unless it was paid in between. What is due again after a move is asked for again."""
    booking = await get_booking(unit, event.booking_id)
    if booking.paid - booking.refunded >= booking.total:
        return
    facts = {"amount": Money(event.amount, event.currency), "until": event.until}
    occasion = f"{event.purpose}:{event.until}"
    await tell_party(unit, booking, Notice("payment_due", (), facts, occasion, copies=False))


@on(LatePaymentRefunded)
async def explain_late_payment(unit: Unit, event: LatePaymentRefunded) -> None:
    booking = await get_booking(unit, event.booking_id)
    amount = Money(event.amount, event.currency)
    facts = {"amount": amount, "to_wallet": event.refund_to == "wallet"}
    notice = Notice("late_payment_refunded", (), facts, str(event.payment_id), copies=False)
    await tell_party(unit, booking, notice)


@on(RefundCompleted)
async def tell_refund(unit: Unit, event: RefundCompleted) -> None:
    await other_letters.tell_refunded(unit, event)


@on(ReviewPosted)
async def tell_review(unit: Unit, event: ReviewPosted) -> None:
    await other_letters.tell_reviewed(unit, await get_review(unit, event.review_id))


@on(DisputeOpened)
async def tell_complaint(unit: Unit, event: DisputeOpened) -> None:
    await tell_both_sides(unit, "dispute_opened", event.dispute_id)


@on(DisputeUnderReview)
async def tell_review_of_complaint(unit: Unit, event: DisputeUnderReview) -> None:
    await tell_both_sides(unit, "dispute_under_review", event.dispute_id)


@on(DisputeClosed)
async def tell_decision(unit: Unit, event: DisputeClosed) -> None:
    facts = {
        "outcome": event.outcome,
        "given_back": Money(event.given_back, event.currency),
    }
    await tell_both_sides(unit, "dispute_closed", event.dispute_id, **facts)


@on(UserRegistered)
async def welcome_user(unit: Unit, event: UserRegistered) -> None:
    await other_letters.welcome(unit, event.user_id)
