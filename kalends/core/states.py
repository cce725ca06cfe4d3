"""The process engine: the only code that writes a state.

A transition is atomic: the subject's row is locked, the guards are asked, then state, history, timers
and effects are written in the caller's transaction.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, cast
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    FromClause,
    MetaData,
    Table,
    Text,
    Uuid,
    insert,
    update,
)
from sqlalchemy import DateTime as SqlDateTime

from .errors import NotFound, Problem, TransitionNotAllowed
from .ids import new_id
from .principal import ActorKind
from .process import Facts, Process, Transition
from .timers import replace_timers
from .unit import Unit

MACHINES: dict[str, "Machine"] = {}


class Subject(Protocol):
    """A locked row that has a state."""

    @property
    def id(self) -> UUID: ...
    @property
    def process(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def state_since(self) -> datetime: ...
    @property
    def version(self) -> int: ...


@dataclass(frozen=True)
class Move:
    """One transition under way. `subject` is the row as it was before; `input` is the caller's."""

    unit: Unit
    subject: Any
    transition: Transition
    actor: ActorKind
    reason: str | None = None
    input: Any = None


Guard = Callable[[Any, datetime], Problem | None]
Effect = Callable[[Move], Awaitable[None]]


@dataclass(frozen=True)
class Machine:
    """What binds processes to a table: how to lock a subject, its facts, its guards and effects.

    Guards are pure, so that the same ones answer `actions` and previews.
    """

    name: str
    table: FromClause
    history: Table
    lock: Callable[[Unit, UUID], Awaitable[Any | None]]
    processes: Mapping[str, Process]
    facts: Callable[[Any], Facts] = lambda s: Facts(s.state_since)
    guards: Mapping[str, Guard] = field(default_factory=dict)
    effects: Mapping[str, Effect] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for process in self.processes.values():
            for t in process.transitions:
                missing = (set(t.guards) - set(self.guards)) | (set(t.effects) - set(self.effects))
                if missing:
                    raise KeyError(f"{process.name}.{t.name} names unknown {sorted(missing)}")

    def process_of(self, subject: Subject) -> Process:
        return self.processes[subject.process]


def register(machine: Machine) -> Machine:
    """Make the machine known to the timekeeper."""
    known = MACHINES.setdefault(machine.name, machine)
    if known is not machine:
        raise TypeError(f"two machines are called {machine.name}")
    return machine


def history_table(machine: str, subject_table: str, metadata: MetaData) -> Table:
    """The `<machine>_transitions` table: the timeline that people see, and the proof of every move."""
    return Table(
        f"{machine}_transitions",
        metadata,
        Column(
            "subject_id",
            Uuid,
            ForeignKey(f"{subject_table}.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        Column("seq", BigInteger, primary_key=True, autoincrement=False),
        Column("transition", Text, nullable=False),
        Column("from_state", Text),
        Column("to_state", Text, nullable=False),
        Column("actor_kind", Text, nullable=False),
        Column("actor_id", Uuid),
        Column("reason", Text),
        Column("request_id", Text),
        Column("at", SqlDateTime(timezone=True), nullable=False),
    )


def refusal(
    machine: Machine, subject: Subject, name: str, actors: set[ActorKind], now: datetime
) -> Problem | None:
    """Why none of these actors may fire the transition now; None when one may."""
    transition = machine.process_of(subject).get(name)
    if transition is None or not any(transition.allows(subject.state, actor) for actor in actors):
        return _not_allowed(machine, subject, name, (actors, now))
    answers = (machine.guards[guard](subject, now) for guard in transition.guards)
    return next((problem for problem in answers if problem), None)


def actions(machine: Machine, subject: Subject, actors: set[ActorKind], now: datetime) -> list[str]:
    """The transitions that these actors may fire now."""
    leaving = machine.process_of(subject).leaving(subject.state)
    return [t.name for t in leaving if refusal_free(machine, subject, t, actors, now)]


def refusal_free(
    machine: Machine,
    subject: Subject,
    transition: Transition,
    actors: set[ActorKind],
    now: datetime,
) -> bool:
    allowed = any(transition.allows(subject.state, actor) for actor in actors)
    return allowed and not any(machine.guards[g](subject, now) for g in transition.guards)


async def begin(unit: Unit, machine: Machine, subject: Subject, actor: ActorKind) -> None:
    """Record the creation of a subject that was just inserted in the state that a creation leads to."""
    transition = machine.process_of(subject).creation(subject.state)
    move = Move(unit, subject, transition, actor)
    await _write_history(machine, move, 1, subject.state)
    if machine.process_of(subject).has_clocks:
        await _schedule(machine, move.unit, subject)
    await _run_effects(machine, move)


async def fire(unit: Unit, machine: Machine, subject_id: UUID, name: str, order: "Order") -> Any:
    """Lock the subject and fire the transition; return the subject as it was before.

    Raises NotFound, TransitionNotAllowed (with the state and the possible actions) or a guard's problem.
    """
    subject = await machine.lock(unit, subject_id)
    if subject is None:
        raise NotFound
    problem = refusal(machine, subject, name, {order.actor}, unit.now)
    if problem:
        raise problem
    transition = machine.process_of(subject).find(name)
    await _apply(machine, Move(unit, subject, transition, order.actor, order.reason, order.input))
    return subject


async def set_timers(unit: Unit, machine: Machine, subject_id: UUID) -> None:
    """Set the subject's timers anew: what their guards look at was changed by no transition."""
    subject = await machine.lock(unit, subject_id)
    if subject is not None:
        await _schedule(machine, unit, subject)


@dataclass(frozen=True, slots=True)
class Order:
    """Who asks for a transition, why, and with what input for its effects."""

    actor: ActorKind
    reason: str | None = None
    input: Any = None


async def _apply(machine: Machine, move: Move) -> None:
    subject, target = move.subject, move.transition.target or move.subject.state
    values: dict[str, Any] = {"version": subject.version + 1}
    if move.transition.target:
        values |= {"state": target, "state_since": move.unit.now}
    await move.unit.session.execute(
        update(cast("Table", machine.table)).where(machine.table.c.id == subject.id).values(values)
    )
    await _write_history(machine, move, subject.version + 1, target)
    await _run_effects(machine, move)
    await _reschedule(machine, move, target)


async def _run_effects(machine: Machine, move: Move) -> None:
    for effect in move.transition.effects:
        await machine.effects[effect](move)


async def _write_history(machine: Machine, move: Move, seq: int, target: str) -> None:
    created = not move.transition.sources
    await move.unit.session.execute(
        insert(machine.history),
        {
            "subject_id": move.subject.id,
            "seq": seq,
            "transition": move.transition.name,
            "from_state": None if created else move.subject.state,
            "to_state": target,
            "actor_kind": move.actor.value,
            "actor_id": move.unit.principal.user_id,
            "reason": move.reason,
            "request_id": move.unit.request_id,
            "at": move.unit.now,
        },
    )


async def _reschedule(machine: Machine, move: Move, state: str) -> None:
    """Set the timers of the state that was reached. A process without clocks has none to write or delete."""
    process = machine.process_of(move.subject)
    if not process.has_clocks:
        return
    if not any(process.timed(state)):
        await replace_timers(move.unit, machine.name, move.subject.id, [])
        return
    await _schedule(machine, move.unit, await machine.lock(move.unit, move.subject.id))


async def _schedule(machine: Machine, unit: Unit, subject: Any) -> None:
    facts = machine.facts(subject)
    due = []
    for transition in machine.process_of(subject).timed(subject.state):
        assert transition.clock is not None
        moment = transition.clock.due(facts)
        late = getattr(transition.clock, "skip_past", False) and moment <= unit.now
        if not late and not _would_refuse(machine, subject, transition, max(moment, unit.now)):
            due.append((new_id(), transition.name, moment))
    await replace_timers(unit, machine.name, subject.id, due)


def _would_refuse(machine: Machine, subject: Any, transition: Transition, moment: datetime) -> bool:
    """Whether a guard would refuse the timer if nothing else changed: then it is not set.

    Whatever a guard looks at is therefore changed by a transition, which sets the timers anew.
    """
    return any(machine.guards[guard](subject, moment) for guard in transition.guards)


def _not_allowed(
    machine: Machine, subject: Subject, name: str, asked: tuple[set[ActorKind], datetime]
) -> TransitionNotAllowed:
    possible = actions(machine, subject, *asked)
    hint = f"possible now: {', '.join(possible)}" if possible else "nothing is left to do here"
    return TransitionNotAllowed(
        f"{name} is not possible while the {machine.name} is {subject.state}; {hint}",
        state=subject.state,
        actions=possible,
    )
