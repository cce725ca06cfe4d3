"""Money has arrived: in time, late, twice, or not the right sum. What cannot be used goes back in full."""

from typing import Any
from uuid import UUID

from kalends import payments
from kalends.billing import Instalment
from kalends.core.errors import TransitionNotAllowed
from kalends.core.money import Money
from kalends.core.principal import ActorKind
from kalends.core.states import Order, fire
from kalends.core.unit import Unit

from ..errors import SlotTaken
from ..events import LatePaymentRefunded
from ..repository import bookings
from ..rules.processes import MAY_OWE
from ..types import BookingFacts, booking_of, subject_of
from .instalments import standings, to_pay_next
from .machine import MACHINE
from .pay import STEPS, note_paid, open_step, settled_of
from .read import get_booking


async def settle_capture(unit: Unit, event: payments.PaymentCaptured) -> None:
    """Apply captured money to its booking: confirm it, win a lapsed slot back, pay what is owed; or return it."""
    booking_id = booking_of(event.subject)
    row = await bookings.lock(unit, booking_id)
    assert row is not None
    booking = await get_booking(unit, booking_id)
    if booking.state in MAY_OWE or await _confirmed(unit, booking, row):
        await _apply(unit, booking_id, event)
    else:
        await _return_in_full(unit, booking, event)


async def _confirmed(unit: Unit, booking: BookingFacts, row: Any) -> bool:
    """Whether the money could confirm the booking: it covers what is required so far, and the slot is ours
    or free again.
    """
    step = {"awaiting_payment": "pay", "expired": "pay_late"}.get(booking.state)
    settled = await settled_of(unit, booking.id)
    if step is None or settled < _required(unit, booking):
        return False
    try:
        async with unit.session.begin_nested():
            variant = open_step(row, step, unit.now)
            await fire(unit, MACHINE, booking.id, variant, Order(ActorKind.gateway))
    except (SlotTaken, TransitionNotAllowed):
        return False
    return True


def _required(unit: Unit, booking: BookingFacts) -> Money:
    """The first instalment; for late money also the others that have become due meanwhile."""
    parts = [one.instalment for one in standings(booking, unit.now)]
    late = booking.state == "expired"
    wanted = [p for n, p in enumerate(parts) if n == 0 or (late and p.due_at <= unit.now)]
    return _sum(wanted, booking)


async def _apply(unit: Unit, booking_id: UUID, event: payments.PaymentCaptured) -> None:
    """Keep what the purposes that were paid for allow, return the rest, and take the step that follows."""
    booking = await get_booking(unit, booking_id)
    noted = booking.paid - booking.refunded
    excess = await settled_of(unit, booking_id) - await _cap(unit, booking)
    await _give_back(unit, booking, event, excess)
    owed = to_pay_next(booking, unit.now, noted)
    more = await settled_of(unit, booking_id) > noted
    if owed is not None and more and STEPS[owed.instalment.purpose] != "pay":
        step = STEPS[owed.instalment.purpose]
        await fire(unit, MACHINE, booking_id, step, Order(ActorKind.gateway))
    await note_paid(unit, booking_id)


async def _cap(unit: Unit, booking: BookingFacts) -> Money:
    """The most that may be kept: the instalments up to the last one that somebody has paid for.

    So the second capture for a purpose is too much, although the price has not been reached.
    """
    known = await payments.payments_of(unit, subject_of(booking.id))
    purposes = {payment.purpose for payment in known if payment.captured_at}
    parts = [one.instalment for one in standings(booking, unit.now)]
    reached = [n for n, part in enumerate(parts, 1) if part.purpose in purposes]
    # A purpose beside the schedule is the difference of a move: the price had been paid in full before.
    beside = purposes - {part.purpose for part in parts}
    return _sum(parts if beside else parts[: max(reached, default=0)], booking)


async def _return_in_full(
    unit: Unit, booking: BookingFacts, event: payments.PaymentCaptured
) -> None:
    """All of it, unless a cancellation has dealt with it between the capture and now."""
    held = await payments.escrow_of(unit, event.subject)
    await _give_back(unit, booking, event, held)
    await note_paid(unit, booking.id)


async def _give_back(
    unit: Unit, booking: BookingFacts, event: payments.PaymentCaptured, most: Money
) -> None:
    """Return what is left of this payment, and at most this much."""
    known = await payments.payments_of(unit, event.subject)
    this = next(p for p in known if p.id == event.payment_id)
    left = this.amount - this.refunded - this.charged_back
    amount = min(left, most)
    if amount.amount <= 0:
        return
    order = payments.RefundOrder(
        subject=event.subject,
        user_id=booking.customer_id,
        amount=amount,
        reason="payment could not be used",
        key=f"unused:{event.payment_id}",
        payment_id=event.payment_id,
        destination=payments.refund_destination(unit),
    )
    await payments.refund(unit, order)
    unit.emit(
        LatePaymentRefunded(
            booking_id=booking.id,
            payment_id=event.payment_id,
            amount=amount.amount,
            currency=amount.currency,
            refund_to=order.destination.value,
        )
    )


def _sum(parts: list[Instalment], booking: BookingFacts) -> Money:
    return Money(sum(part.amount.amount for part in parts), booking.total.currency)
