"""Orders and the payments of them."""

from kalends.core.errors import NotFound
from kalends.core.ids import new_id
from kalends.core.money import Money
from kalends.core.principal import ActorKind
from kalends.core.states import MACHINES, Order, begin, fire
from kalends.core.unit import Unit

from ..errors import SandboxCaptureRefused, SandboxKeyReused
from ..names import new_name
from ..repository import orders
from ..rules import TRANSITION_OF
from ..types import Instrument, OrderFacts

PROCESS = "sandbox_order"


async def create_order(unit: Unit, reference: str, amount: Money) -> OrderFacts:
    """Open an order, or return the one with this reference. Raises SandboxKeyReused."""
    row = await orders.add(
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
    order = await orders.by_reference(unit.session, reference)
    assert order is not None  # inserted, or there before; for the type checker
    if order.amount != amount:
        raise SandboxKeyReused(f"reference {reference} was used for {order.amount}")
    return order


async def get_order(unit: Unit, order_id: str) -> OrderFacts:
    """Raises NotFound."""
    order = await orders.by_order_id(unit.session, order_id)
    if order is None:
        raise NotFound
    return order


async def locked_payment(unit: Unit, payment_id: str) -> OrderFacts:
    """The order of a payment that was captured, locked. Raises NotFound."""
    locked = await orders.lock_by_payment(unit.session, payment_id)
    order = await orders.by_key(unit.session, locked) if locked else None
    if order is None or not order.captured:
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


async def capture(unit: Unit, order_id: str, payment_id: str, amount: Money) -> OrderFacts:
    """Take what is authorized; taking it again changes nothing. Raises NotFound, SandboxCaptureRefused."""
    found = await get_order(unit, order_id)
    await orders.lock(unit.session, found.id)
    order = await get_order(unit, order_id)
    if order.payment_id != payment_id:
        raise NotFound
    taken = Money(order.captured, order.amount.currency)
    if order.state == "captured" and taken == amount:
        return order
    if order.state != "authorized" or order.amount != amount:
        raise SandboxCaptureRefused(f"the payment is {order.status}, over {order.amount}")
    wish = Order(ActorKind.gateway, "captured by the merchant", Instrument.authorized)
    await fire(unit, MACHINES[PROCESS], order.id, "take", wish)
    return await get_order(unit, order_id)
