"""A process is data: states, and transitions that say who, from where, under which guards, with which
effects and on which clock. `core.states` runs it; this module only describes, checks and draws it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Literal

from .principal import ActorKind


class ProcessError(ValueError):
    """The process data contradicts itself; the message says where."""


@dataclass(frozen=True, slots=True)
class After:
    """Due so many minutes after the state was entered. `policy` names the minutes in the snapshot.

    `skip_past`: never when late, so that what leaves the state as it is happens once. `by_start`: at the
    subject's start at the latest, wherever that is moved to.
    """

    policy: str
    skip_past: bool = False
    by_start: bool = False

    def due(self, facts: "Facts") -> datetime:
        moment = facts.state_since + timedelta(minutes=facts.minutes[self.policy])
        return min(moment, facts.start) if self.by_start and facts.start else moment

    def __str__(self) -> str:
        return f"after {self.policy}" + (", by start" if self.by_start else "")


@dataclass(frozen=True, slots=True)
class At:
    """Due at the subject's start or end, so many minutes `before` or `after`; with `skip_past`, never when
    late."""

    anchor: Literal["start", "end"]
    before: str | None = None
    skip_past: bool = False
    after: str | None = None

    def due(self, facts: "Facts") -> datetime:
        moment = facts.start if self.anchor == "start" else facts.end
        if moment is None:
            raise ProcessError(f"a timer at {self.anchor} needs a subject with times")
        earlier = facts.minutes[self.before] if self.before else 0
        later = facts.minutes[self.after] if self.after else 0
        return moment + timedelta(minutes=later - earlier)

    def __str__(self) -> str:
        moved = f" − {self.before}" if self.before else ""
        return f"at {self.anchor}{moved}" + (f" + {self.after}" if self.after else "")


@dataclass(frozen=True, slots=True)
class Facts:
    """What clocks are computed from: times of the subject and the frozen minutes of its policy."""

    state_since: datetime
    start: datetime | None = None
    end: datetime | None = None
    minutes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Transition:
    """One edge. `sources` empty: creation. `target` None: the state stays (a reminder, a reschedule).

    `clock`: the system fires it then; it may also be fired by the other actors of `by`.
    """

    name: str
    sources: tuple[str, ...]
    target: str | None
    by: tuple[ActorKind, ...]
    clock: After | At | None = None
    guards: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()

    def allows(self, state: str, actor: ActorKind) -> bool:
        return state in self.sources and actor in self.by


@dataclass(frozen=True)
class Process:
    """A named state machine. Checked when it is built; raises ProcessError."""

    name: str
    initial: str
    transitions: tuple[Transition, ...]
    money_states: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        problems = list(_contradictions(self))
        if problems:
            raise ProcessError(f"process {self.name}: " + "; ".join(problems))

    @property
    def states(self) -> tuple[str, ...]:
        """Every state, in the order in which the transitions first name it."""
        seen: dict[str, None] = {self.initial: None}
        for transition in self.transitions:
            for state in (*transition.sources, transition.target):
                if state is not None:
                    seen.setdefault(state)
        return tuple(seen)

    @property
    def terminal(self) -> frozenset[str]:
        leaving = {s for t in self.transitions if t.target for s in t.sources}
        return frozenset(s for s in self.states if s not in leaving)

    @cached_property
    def has_clocks(self) -> bool:
        """Whether any of its transitions is fired by a timer."""
        return any(t.clock is not None for t in self.transitions)

    def find(self, name: str) -> Transition:
        """The transition of that name. Raises KeyError."""
        for transition in self.transitions:
            if transition.name == name:
                return transition
        raise KeyError(name)

    def get(self, name: str) -> Transition | None:
        """The transition of that name, if the process has one."""
        return next((t for t in self.transitions if t.name == name), None)

    def creation(self, state: str) -> Transition:
        """The creation that leads to this state. Raises KeyError."""
        for transition in self.transitions:
            if not transition.sources and transition.target == state:
                return transition
        raise KeyError(state)

    def leaving(self, state: str) -> Iterator[Transition]:
        return (t for t in self.transitions if state in t.sources)

    def timed(self, state: str) -> Iterator[Transition]:
        return (t for t in self.leaving(state) if t.clock is not None)


def by_name(functions: Iterable[Callable[..., Any]]) -> dict[str, Any]:
    """Guards or effects under the names that processes call them. Raises TypeError for two of one name."""
    found: dict[str, Any] = {}
    for function in functions:
        if found.setdefault(function.__name__, function) is not function:
            raise TypeError(f"two functions are called {function.__name__}")
    return found


def _contradictions(process: Process) -> Iterator[str]:
    names = [t.name for t in process.transitions]
    yield from (
        f"transition {n} is listed twice" for n in sorted({n for n in names if names.count(n) > 1})
    )
    reachable = _reachable(process)
    yield from (f"state {s} cannot be reached" for s in process.states if s not in reachable)
    for transition in process.transitions:
        if transition.clock and ActorKind.system not in transition.by:
            yield f"transition {transition.name} has a clock but the system may not fire it"
    for state in sorted(process.money_states):
        if state in process.terminal:
            yield f"state {state} holds money and has no exit"
        if not any(ActorKind.system in t.by for t in process.leaving(state) if t.target):
            yield f"state {state} holds money and waits for a person for ever"


def _reachable(process: Process) -> set[str]:
    born = {t.target for t in process.transitions if not t.sources and t.target}
    found, frontier = {process.initial, *born}, [process.initial, *born]
    while frontier:
        targets = {t.target for t in process.leaving(frontier.pop()) if t.target}
        frontier.extend(targets - found)
        found |= targets
    return found


def mermaid(process: Process) -> str:
    """The process as a Mermaid state diagram."""
    born = [t.target for t in process.transitions if not t.sources] or [process.initial]
    lines = ["stateDiagram-v2", *(f"    [*] --> {state}" for state in born)]
    for transition in process.transitions:
        lines += [
            f"    {source} --> {transition.target or source}: {_caption(transition)}"
            for source in transition.sources
        ]
    lines += [f"    {state} --> [*]" for state in process.states if state in process.terminal]
    return "\n".join(lines) + "\n"


def table(process: Process) -> str:
    """The process as a Markdown table: transition, from, to, by, clock and guards, effects."""
    head = "| transition | from | to | by | clock | guards | effects |\n|---|---|---|---|---|---|---|\n"
    return head + "".join(_row(t) for t in process.transitions)


def _row(transition: Transition) -> str:
    cells = (
        transition.name,
        _list(transition.sources) or "—",
        transition.target or "same",
        _list(a.value for a in transition.by),
        str(transition.clock or ""),
        _list(transition.guards),
        _list(transition.effects),
    )
    return "| " + " | ".join(cells) + " |\n"


def _caption(transition: Transition) -> str:
    clock = f" ({transition.clock})" if transition.clock else ""
    guards = f" [{_list(transition.guards)}]" if transition.guards else ""
    return f"{transition.name} by {_list(a.value for a in transition.by)}{clock}{guards}"


def _list(words: Iterable[str]) -> str:
    return ", ".join(words)
