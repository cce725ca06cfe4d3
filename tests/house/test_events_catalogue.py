"""Events: each is told somewhere, each listener hears one that exists, and each has its sentence."""

import ast
import dataclasses
import typing

import pytest

from kalends.app.docs import endpoints, room_of
from kalends.app.wiring import load_rooms
from kalends.core.events import EVENTS, REACTIONS, Event
from tests.house.source import modules

FLOORS = (
    "core",
    "adapters",
    "identity",
    "ledger",
    "catalog",
    "payments",
    "billing",
    "bookings",
    "trust",
    "discovery",
    "notifications",
    "app",
)


@pytest.fixture(autouse=True)
def rooms() -> None:
    load_rooms()
    list(endpoints())


def called() -> set[str]:
    """The name of everything that is called with arguments anywhere in the product."""
    calls = (
        n for m in modules() for n in ast.walk(m.tree) if isinstance(n, ast.Call) and n.keywords
    )
    return {ast.unparse(call.func).rpartition(".")[2] for call in calls}


def ours() -> list[type[Event]]:
    return [event for event in EVENTS.values() if event.__module__.startswith("kalends.")]


def test_every_event_is_told_somewhere() -> None:
    names = called()
    assert not [e.__name__ for e in ours() if e.__name__ not in names]


def test_every_event_stands_on_the_events_shelf_with_a_sentence() -> None:
    assert not [e.__name__ for e in ours() if e.__module__.split(".")[2] != "events"]
    generated = [e.__name__ for e in ours() if (e.__doc__ or "").startswith(f"{e.__name__}(")]
    assert not generated


def test_an_event_is_frozen_and_holds_ids_and_plain_values_only() -> None:
    plain = {"UUID", "int", "str", "bool", "datetime", "date", "NoneType"}
    odd = [
        f"{event.__name__}.{name}: {kind}"
        for event in ours()
        for name, kind in typing.get_type_hints(event).items()
        for part in (typing.get_args(kind) or (kind,))
        if getattr(part, "__name__", "") not in plain
    ]
    assert not odd
    assert all(dataclasses.is_dataclass(e) and e.__dataclass_params__.frozen for e in ours())


def test_a_reaction_listens_to_an_event_of_its_own_room_or_of_a_room_below() -> None:
    upwards = [
        reaction.name
        for reaction in REACTIONS.values()
        if reaction.handler.__module__.startswith("kalends.")
        and _floor(room_of(reaction.event)) > _floor(reaction.name.split(".")[0])
    ]
    assert not upwards


def test_every_reaction_listens_to_a_known_event() -> None:
    assert not [r.name for r in REACTIONS.values() if EVENTS.get(r.event.__name__) is not r.event]


def _floor(room: str) -> int:
    return FLOORS.index(room)
