"""Refunds: once per key, and never more than is left."""

from dataclasses import dataclass

from kalends.core.errors import NotFound
from kalends.core.ids import new_id
from kalends.core.money import Money
from kalends.core.principal import ActorKind
from kalends.core.states import MACHINES, Order, begin, fire
from kalends.core.unit import Unit

from ..errors import SandboxKeyReused, SandboxRefundRefused
from ..names import new_name
from ..repository import refunds
from ..rules import REFUND, refund_process
from ..types import OrderFacts, RefundFacts
from .orders import locked_payment


@dataclass(frozen=True, slots=True)
class RefundWish:
    payment_id: str
    amount: Money
    key: str


async def refund(unit: Unit, wish: RefundWish) -> RefundFacts:
    """Give money back, once per key. Raises NotFound, SandboxKeyReused, SandboxRefundRefused."""
    order = await locked_payment(unit, wish.payment_id)
    known = await refunds.by_key(unit.session, wish.key)
    if known is None:
        await _give_back(unit, order, wish)
        known = await refunds.by_key(unit.session, wish.key)
    if known is None or (known.payment_id, known.amount) != (wish.payment_id, wish.amount):
        raise SandboxKeyReused(f"key {wish.key} was used for another refund")
    return known


async def _give_back(unit: Unit, order: OrderFacts, wish: RefundWish) -> None:
    if wish.amount.currency != order.amount.currency or wish.amount > order.left:
        raise SandboxRefundRefused(
            f"at most {order.left} can be given back", refundable=order.left.amount
        )
    process = refund_process(order.instrument)
    row = await refunds.add(
        unit.session,
        {
            "id": new_id(),
            "process": process,
            "state": "pending",
            "state_since": unit.now,
            "version": 1,
            "refund_id": new_name("rfnd"),
            "key": wish.key,
            "order_id": order.id,
            "amount": wish.amount.amount,
            "currency": wish.amount.currency,
            "created_at": unit.now,
        },
    )
    if row is None:
        return
    await begin(unit, MACHINES[REFUND], row, ActorKind.gateway)
    if process == REFUND:
        await fire(unit, MACHINES[REFUND], row.id, "process", Order(ActorKind.gateway))


async def get_refund(unit: Unit, refund_id: str) -> RefundFacts:
    """Raises NotFound."""
    found = await refunds.by_refund_id(unit.session, refund_id)
    if found is None:
        raise NotFound
    return found


async def find_refund(unit: Unit, payment_id: str, key: str) -> list[RefundFacts]:
    """The refund of this payment that was made with this key, or nothing."""
    found = await refunds.by_key(unit.session, key)
    return [found] if found and found.payment_id == payment_id else []


async def end_refund(unit: Unit, refund_id: str, *, ok: bool) -> RefundFacts:
    """The bank's word on a refund; also one that was processed may fail. Raises NotFound, TransitionNotAllowed."""
    known = await get_refund(unit, refund_id)
    step = "process" if ok else "fail"
    await fire(unit, MACHINES[REFUND], known.id, step, Order(ActorKind.gateway))
    return await get_refund(unit, refund_id)
