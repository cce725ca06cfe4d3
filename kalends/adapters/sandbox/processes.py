"""The life of an order at the provider, and what each step does to its books."""

from typing import Any
from uuid import UUID

from kalends.core.principal import ActorKind
from kalends.core.process import After, Facts, Process, Transition
from kalends.core.states import Machine, Move, register
from kalends.core.unit import Unit

from . import repository
from .models import HISTORY, ORDERS
from .rules import FAILED, LATE_MINUTES, capture_notices, captured_amount, webhook_body
from .service import PROCESS, new_name
from .types import Instrument, Notice

PAYABLE = ("created", "failed")
ORDER = Process(
    name=PROCESS,
    initial="created",
    transitions=(
        Transition("create", (), "created", (ActorKind.gateway,)),
        Transition("capture", PAYABLE, "captured", (ActorKind.customer,), effects=("take",)),
        Transition("decline", PAYABLE, "failed", (ActorKind.customer,), effects=("refuse",)),
        Transition("postpone", PAYABLE, "pending", (ActorKind.customer,)),
        Transition(
            "settle",
            ("pending",),
            "captured",
            (ActorKind.system,),
            After("late"),
            effects=("take",),
        ),
    ),
)


async def _take(move: Move) -> None:
    """The money moves: book it and tell the merchant."""
    instrument = move.input or Instrument.late
    session, order, payment_id = move.unit.session, move.subject, new_name("pay")
    taken = captured_amount(instrument, order.amount)
    await repository.set_payment(session, order.id, payment_id, taken)
    await repository.add_movement(
        session,
        {
            "order_id": order.id,
            "movement_id": payment_id,
            "kind": "capture",
            "amount": taken,
            "currency": order.currency,
            "key": f"capture:{payment_id}",
            "at": move.unit.now,
        },
    )
    await _tell(move.unit, order.id, capture_notices(instrument, payment_id, new_name))


async def _refuse(move: Move) -> None:
    """No money moves: the attempt gets an id, and the merchant is told."""
    payment_id = new_name("pay")
    await repository.set_payment(move.unit.session, move.subject.id, payment_id)
    await _tell(move.unit, move.subject.id, [Notice(new_name("evt"), FAILED, payment_id)])


async def _tell(unit: Unit, order_key: UUID, notices: list[Notice]) -> None:
    order = await repository.order_by_key(unit.session, order_key)
    assert order is not None  # locked by the machine; for the type checker
    events = [(n.event_id, webhook_body(order, n, unit.now)) for n in notices]
    first = await repository.add_deliveries(unit.session, order_key, events, unit.now)
    unit.defer("sandbox.deliver", delivery_id=str(first))


async def _lock(unit: Unit, order: UUID) -> Any | None:
    return await repository.lock_order(unit.session, order)


MACHINE = register(
    Machine(
        name=PROCESS,
        table=ORDERS,
        history=HISTORY,
        lock=_lock,
        processes={PROCESS: ORDER},
        facts=lambda order: Facts(order.state_since, minutes={"late": LATE_MINUTES}),
        effects={"take": _take, "refuse": _refuse},
    )
)
