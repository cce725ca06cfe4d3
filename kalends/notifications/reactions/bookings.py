"""What people are told of bookings and what becomes of them, and when."""

from kalends.bookings import (
    ApprovalWanted,
    BookingApproved,
    BookingAtRisk,
    BookingCancelled,
    BookingCompleted,
    BookingConfirmed,
    BookingDeclined,
    BookingDropped,
    BookingExpired,
    BookingNoShow,
    BookingReminderDue,
    BookingRequested,
    BookingRescheduled,
    ConsentWanted,
    EnquiryEnded,
    EventLineAnswered,
    EventLineAsked,
    EventLineEnded,
    LatePaymentRefunded,
    LineDropped,
    OfferMade,
    PaymentDue,
    ProposalAccepted,
    ProposalMade,
    ProviderArrived,
    RankingReviewStarted,
    SeriesBooked,
    TrialOver,
    WaitlistOffered,
    bookings_of_series,
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

from ..service import (
    booking_letters,
    enquiry_letters,
    job_letters,
    other_letters,
    recovery_letters,
    visit_letters,
)
from ..service.booking_letters import Notice, tell_party, tell_with_links
from ..service.dispute_letters import tell_both_sides
from ..types import Paper

_STANDS = frozenset({"confirmed", "preparing"})


@on(BookingRequested)
async def acknowledge_request(unit: Unit, event: BookingRequested) -> None:
    """One letter tells of a whole series."""
    booking = await get_booking(unit, event.booking_id)
    if booking.series_id is None:
        await tell_party(unit, booking, Notice("booking_requested", (Paper.request,)))


@on(SeriesBooked)
async def acknowledge_series(unit: Unit, event: SeriesBooked) -> None:
    bookings = await bookings_of_series(unit, event.series_id)
    await tell_party(unit, bookings[0], Notice("series_booked", facts={"bookings": bookings}))


@on(BookingConfirmed)
async def confirm_booking(unit: Unit, event: BookingConfirmed) -> None:
    booking = await get_booking(unit, event.booking_id)
    papers = (Paper.confirmation, Paper.calendar, Paper.invoice)
    occasion = str(booking.resource_id)  # somebody else than before is told once more
    await tell_with_links(unit, booking, Notice("booking_confirmed", papers, occasion=occasion))


@on(BookingApproved)
async def tell_approval(unit: Unit, event: BookingApproved) -> None:
    """Where it is paid already, the confirmation says so."""
    booking = await get_booking(unit, event.booking_id)
    if booking.state == "awaiting_payment":
        await tell_with_links(unit, booking, Notice("booking_approved"))


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


@on(BookingDeclined)
async def offer_replacement(unit: Unit, event: BookingDeclined) -> None:
    await recovery_letters.tell_declined(unit, event.booking_id)


@on(RankingReviewStarted)
async def tell_ranking_review(unit: Unit, event: RankingReviewStarted) -> None:
    await recovery_letters.tell_review(unit, event)


@on(BookingReminderDue)
async def remind(unit: Unit, event: BookingReminderDue) -> None:
    """Remind of what still stands; a booking that moved is reminded of again."""
    booking = await get_booking(unit, event.booking_id)
    if booking.state in _STANDS:
        occasion = booking.start.isoformat()
        await tell_party(unit, booking, Notice("booking_reminder", occasion=occasion))


@on(ApprovalWanted)
async def ask_for_approval(unit: Unit, event: ApprovalWanted) -> None:
    await visit_letters.ask_for_approval(unit, await get_booking(unit, event.booking_id))


@on(BookingAtRisk)
async def tell_risk(unit: Unit, event: BookingAtRisk) -> None:
    if event.because == "overrun":
        await visit_letters.tell_overrun(unit, await get_booking(unit, event.booking_id))
    else:
        await recovery_letters.tell_at_risk(unit, event.booking_id)


@on(BookingNoShow)
async def tell_absence(unit: Unit, event: BookingNoShow) -> None:
    booking = await get_booking(unit, event.booking_id)
    await visit_letters.tell_absence(unit, booking, event)


@on(LineDropped)
async def tell_dropped_line(unit: Unit, event: LineDropped) -> None:
    booking = await get_booking(unit, event.booking_id)
    await visit_letters.tell_dropped(unit, booking, event)


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


@on(OfferMade)
async def ask_who_is_offered(unit: Unit, event: OfferMade) -> None:
    await enquiry_letters.ask_provider(unit, event)


@on(ConsentWanted)
async def ask_for_consent(unit: Unit, event: ConsentWanted) -> None:
    await enquiry_letters.ask_for_consent(unit, event)


@on(EnquiryEnded)
async def tell_enquiry_ended(unit: Unit, event: EnquiryEnded) -> None:
    await enquiry_letters.tell_end(unit, event)


@on(ProviderArrived)
async def tell_arrival(unit: Unit, event: ProviderArrived) -> None:
    await enquiry_letters.tell_arrival(unit, event.booking_id)


@on(EventLineAsked)
async def ask_vendor(unit: Unit, event: EventLineAsked) -> None:
    await enquiry_letters.ask_vendor(unit, event)


@on(EventLineAnswered)
async def tell_vendors_answer(unit: Unit, event: EventLineAnswered) -> None:
    await enquiry_letters.tell_answer(unit, event)


@on(WaitlistOffered)
async def tell_waitlist_offer(unit: Unit, event: WaitlistOffered) -> None:
    await enquiry_letters.tell_waitlist_offer(unit, event.entry_id)


@on(ProposalMade)
async def tell_proposal(unit: Unit, event: ProposalMade) -> None:
    await enquiry_letters.tell_proposal(unit, event)


@on(ProposalAccepted)
async def tell_agreement(unit: Unit, event: ProposalAccepted) -> None:
    await enquiry_letters.tell_agreement(unit, event)


@on(TrialOver)
async def ask_after_trial(unit: Unit, event: TrialOver) -> None:
    await enquiry_letters.tell_trial_over(unit, event)


@on(BookingConfirmed)
async def tell_paid_job(unit: Unit, event: BookingConfirmed) -> None:
    await job_letters.tell_paid_job(unit, event.booking_id)


@on(BookingCancelled)
async def tell_cancelled_job(unit: Unit, event: BookingCancelled) -> None:
    await job_letters.tell_ended_job(unit, event.booking_id, event.by)


@on(BookingExpired)
async def tell_expired_job(unit: Unit, event: BookingExpired) -> None:
    await job_letters.tell_ended_job(unit, event.booking_id, "system")


@on(BookingDropped)
async def tell_dropped_job(unit: Unit, event: BookingDropped) -> None:
    await job_letters.tell_ended_job(unit, event.booking_id, "system")


@on(EventLineEnded)
async def tell_ended_line(unit: Unit, event: EventLineEnded) -> None:
    await job_letters.tell_ended_line(unit, event)
