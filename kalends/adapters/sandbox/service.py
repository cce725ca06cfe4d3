"""The provider's work: orders, payments, refunds, its statement and the webhooks that wait."""

from dataclasses import dataclass
from uuid import UUID

from kalends.core.errors import NotFound
from kalends.core.ids import new_id
from kalends.core.money import Money
from kalends.core.principal import ActorKind
from kalends.core.states import MACHINES, Order, begin, fire
from kalends.core.unit import Unit

from . import repository
from .errors import SandboxKeyReused, SandboxRefundRefused
from .rules import TRANSITION_OF
from .types import Delivery, Instrument, Movement, OrderFacts, Total

PROCESS = "sandbox_order"


def new_name(prefix: str) -> str:
    """A fresh id in the provider's style, such as `pay_0190…`."""
    return f"{prefix}_{new_id().hex}"


async def create_order(unit: Unit, reference: str, amount: Money) -> OrderFacts:
    """Open an order, or return the one with this reference. Raises SandboxKeyReused."""
    row = await repository.add_order(
        unit.session,
        {
            "id": new_id(),
            "process": PROCESS,
            "state": "created",
            "state_since": unit.now,
            "version": 1,
            "order_id": new_name("order"),
            "reference": reference,
            "amount": amount.amount,
            "currency": amount.currency,
            "created_at": unit.now,
        },
    )
    if row is not None:
        await begin(unit, MACHINES[PROCESS], row, ActorKind.gateway)
    order = await repository.order_by_reference(unit.session, reference)
    assert order is not None  # inserted, or there before; for the type checker
    if order.amount != amount:
        raise SandboxKeyReused(f"reference {reference} was used for {order.amount}")
    return order


async def get_order(unit: Unit, order_id: str) -> OrderFacts:
    """Raises NotFound."""
    order = await repository.order_by_id(unit.session, order_id)
    if order is None:
        raise NotFound
    return order


async def pay(unit: Unit, order_id: str, instrument: Instrument) -> OrderFacts:
    """Try to pay the order. Raises NotFound, or TransitionNotAllowed when it is paid or pending."""
    order = await get_order(unit, order_id)
    transition = TRANSITION_OF[instrument]
    if transition is None:
        return order
    wish = Order(ActorKind.customer, instrument.value, instrument)
    await fire(unit, MACHINES[PROCESS], order.id, transition, wish)
    return await get_order(unit, order_id)


@dataclass(frozen=True, slots=True)
class RefundWish:
    payment_id: str
    amount: Money
    key: str


async def refund(unit: Unit, wish: RefundWish) -> Movement:
    """Give money back, once per key. Raises NotFound, SandboxKeyReused, SandboxRefundRefused."""
    locked = await repository.lock_by_payment(unit.session, wish.payment_id)
    order = await repository.order_by_key(unit.session, locked) if locked else None
    if order is None or not order.captured:
        raise NotFound
    known = await repository.movement_by_key(unit.session, f"refund:{wish.key}")
    if known is None:
        known = await _give_back(unit, order, wish)
    if (known.payment_id, -known.amount, known.currency) != (
        wish.payment_id,
        wish.amount.amount,
        wish.amount.currency,
    ):
        raise SandboxKeyReused(f"key {wish.key} was used for another refund")
    return known


async def _give_back(unit: Unit, order: OrderFacts, wish: RefundWish) -> Movement:
    left = order.captured - order.refunded
    if wish.amount.currency != order.amount.currency or wish.amount.amount > left:
        raise SandboxRefundRefused(
            f"at most {Money(left, order.amount.currency)} can be given back", refundable=left
        )
    values = {
        "order_id": order.id,
        "movement_id": new_name("rfnd"),
        "kind": "refund",
        "amount": -wish.amount.amount,
        "currency": order.amount.currency,
        "key": f"refund:{wish.key}",
        "at": unit.now,
    }
    added = await repository.add_movement(unit.session, values)
    movement = await repository.movement_by_key(unit.session, f"refund:{wish.key}")
    if not added or movement is None:
        raise SandboxKeyReused(f"key {wish.key} was used for another refund")
    return movement


async def statement(unit: Unit) -> tuple[list[Total], list[Movement]]:
    """The totals per currency, and the last movements, newest first."""
    totals = await repository.totals(unit.session)
    return totals, await repository.last_movements(unit.session)


async def open_delivery(unit: Unit, delivery: UUID) -> Delivery | None:
    """The webhook, unless it has arrived."""
    return await repository.open_delivery(unit.session, delivery)


async def delivered(unit: Unit, delivery: UUID) -> None:
    """Note the arrival and let the webhook go that waited for it."""
    following = await repository.mark_delivered(unit.session, delivery, unit.now)
    if following:
        unit.defer("sandbox.deliver", delivery_id=str(following))
