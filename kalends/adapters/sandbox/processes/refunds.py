"""The life of a refund. The money leaves when it is asked for; a failure brings it back."""

from typing import Any
from uuid import UUID

from kalends.core.principal import ActorKind
from kalends.core.process import After, Facts, Process, Transition
from kalends.core.states import Machine, Move, register
from kalends.core.unit import Unit

from ..models import REFUND_HISTORY, REFUNDS
from ..repository import movements, refunds
from ..rules import LATE_MINUTES, REFUND, REFUND_FAILING, REFUND_SLOW
from ..service.deliveries import tell
from ..types import Kind, News

_BANK = (ActorKind.gateway, ActorKind.system)


def _process(name: str, *, process: After | None = None, fail: After | None = None) -> Process:
    return Process(
        name=name,
        initial="pending",
        transitions=(
            Transition("ask", (), "pending", (ActorKind.gateway,), effects=("give",)),
            Transition("process", ("pending",), "processed", _BANK, process, effects=("tell",)),
            Transition(
                "fail",
                ("pending", "processed"),
                "failed",
                _BANK,
                fail,
                effects=("bring_back", "tell"),
            ),
        ),
    )


PROCESSES = (
    _process(REFUND),
    _process(REFUND_SLOW, process=After("slow")),
    _process(REFUND_FAILING, fail=After("moment")),
)


async def _give(move: Move) -> None:
    await _book(move, Kind.refund, -move.subject.amount)


async def _bring_back(move: Move) -> None:
    await refunds.set_reason(move.unit.session, move.subject.id, "refused_by_the_customers_bank")
    await _book(move, Kind.refund_failed, move.subject.amount)


async def _book(move: Move, kind: Kind, amount: int) -> None:
    refund = move.subject
    again = "" if kind is Kind.refund else "_back"
    await movements.add(
        move.unit.session,
        {
            "order_id": refund.order_id,
            "movement_id": refund.refund_id + again,
            "kind": kind,
            "object_id": refund.refund_id,
            "amount": amount,
            "currency": refund.currency,
            "key": f"{kind}:{refund.key}",
            "at": move.unit.now,
        },
    )


async def _tell(move: Move) -> None:
    refund = await refunds.by_refund_id(move.unit.session, move.subject.refund_id)
    assert refund is not None  # locked by the machine; for the type checker
    data = {
        "id": refund.refund_id,
        "key": refund.key,
        "order_id": refund.order_id,
        "payment_id": refund.payment_id,
        "status": refund.state,
        "amount": refund.amount.amount,
        "currency": refund.amount.currency,
    }
    await tell(move.unit, News(f"refund.{refund.state}", data), refund.order_key)


async def _lock(unit: Unit, refund: UUID) -> Any | None:
    return await refunds.lock(unit.session, refund)


MACHINE = register(
    Machine(
        name=REFUND,
        table=REFUNDS,
        history=REFUND_HISTORY,
        lock=_lock,
        processes={process.name: process for process in PROCESSES},
        facts=lambda refund: Facts(refund.state_since, minutes={"moment": 0, "slow": LATE_MINUTES}),
        effects={"give": _give, "bring_back": _bring_back, "tell": _tell},
    )
)
