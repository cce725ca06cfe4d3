"""What becomes of a trial moves the booking that it is for, and the other way round."""

from uuid import UUID

from kalends.billing import refund_for, tier_percent
from kalends.core.errors import TransitionNotAllowed
from kalends.core.principal import ActorKind
from kalends.core.states import Order, fire, refusal
from kalends.core.unit import Unit
from kalends.payments import escrow_of

from ...access import access_own_booking
from ...repository import bookings
from ...rules.policy import Policy
from ...rules.processes import FLEXI, TRIAL
from ...types import BookingFacts, subject_of
from ..changes import Cancellation
from ..machine import MACHINE
from ..read import get_booking

_FULL = 100
_system = Order(ActorKind.system)


async def decide_after_trial(unit: Unit, booking_id: UUID, *, go_on: bool) -> BookingFacts:
    """The customer goes on to the payment, or does not, after the trial took place.

    Raises NotFound, TransitionNotAllowed.
    """
    booking = await access_own_booking(unit, booking_id)
    if booking.kind != FLEXI.name:
        raise TransitionNotAllowed("this booking has no trial", state=booking.state, actions=[])
    step = "confirm_trial" if go_on else "decline_trial"
    await fire(unit, MACHINE, booking_id, step, Order(ActorKind.customer))
    return await get_booking(unit, booking_id)


async def follow_trial(unit: Unit, trial_id: UUID, step: str) -> None:
    """The booking that the trial was for goes on (`complete_trial`), or ends with it (`lose_trial`)."""
    trial = await get_booking(unit, trial_id)
    if trial.kind == TRIAL.name:
        await _fire_if_open(unit, UUID(trial.details["trial_of"]), step, _system)


async def call_trial_off(unit: Unit, booking_id: UUID) -> None:
    """The booking ended before its trial began: nobody needs that any more.

    A customer who ended it gets back what the trial's own tier says, otherwise all of it goes back. A trial
    that had begun by then takes its course.
    """
    booking = await get_booking(unit, booking_id)
    if booking.kind != FLEXI.name or "trial" not in booking.details:
        return
    trial_id = UUID(booking.details["trial"]["booking_id"])
    trial, ended = await bookings.lock(unit, trial_id), await bookings.look(unit, booking_id)
    at = ended.cancelled_at or unit.now
    if trial is None or trial.start_at <= at:
        return
    by_customer = ended.cancelled_by == ActorKind.customer
    tiers = Policy.read(trial.policy).tiers
    percent = tier_percent(tiers, trial.start_at - at) if by_customer else _FULL
    wish = Cancellation(refund_for(await escrow_of(unit, subject_of(trial_id)), percent))
    order = Order(ActorKind.system, "the booking that it was for has ended", wish)
    await _fire_if_open(unit, trial_id, "call_off", order)


async def _fire_if_open(unit: Unit, booking_id: UUID, step: str, order: Order) -> None:
    row = await bookings.lock(unit, booking_id)
    if row is not None and refusal(MACHINE, row, step, {order.actor}, unit.now) is None:
        await fire(unit, MACHINE, booking_id, step, order)
