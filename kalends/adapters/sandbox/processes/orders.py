"""The life of an order at the provider, and what each step does to its books."""

from typing import Any
from uuid import UUID

from kalends.core.principal import ActorKind
from kalends.core.process import After, Facts, Process, Transition
from kalends.core.states import Machine, Move, register
from kalends.core.unit import Unit

from ..models import HISTORY, ORDERS
from ..names import new_name
from ..repository import movements, orders
from ..rules import (
    AUTHORIZED,
    FAILED,
    LAPSE_MINUTES,
    LATE_MINUTES,
    capture_fee,
    capture_notices,
    captured_amount,
    payment_body,
)
from ..service.deliveries import send
from ..service.orders import PROCESS
from ..types import Instrument, Kind, Notice

PAYABLE = ("created", "failed")
_customer, _system, _gateway = ActorKind.customer, ActorKind.system, ActorKind.gateway
ORDER = Process(
    name=PROCESS,
    initial="created",
    transitions=(
        Transition("create", (), "created", (_gateway,)),
        Transition("capture", PAYABLE, "captured", (_customer,), effects=("take",)),
        Transition("decline", PAYABLE, "failed", (_customer,), effects=("refuse",)),
        Transition("postpone", PAYABLE, "pending", (_customer,)),
        Transition(
            "settle", ("pending",), "captured", (_system,), After("late"), effects=("take",)
        ),
        Transition("authorize", PAYABLE, "authorized", (_customer,), effects=("reserve",)),
        Transition("take", ("authorized",), "captured", (_gateway,), effects=("take",)),
        # money that is reserved and never taken goes back by itself
        Transition(
            "lapse", ("authorized",), "failed", (_system,), After("lapse"), effects=("refuse",)
        ),
    ),
)


async def _take(move: Move) -> None:
    """The money moves: book it and tell the merchant."""
    instrument = move.input or Instrument.late
    session, order = move.unit.session, move.subject
    reserved = order.state == "authorized"
    payment_id = order.payment_id if reserved else new_name("pay")
    taken = captured_amount(instrument, order.amount)
    await orders.set_payment(session, order.id, payment_id, taken)
    await orders.set_instrument(session, order.id, instrument)
    await movements.add(
        session,
        {
            "order_id": order.id,
            "movement_id": payment_id,
            "kind": Kind.capture,
            "object_id": payment_id,
            "amount": taken,
            "fee": capture_fee(instrument, taken),
            "currency": order.currency,
            "key": f"capture:{payment_id}",
            "at": move.unit.now,
        },
    )
    await _tell(move.unit, order.id, capture_notices(instrument, payment_id, new_name))


async def _refuse(move: Move) -> None:
    """No money moves: the attempt gets an id, and the merchant is told."""
    payment_id = new_name("pay")
    await orders.set_payment(move.unit.session, move.subject.id, payment_id)
    await _tell(move.unit, move.subject.id, [Notice(new_name("evt"), FAILED, payment_id)])


async def _reserve(move: Move) -> None:
    """The money is promised, and waits for the merchant to take it."""
    payment_id = new_name("pay")
    await orders.set_payment(move.unit.session, move.subject.id, payment_id)
    await _tell(move.unit, move.subject.id, [Notice(new_name("evt"), AUTHORIZED, payment_id)])


async def _tell(unit: Unit, order_key: UUID, notices: list[Notice]) -> None:
    order = await orders.by_key(unit.session, order_key)
    assert order is not None  # locked by the machine; for the type checker
    events = [(n.event_id, payment_body(order, n, unit.now)) for n in notices]
    await send(unit, events, order_key)


async def _lock(unit: Unit, order: UUID) -> Any | None:
    return await orders.lock(unit.session, order)


MACHINE = register(
    Machine(
        name=PROCESS,
        table=ORDERS,
        history=HISTORY,
        lock=_lock,
        processes={PROCESS: ORDER},
        facts=lambda order: Facts(
            order.state_since, minutes={"late": LATE_MINUTES, "lapse": LAPSE_MINUTES}
        ),
        effects={"take": _take, "refuse": _refuse, "reserve": _reserve},
    )
)
