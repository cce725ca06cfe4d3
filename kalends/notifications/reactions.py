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
    get_booking,
)
from kalends.core.events import on
from kalends.core.money import Money
from kalends.core.unit import Unit
from kalends.identity import UserRegistered
from kalends.payments import RefundCompleted
from kalends.trust import ReviewPosted, get_review

from .service import booking_letters, other_letters
from .service.booking_letters import Notice, tell_party
from .types import Paper


@on(BookingRequested)
async def acknowledge_request(unit: Unit, event: BookingRequested) -> None:
    booking = await get_booking(unit, event.booking_id)
    await tell_party(unit, booking, Notice("booking_requested", (Paper.request,)))


@on(BookingConfirmed)
async def confirm_booking(unit: Unit, event: BookingConfirmed) -> None:
    booking = await get_booking(unit, event.booking_id)
    papers = (Paper.confirmation, Paper.invoice, Paper.calendar)
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


@on(LatePaymentRefunded)
async def explain_late_payment(unit: Unit, event: LatePaymentRefunded) -> None:
    booking = await get_booking(unit, event.booking_id)
    facts = {"amount": Money(event.amount, event.currency)}
    notice = Notice("late_payment_refunded", (), facts, str(event.payment_id), copies=False)
    await tell_party(unit, booking, notice)


@on(RefundCompleted)
async def tell_refund(unit: Unit, event: RefundCompleted) -> None:
    await other_letters.tell_refunded(unit, event)


@on(ReviewPosted)
async def tell_review(unit: Unit, event: ReviewPosted) -> None:
    await other_letters.tell_reviewed(unit, await get_review(unit, event.review_id))


@on(UserRegistered)
async def welcome_user(unit: Unit, event: UserRegistered) -> None:
    await other_letters.welcome(unit, event.user_id)
