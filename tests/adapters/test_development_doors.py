"""The development doors: the clock that moves, and the demo's people."""

import json

import httpx
import pytest
from fastapi import FastAPI
from pydantic import TypeAdapter

from kalends.app.dev import development_routes
from kalends.core.edge import mount
from kalends.core.wire import InstantIn

_instant = TypeAdapter(InstantIn)


@pytest.fixture
async def doors(app: FastAPI, client: httpx.AsyncClient) -> httpx.AsyncClient:
    if not any(getattr(r, "path", "") == "/dev/clock" for r in app.routes):
        mount(app, development_routes, "")
    return client


async def test_the_clock_moves_forward_by_what_was_asked(doors):
    before = _instant.validate_python((await doors.get("/dev/clock")).json()["now"])
    moved = await doors.post("/dev/clock", json={"advance_seconds": 86400})
    after = _instant.validate_python(moved.json()["now"])
    assert 86400 <= (after - before).total_seconds() < 86460
    seen = _instant.validate_python((await doors.get("/dev/clock")).json()["now"])
    assert seen >= after


@pytest.mark.parametrize("seconds", [0, -1, 1.5, True, "60", None, 63_072_001, 10**30])
async def test_the_clock_takes_only_sensible_steps(doors, seconds):
    assert (await doors.post("/dev/clock", json={"advance_seconds": seconds})).status_code == 422


async def test_the_clock_stops_before_dates_become_unusable(doors):
    for _ in range(80):
        answer = await doors.post("/dev/clock", json={"advance_seconds": 63_072_000})
        if answer.status_code != 200:
            break
    assert answer.status_code == 422
    assert (await doors.get("/dev/clock")).status_code == 200


async def test_people_are_those_whom_the_demo_wrote_down(doors, house):
    assert (await doors.get("/dev/people")).json() == {"items": []}
    person = {
        "email": "asha@example.test",
        "password": "long enough",
        "roles": ["customer"],
        "provider_id": None,
        "name": "Asha",
    }
    (house.settings.kalends_home / "people.json").write_text(json.dumps([person]))
    assert (await doors.get("/dev/people")).json() == {"items": [person]}
