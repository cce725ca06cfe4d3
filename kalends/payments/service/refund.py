"""Money back to the customer: to the wallet at once, or to the method that paid, through its gateway."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from kalends.core.money import Money
from kalends.core.principal import ActorKind
from kalends.core.states import Order, begin, fire
from kalends.core.unit import Unit

from ..errors import RefundConflict, RefundExceedsCapture
from ..events import RefundApproved, RefundRequested
from ..processes import REFUNDS
from ..repository import payments, refunds
from ..rules.refunds import divide, part_key, runs_by_itself, spread
from ..types import TOP_UP, Destination, RefundFacts, RefundOrder, RefundPart, RefundSource

BY_RULE = Order(ActorKind.system, "within policy")


async def refund(unit: Unit, order: RefundOrder) -> list[RefundFacts]:
    """Refund, spread over the subject's captured payments, oldest first.

    To the wallet it is one refund, complete at once. To the original method it is one per payment, sent when
    the unit has committed; what had been paid from the wallet goes back to it. What is above the
    marketplace's limits waits for an operator and reserves nothing, except that escrow is not released.

    The same key returns the first refunds. Raises ValueError unless the amount is positive, RefundConflict
    when the key was used for something else, RefundExceedsCapture when less is left of the payments,
    InsufficientFunds when the money has left escrow (the unit is lost then).
    """
    _check(order)
    captured = await payments.lock_refundable(unit, order.subject)
    earlier = await refunds.of_cause(unit, order.subject, order.key)
    if earlier:
        return _repeat(earlier, order)
    parts = _parts(order, captured)
    made = []
    for number, part in enumerate(parts, start=1):
        made.append(await _make(unit, order, part_key(order.key, number), part))
    return [refunds.facts(await refunds.reread(unit, refund_id)) for refund_id in made]


async def plan_refund(unit: Unit, order: RefundOrder) -> list[tuple[Destination, Money]]:
    """Where the parts of such a refund would go now. Raises RefundExceedsCapture."""
    captured = [p for p in await payments.of_subject(unit, order.subject) if p.captured_at]
    return [(part.destination, part.amount) for part in _parts(order, captured)]


async def carry_out(unit: Unit, refund_id: UUID, destination: str) -> None:
    """What follows the approval: the wallet has it already, a gateway has to be asked."""
    if destination == Destination.wallet:
        for step in ("process", "complete"):
            await fire(unit, REFUNDS, refund_id, step, BY_RULE)
    else:
        unit.defer("payments.send_refund", refund_id=str(refund_id))


async def _make(unit: Unit, order: RefundOrder, key: str, part: RefundPart) -> UUID:
    row = await refunds.add(unit, order, key, part)
    refund_id: UUID = row.id
    await begin(unit, REFUNDS, row, _asking(unit, order))
    limits = unit.profile.refund
    if order.decided:
        await _as_decided(unit, row)
    elif order.within_policy and runs_by_itself(
        order.amount, automatic=limits.auto_approve, up_to=limits.auto_approve_up_to
    ):
        await fire(unit, REFUNDS, refund_id, "approve", BY_RULE)
        await carry_out(unit, refund_id, row.destination)
    else:
        _tell_requested(unit, row)
    return refund_id


async def _as_decided(unit: Unit, row: Any) -> None:
    """An operator's decision elsewhere, such as about a dispute, let it go already."""
    await refunds.change(unit, row.id, decided_by=unit.principal.user_id)
    await fire(unit, REFUNDS, row.id, "approve", Order(ActorKind.operator, row.reason))
    await carry_out(unit, row.id, row.destination)
    unit.emit(RefundApproved(refund_id=row.id, subject=row.subject))


def _asking(unit: Unit, order: RefundOrder) -> ActorKind:
    if order.within_policy:
        return ActorKind.system
    return ActorKind.operator if unit.principal.runs_marketplace else ActorKind.customer


def _tell_requested(unit: Unit, row: Any) -> None:
    unit.emit(
        RefundRequested(
            refund_id=row.id,
            subject=row.subject,
            user_id=row.user_id,
            amount=row.amount,
            currency=row.currency,
        )
    )


def _check(order: RefundOrder) -> None:
    if order.amount.amount <= 0:
        raise ValueError("a refund has a positive amount")
    if order.source is RefundSource.provider and order.provider_id is None:
        raise ValueError("money from a provider needs a provider")


def _repeat(earlier: Sequence[Any], order: RefundOrder) -> list[RefundFacts]:
    found = [refunds.facts(row) for row in earlier]
    same = {(f.subject, f.user_id) for f in found} == {(order.subject, order.user_id)}
    if (
        not same
        or sum((f.amount for f in found), Money.zero(found[0].amount.currency)) != order.amount
    ):
        raise RefundConflict(f"the key {order.key} was used for another refund")
    return found


def _parts(order: RefundOrder, captured: Sequence[Any]) -> list[RefundPart]:
    currency = order.amount.currency
    usable = [p for p in captured if _is_usable(p, order)]
    left = [(p.id, Money(p.amount - p.refunded - p.charged_back, currency)) for p in usable]
    available = sum((money for _, money in left), Money.zero(currency))
    if order.amount > available:
        raise RefundExceedsCapture(f"at most {available} can be refunded", left=available.amount)
    gateways = {p.id: p.gateway for p in usable}
    return divide(spread(order.amount, left), gateways, order.destination)


def _is_usable(payment: Any, order: RefundOrder) -> bool:
    if payment.purpose == TOP_UP or payment.currency != order.amount.currency:
        return False
    return order.payment_id is None or payment.id == order.payment_id
