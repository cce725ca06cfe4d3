"""Money back to the customer's wallet."""

from typing import Any

from kalends.core.money import Money
from kalends.core.principal import ActorKind
from kalends.core.states import Order, begin, fire
from kalends.core.unit import Unit

from ..errors import RefundConflict, RefundExceedsCapture
from ..processes import PAYMENTS, REFUNDS
from ..repository import payments, refunds
from ..rules.refunds import spread
from ..types import RefundFacts, RefundOrder

_BY_RULE = Order(ActorKind.system, "within policy")


async def refund_to_wallet(unit: Unit, order: RefundOrder) -> RefundFacts:
    """Refund from escrow to the wallet, spread over the subject's captured payments, oldest first.

    The same key returns the first refund. Raises ValueError unless the amount is positive,
    RefundConflict when the key was used for something else, RefundExceedsCapture when less is left of
    the payments, InsufficientFunds when the money has left escrow (the unit is lost then).
    """
    if order.amount.amount <= 0:
        raise ValueError("a refund has a positive amount")
    captured = await payments.lock_refundable(unit, order.subject)
    earlier = await refunds.by_key(unit, order.key)
    if earlier is not None:
        return _repeat(earlier, order)
    shares = _shares(order, captured)
    refund = await refunds.add(unit, order)
    await refunds.add_shares(unit, refund.id, shares)
    await begin(unit, REFUNDS, refund, ActorKind.system)
    for payment in captured:
        await _mark(unit, payment, dict(shares).get(payment.id))
    for step in ("approve", "process", "complete"):
        await fire(unit, REFUNDS, refund.id, step, _BY_RULE)
    return refunds.facts(await refunds.by_key(unit, order.key))


def _repeat(earlier: Any, order: RefundOrder) -> RefundFacts:
    asked = (order.subject, order.user_id, order.amount.amount, order.amount.currency)
    if (earlier.subject, earlier.user_id, earlier.amount, earlier.currency) != asked:
        raise RefundConflict(f"the key {order.key} was used for another refund")
    return refunds.facts(earlier)


def _shares(order: RefundOrder, captured: Any) -> list[tuple[Any, Money]]:
    currency = order.amount.currency
    left = [
        (p.id, Money(p.amount - p.refunded, currency)) for p in captured if p.currency == currency
    ]
    available = sum((money.amount for _, money in left), 0)
    if order.amount.amount > available:
        raise RefundExceedsCapture(f"at most {Money(available, currency)} can be refunded")
    return spread(order.amount, left)


async def _mark(unit: Unit, payment: Any, share: Money | None) -> None:
    if share is None:
        return
    await payments.add_refunded(unit, payment.id, share.amount)
    whole = payment.refunded + share.amount == payment.amount
    step = "refund_rest" if whole else "refund_part"
    await fire(unit, PAYMENTS, payment.id, step, _BY_RULE)
