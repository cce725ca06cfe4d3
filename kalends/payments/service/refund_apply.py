"""Applying what a gateway says to our refund: one way for its answer, its webhooks and our asking."""

from typing import Any
from uuid import UUID

from kalends.core.gateways import GatewayRefund
from kalends.core.money import Money
from kalends.core.principal import ActorKind
from kalends.core.states import Order, fire
from kalends.core.unit import Unit

from ..processes import REFUNDS
from ..repository import inbox, refunds
from ..rules.refund_verdicts import Judgement, KnownRefund, Step, judge_refund
from ..rules.refunds import gateway_key
from ..types import Destination

FOREIGN = "foreign_refund"
_FIRES = {Step.complete: "complete", Step.fail: "fail", Step.fail_late: "fail_late"}


async def apply_refund(
    unit: Unit, refund_id: UUID, seen: GatewayRefund, *, adopt: bool = False
) -> Judgement:
    """Move the refund to where the gateway says it is, if that fits; its lock is held after.

    The same answer once more changes nothing, and an older one neither. `adopt`: `seen` is of an earlier
    attempt that turned out to live before the current one was sent.
    """
    refund = await refunds.lock(unit, refund_id)
    assert refund is not None  # refunds are never deleted; for the type checker
    judgement = judge_refund(await _known(unit, refund), seen, adopt=adopt)
    if judgement.step in {Step.keep, Step.park}:
        return judgement
    await _note(unit, refund, seen)
    if judgement.step in _FIRES:
        order = Order(ActorKind.gateway, seen.reason)
        await fire(unit, REFUNDS, refund_id, _FIRES[judgement.step], order)
    return judgement


async def _known(unit: Unit, refund: Any) -> KnownRefund:
    return KnownRefund(
        state=refund.state,
        key=gateway_key(refund.id, max(refund.attempt, 1)),
        gateway_refund_id=refund.gateway_refund_id,
        payment_id=await refunds.gateway_payment_id(unit, refund.id),
        amount=Money(refund.amount, refund.currency),
        diverted=refund.destination == Destination.wallet,
    )


async def _note(unit: Unit, refund: Any, seen: GatewayRefund) -> None:
    """Keep the gateway's name and word for it. What came under that name before we knew it is taken up."""
    await refunds.change(unit, refund.id, failure=seen.reason)
    if not seen.refund_id or refund.gateway_refund_id == seen.refund_id:
        return
    await refunds.change(unit, refund.id, gateway_refund_id=seen.refund_id)
    await inbox.lock_object(unit, refund.gateway, seen.refund_id)
    for item in await inbox.reopen_object(unit, refund.gateway, seen.refund_id, FOREIGN):
        unit.defer("payments.process_event", inbox_id=str(item))
