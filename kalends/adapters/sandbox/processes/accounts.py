"""The check of a bank account: asked, and answered a moment later."""

from typing import Any
from uuid import UUID

from kalends.core.principal import ActorKind
from kalends.core.process import After, Facts, Process, Transition
from kalends.core.states import Machine, Move, register
from kalends.core.unit import Unit

from ..models import CHECK_HISTORY, CHECKS
from ..repository import accounts
from ..rules import CHECK, CHECK_REJECTED, CHECK_UNCLEAR, reason_of
from ..service.deliveries import tell
from ..types import News

_BANK = (ActorKind.gateway, ActorKind.system)
_STEPS = (("verify", "verified"), ("reject", "rejected"), ("give_up", "unclear"))


def _process(name: str, by_itself: str) -> Process:
    """The bank may always answer; by itself it answers like this."""
    answers = (
        Transition(
            step,
            ("pending",),
            state,
            _BANK,
            After("moment") if step == by_itself else None,
            effects=("answer",),
        )
        for step, state in _STEPS
    )
    asked = Transition("ask", (), "pending", (ActorKind.gateway,))
    return Process(name=name, initial="pending", transitions=(asked, *answers))


PROCESSES = (
    _process(CHECK, "verify"),
    _process(CHECK_REJECTED, "reject"),
    _process(CHECK_UNCLEAR, "give_up"),
)


async def _answer(move: Move) -> None:
    session, check, state = move.unit.session, move.subject, move.transition.target
    account = await accounts.of_check(session, check)
    assert account is not None  # a foreign key says so; for the type checker
    verified = state == "verified"
    name = (move.input or account.holder.upper()) if verified else None
    reason = None if verified else reason_of(account.ending)
    await accounts.set_answer(session, check.id, name=name, reason=reason)
    data = {"id": check.check_id, "account_id": account.account_id, "status": state}
    await tell(move.unit, News(f"account.{state}", data))


async def _lock(unit: Unit, check: UUID) -> Any | None:
    return await accounts.lock_check(unit.session, check)


MACHINE = register(
    Machine(
        name=CHECK,
        table=CHECKS,
        history=CHECK_HISTORY,
        lock=_lock,
        processes={process.name: process for process in PROCESSES},
        facts=lambda check: Facts(check.state_since, minutes={"moment": 0}),
        effects={"answer": _answer},
    )
)
