"""The life of a payout. The money leaves when the bank has paid; what comes back brings its fee along."""

from typing import Any
from uuid import UUID

from kalends.core.principal import ActorKind
from kalends.core.process import After, Facts, Process, Transition
from kalends.core.states import Machine, Move, register
from kalends.core.unit import Unit

from ..models import PAYOUT_HISTORY, PAYOUTS
from ..repository import movements, payouts
from ..rules import LATE_MINUTES, PAYOUT, PAYOUT_FAILING, PAYOUT_RETURNING, reason_of
from ..service.deliveries import tell
from ..types import Kind, News

_BANK = (ActorKind.gateway, ActorKind.system)


def _process(name: str, by_itself: dict[str, After]) -> Process:
    """The bank may decide at any time; by itself it does what `by_itself` says."""
    steps = (
        ("process", "processing", "processed", ("pay", "tell")),
        ("fail", "processing", "failed", ("note_failure", "tell")),
        ("reverse", "processed", "reversed", ("note_failure", "bring_back", "tell")),
    )
    asked = Transition("ask", (), "processing", (ActorKind.gateway,))
    decided = (
        Transition(step, (source,), target, _BANK, by_itself.get(step), effects=effects)
        for step, source, target, effects in steps
    )
    return Process(name=name, initial="processing", transitions=(asked, *decided))


PROCESSES = (
    _process(PAYOUT, {"process": After("moment")}),
    _process(PAYOUT_FAILING, {"fail": After("moment")}),
    _process(PAYOUT_RETURNING, {"process": After("moment"), "reverse": After("later")}),
)


async def _pay(move: Move) -> None:
    reference = "SBX" + move.subject.payout_id[-12:].upper()
    await payouts.set_result(move.unit.session, move.subject.id, bank_reference=reference)
    await _book(move, Kind.payout, -1)


async def _bring_back(move: Move) -> None:
    await _book(move, Kind.payout_reversed, 1)


async def _note_failure(move: Move) -> None:
    payout = await payouts.by_payout_id(move.unit.session, move.subject.payout_id)
    assert payout is not None  # locked by the machine; for the type checker
    reason = reason_of(payout.ending)
    await payouts.set_result(move.unit.session, payout.id, reason=reason)


async def _book(move: Move, kind: Kind, sign: int) -> None:
    payout = move.subject
    again = "" if kind is Kind.payout else "_back"
    await movements.add(
        move.unit.session,
        {
            "movement_id": payout.payout_id + again,
            "kind": kind,
            "object_id": payout.payout_id,
            "amount": sign * payout.amount,
            "fee": -sign * payout.fee,
            "currency": payout.currency,
            "key": f"{kind}:{payout.key}",
            "at": move.unit.now,
        },
    )


async def _tell(move: Move) -> None:
    payout, state = move.subject, move.transition.target
    data = {
        "id": payout.payout_id,
        "key": payout.key,
        "status": state,
        "amount": payout.amount,
        "currency": payout.currency,
    }
    await tell(move.unit, News(f"payout.{state}", data))


async def _lock(unit: Unit, payout: UUID) -> Any | None:
    return await payouts.lock(unit.session, payout)


MACHINE = register(
    Machine(
        name=PAYOUT,
        table=PAYOUTS,
        history=PAYOUT_HISTORY,
        lock=_lock,
        processes={process.name: process for process in PROCESSES},
        facts=lambda payout: Facts(
            payout.state_since, minutes={"moment": 0, "later": LATE_MINUTES}
        ),
        effects={
            "pay": _pay,
            "note_failure": _note_failure,
            "bring_back": _bring_back,
            "tell": _tell,
        },
    )
)
