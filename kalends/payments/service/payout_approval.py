"""Who lets a payout leave: the rules, one operator, or two; and taking it back."""

from typing import Any
from uuid import UUID

from kalends.core import audit
from kalends.core.errors import NotFound
from kalends.core.principal import ActorKind
from kalends.core.states import Order, fire
from kalends.core.unit import Unit

from ..access import access_payout
from ..errors import AnotherOperatorDecides, PayoutAlreadyApproved
from ..processes import PAYOUTS
from ..repository import payouts
from ..types import PAYOUT_SUBJECT, PayoutFacts

_CANCEL = {"held": "cancel_held", "locked": "drop"}


def approvals_needed(unit: Unit, amount: int) -> int:
    """How many operators must approve so many minor units: none by rule, and two of what is large."""
    rules = unit.profile.payout
    if amount > rules.second_approval_above:
        return 2
    return 0 if rules.approval == "auto" else 1


async def approve_by_rule(unit: Unit, payout: Any) -> None:
    """Let it leave at once, where the profile asks nobody."""
    if approvals_needed(unit, payout.amount) == 0:
        await fire(unit, PAYOUTS, payout.id, "approve", Order(ActorKind.system, "by rule"))
        await _let_leave(unit, payout.id)


async def approve_payout(unit: Unit, payout_id: UUID) -> PayoutFacts:
    """An operator approves; of a large payout, two different ones. Never somebody whose money it is.

    Raises NotFound, AnotherOperatorDecides, PayoutAlreadyApproved, TransitionNotAllowed.
    """
    payout = await locked(unit, payout_id)
    _check_not_own(unit, payout)
    if payout.state == "eligible" and payout.approved_at is not None:
        raise PayoutAlreadyApproved("it is on its way")
    await fire(unit, PAYOUTS, payout_id, "approve", Order(ActorKind.operator))
    if not await payouts.approve(unit, payout_id, unit.user_id):
        raise AnotherOperatorDecides("you have approved it; somebody else has to as well")
    if await payouts.count_approvals(unit, payout_id) >= approvals_needed(unit, payout.amount):
        await _let_leave(unit, payout_id)
    return await decided(unit, payout, "payout.approved")


async def cancel_own(unit: Unit, payout_id: UUID) -> PayoutFacts:
    """A provider takes a payout back that has not left. Raises NotFound, TransitionNotAllowed."""
    await access_payout(unit, payout_id)
    payout = await locked(unit, payout_id)
    order = Order(ActorKind.provider, "taken back by the provider")
    await fire(unit, PAYOUTS, payout_id, "cancel", order)
    return await decided(unit, payout, "payout.cancelled")


async def cancel_by_operator(unit: Unit, payout_id: UUID, reason: str) -> PayoutFacts:
    """An operator takes a payout back, also a held one. Raises NotFound, TransitionNotAllowed."""
    payout = await locked(unit, payout_id)
    await fire_cancel(unit, payout, Order(ActorKind.operator, reason))
    return await decided(unit, payout, "payout.cancelled", reason)


async def fire_cancel(unit: Unit, payout: Any, order: Order) -> None:
    """The step that cancels from where the payout stands. Raises TransitionNotAllowed."""
    milestone = payout.milestone is not None
    step = _CANCEL.get(payout.state, "cancel") if milestone or payout.state == "held" else "cancel"
    await fire(unit, PAYOUTS, payout.id, step, order)
    await payouts.drop_holds(unit, payout.id)


async def retry_payout(unit: Unit, payout_id: UUID) -> PayoutFacts:
    """Set a failed payout's money aside again, for another attempt under another key.

    Raises NotFound, TransitionNotAllowed, InsufficientFunds when the money is gone meanwhile.
    """
    payout = await locked(unit, payout_id)
    if payout.state == "failed":
        await payouts.forget_approvals(unit, payout_id)
        await payouts.note(unit, payout_id, attempt=payout.attempt + 1, failure=None)
    await fire(unit, PAYOUTS, payout_id, "retry", Order(ActorKind.operator))
    await approve_by_rule(unit, payout)
    return await decided(unit, payout, "payout.retried")


async def locked(unit: Unit, payout_id: UUID) -> Any:
    """Raises NotFound."""
    payout = await payouts.lock(unit, payout_id)
    if payout is None:
        raise NotFound
    return payout


async def decided(unit: Unit, before: Any, action: str, reason: str | None = None) -> PayoutFacts:
    """Write the decision into the audit log; return the payout as it is now."""
    after = payouts.facts(await payouts.by_id(unit, before.id))
    detail = {"before": before.state, "after": after.state, "approvals": after.approvals}
    detail |= {"amount": before.amount, "currency": before.currency, "reason": reason}
    await audit.record(unit, audit.Deed(action, PAYOUT_SUBJECT, str(before.id), detail))
    return after


async def _let_leave(unit: Unit, payout_id: UUID) -> None:
    await payouts.note(unit, payout_id, approved_at=unit.now)
    unit.defer("payments.send_payout", payout_id=str(payout_id))


def _check_not_own(unit: Unit, payout: Any) -> None:
    if payout.requested_by == unit.user_id or unit.principal.manages(payout.provider_id):
        raise AnotherOperatorDecides("this is a payout of your own")
