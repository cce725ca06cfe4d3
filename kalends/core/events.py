"""Domain events: facts in the past tense, with ids only, told to the rooms above.

A reaction is a job, and a job is a row in the transaction that emitted the event: both commit, or
neither. The runner records `(event, reaction)` together with the reaction's effects, so they happen once.
"""

import dataclasses
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import TypeAdapter

if TYPE_CHECKING:
    from .unit import Unit

EVENTS: dict[str, type["Event"]] = {}
REACTIONS: dict[str, "Reaction"] = {}


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of all events. A subclass is a frozen dataclass with ids and plain values."""

    def __init_subclass__(cls) -> None:
        if cls.__name__ in EVENTS:
            raise TypeError(f"two events are called {cls.__name__}")
        EVENTS[cls.__name__] = cls


E = TypeVar("E", bound=Event)
Handler = Callable[["Unit", Any], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Reaction:
    name: str
    event: type[Event]
    handler: Handler


def on(
    event: type[E],
) -> Callable[[Callable[["Unit", E], Awaitable[None]]], Callable[["Unit", E], Awaitable[None]]]:
    """Register the decorated function as a reaction to `event`, named `<room>.<function>`."""

    def register(
        handler: Callable[["Unit", E], Awaitable[None]],
    ) -> Callable[["Unit", E], Awaitable[None]]:
        room = handler.__module__.split(".")[1]
        name = f"{room}.{handler.__name__}"
        known = REACTIONS.setdefault(name, Reaction(name, event, handler))
        if known.handler is not handler:
            raise TypeError(f"two reactions are called {name}")
        return handler

    return register


def reactions_to(event: type[Event]) -> list[Reaction]:
    return [reaction for reaction in REACTIONS.values() if reaction.event is event]


@cache
def _adapter(name: str) -> TypeAdapter[Any]:
    return TypeAdapter(EVENTS[name])


def encode(event: Event) -> dict[str, Any]:
    """The event as JSON values."""
    encoded: dict[str, Any] = _adapter(type(event).__name__).dump_python(event, mode="json")
    return encoded


def decode(name: str, data: dict[str, Any]) -> Event:
    """The event that `encode` wrote. Raises KeyError for a name that no longer exists."""
    event: Event = _adapter(name).validate_python(data)
    return event


def catalogue() -> list[tuple[type[Event], list[str], list[str]]]:
    """Every event with its field names and the reactions that listen, for the documentation."""
    return [
        (
            event,
            [f.name for f in dataclasses.fields(event)],
            sorted(r.name for r in reactions_to(event)),
        )
        for _, event in sorted(EVENTS.items())
    ]
