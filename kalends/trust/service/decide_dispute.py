"""Operators look into disputes and decide them."""

from dataclasses import replace
from uuid import UUID

from kalends import bookings, payments
from kalends.bookings import BookingFacts
from kalends.core.audit import Deed, record
from kalends.core.principal import ActorKind
from kalends.core.states import Order, fire
from kalends.core.unit import Unit

from ..access import access_dispute
from ..errors import NothingToGiveBack, OutcomeImpossible
from ..types import Decision, DisputeFacts, DisputeState
from .claims import left_to
from .dispute_machine import MACHINE
from .read_disputes import get_dispute

STEPS = {
    DisputeState.under_review: "review",
    DisputeState.resolved: "resolve",
    DisputeState.refunded: "refund",
    DisputeState.adjusted: "adjust",
}


async def decide_dispute(unit: Unit, dispute_id: UUID, decision: Decision) -> DisputeFacts:
    """Take a dispute up, or decide it: nothing goes back, all of it, or a part. Audited.

    Raises NotFound, TransitionNotAllowed, AnotherOperatorDecides, NothingToGiveBack, OutcomeImpossible.
    """
    seen = await access_dispute(unit, dispute_id)
    _check_not_own(unit, seen.dispute)
    booking = await bookings.lock_booking(unit, seen.dispute.booking_id)
    before = await get_dispute(unit, dispute_id)
    taken = await _taken(unit, booking, before, decision)
    order = Order(ActorKind.operator, decision.note, taken)
    await fire(unit, MACHINE, dispute_id, STEPS[decision.state], order)
    after = await get_dispute(unit, dispute_id)
    await _record(unit, before, after)
    return after


async def _taken(
    unit: Unit, booking: BookingFacts, dispute: DisputeFacts, decision: Decision
) -> Decision:
    """The decision with the amount that goes back, looked at under the payments' locks."""
    gives_back = decision.state in {DisputeState.refunded, DisputeState.adjusted}
    possible = dispute.state is DisputeState.under_review  # else the machine refuses
    if not gives_back or not possible:
        return replace(decision, refund=None)
    left = await left_to(unit, booking, dispute)
    if left.amount <= 0:
        raise NothingToGiveBack("resolve it; nothing is left to decide about")
    if decision.state is DisputeState.refunded:
        return replace(decision, refund=left)
    wish = decision.refund
    if wish is None or wish.currency != left.currency or wish >= left:
        raise OutcomeImpossible(f"a part of {left} is less than that", left=left.amount)
    return decision


def _check_not_own(unit: Unit, dispute: DisputeFacts) -> None:
    runs = unit.principal.manages(dispute.provider_id, dispute.venue_id)
    if runs or unit.user_id == dispute.customer_id:
        raise payments.AnotherOperatorDecides("you are a party to this dispute")


async def _record(unit: Unit, before: DisputeFacts, after: DisputeFacts) -> None:
    detail = {
        "before": before.state.value,
        "after": after.state.value,
        "booking_id": after.booking_id,
        "claimed": after.claimed.amount,
        "given_back": after.given_back.amount if after.given_back else 0,
        "currency": after.claimed.currency,
        "note": after.decision,
    }
    step = STEPS[after.state]
    await record(unit, Deed(f"dispute.{step}", "dispute", str(after.id), detail))
