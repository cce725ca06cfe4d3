"""The life of a dispute: the money is taken at once, and comes back when the merchant wins."""

from typing import Any
from uuid import UUID

from kalends.core.principal import ActorKind
from kalends.core.process import Process, Transition
from kalends.core.states import Machine, Move, register
from kalends.core.unit import Unit

from ..models import DISPUTE_HISTORY, DISPUTES
from ..repository import disputes, movements
from ..service.deliveries import tell
from ..service.disputes import PROCESS
from ..types import Kind, News

DISPUTE = Process(
    name=PROCESS,
    initial="open",
    transitions=(
        Transition("complain", (), "open", (ActorKind.customer,), effects=("deduct", "tell")),
        Transition("win", ("open",), "won", (ActorKind.gateway,), effects=("return", "tell")),
        Transition("lose", ("open",), "lost", (ActorKind.gateway,), effects=("tell",)),
    ),
)


async def _deduct(move: Move) -> None:
    await _book(move, Kind.dispute, -move.subject.amount)


async def _return(move: Move) -> None:
    await _book(move, Kind.dispute_won, move.subject.amount)


async def _book(move: Move, kind: Kind, amount: int) -> None:
    dispute = move.subject
    again = "" if kind is Kind.dispute else "_back"
    await movements.add(
        move.unit.session,
        {
            "order_id": dispute.order_id,
            "movement_id": dispute.dispute_id + again,
            "kind": kind,
            "object_id": dispute.dispute_id,
            "amount": amount,
            "currency": dispute.currency,
            "key": f"{kind}:{dispute.dispute_id}",
            "at": move.unit.now,
        },
    )


async def _tell(move: Move) -> None:
    dispute = await disputes.by_dispute_id(move.unit.session, move.subject.dispute_id)
    assert dispute is not None  # locked by the machine; for the type checker
    data = {
        "id": dispute.dispute_id,
        "order_id": dispute.order_id,
        "payment_id": dispute.payment_id,
        "status": dispute.state,
        "amount": dispute.amount.amount,
        "currency": dispute.amount.currency,
    }
    await tell(move.unit, News(f"dispute.{dispute.state}", data), dispute.order_key)


async def _lock(unit: Unit, dispute: UUID) -> Any | None:
    return await disputes.lock(unit.session, dispute)


MACHINE = register(
    Machine(
        name=PROCESS,
        table=DISPUTES,
        history=DISPUTE_HISTORY,
        lock=_lock,
        processes={PROCESS: DISPUTE},
        effects={"deduct": _deduct, "return": _return, "tell": _tell},
    )
)
