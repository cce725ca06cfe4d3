"""Development doors: the marketplace's clock, and the demo's people. Never mounted in production."""

import asyncio
from pathlib import Path
from typing import Annotated
from uuid import UUID

from pydantic import Field, TypeAdapter

from kalends.core.clock import advance, marketplace_now
from kalends.core.edge import CurrentHouse, CurrentUnit, Routes
from kalends.core.errors import Invalid
from kalends.core.policy import Rule, UnitKind, Who, declare
from kalends.core.unit import Unit
from kalends.core.wire import In, Instant, Out

PEOPLE_FILE = "people.json"
MAX_ADVANCE = 2 * 31_536_000
LAST_YEAR = 2150

declare(
    {
        "GET /dev/clock": Rule(Who.public, unit=UnitKind.read),
        "POST /dev/clock": Rule(Who.public),
        "GET /dev/people": Rule(Who.public, unit=UnitKind.none),
    }
)
development_routes = Routes("development", bare=True)


class ClockIn(In):
    """How far to move the clock, in seconds. It only goes forward."""

    advance_seconds: Annotated[int, Field(strict=True, ge=1, le=MAX_ADVANCE)]


class ClockRead(Out):
    now: Instant


class DemoPerson(Out):
    """An account of the demo, with its password."""

    email: str
    password: str
    roles: list[str]
    provider_id: UUID | None = None
    name: str


class PeopleRead(Out):
    items: list[DemoPerson]


_people = TypeAdapter(list[DemoPerson])


@development_routes.add(
    "GET /dev/clock", summary="The marketplace's time", response_model=ClockRead
)
async def clock(unit: CurrentUnit) -> ClockRead:
    return ClockRead(now=unit.now)


@development_routes.add(
    "POST /dev/clock", summary="Move the marketplace's clock forward", response_model=ClockRead
)
async def advance_clock(unit: CurrentUnit, body: ClockIn) -> ClockRead:
    return await _advance(unit, body.advance_seconds)


async def _advance(unit: Unit, seconds: int) -> ClockRead:
    await advance(unit.session, seconds)
    now = await marketplace_now(unit.session)
    if now.year > LAST_YEAR:
        raise Invalid(f"the marketplace's clock stays before {LAST_YEAR + 1}")
    return ClockRead(now=now)


@development_routes.add("GET /dev/people", summary="The demo's accounts", response_model=PeopleRead)
async def people(house: CurrentHouse) -> PeopleRead:
    path = house.settings.kalends_home / PEOPLE_FILE
    return PeopleRead(items=await asyncio.to_thread(_read, path))


def _read(path: Path) -> list[DemoPerson]:
    try:
        return _people.validate_json(path.read_bytes())
    except FileNotFoundError:
        return []
