"""The edge: what is answered is committed, what is refused never happened, and overload is said so."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI, Request, Response
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from kalends.core.edge import CurrentHouse, CurrentUnit, Routes, client_address, mount
from kalends.core.errors import Conflict
from kalends.core.house import House
from kalends.core.ids import new_id
from kalends.core.money import Money
from kalends.core.policy import MissingPolicy, Rule, UnitKind, Who
from kalends.core.ports import Mail, NetworkInsideUnit
from kalends.core.unit import open_unit
from tests.fixtures.deals import scalar

Serve = Callable[..., Any]
OPEN = Rule(Who.public)
# The booking that this names does not exist; the database looks only when the unit commits.
ORPHAN = text("""
    INSERT INTO allocations (id, resource_id, during, active, kind, booking_id, created_at)
    VALUES (:id, :id, tstzrange(now(), now() + interval '1 hour'), true, 'hold', :id, now())
""")
ALLOCATIONS = "SELECT count(*) FROM allocations"
CALENDARS = "SELECT count(*) FROM calendars"
CALENDAR = text("INSERT INTO calendars (resource_id) VALUES (:id)")


def _routes(path: str, handler: Any, **options: Any) -> Routes:
    routes = Routes("edge")
    routes.add(path, **options)(handler)
    return routes


async def test_an_answer_leaves_only_after_its_commit(house: House, serve: Serve) -> None:
    async def promise(unit: CurrentUnit) -> dict[str, str]:
        await unit.session.execute(ORPHAN, {"id": new_id()})
        return {"state": "done"}

    routes = _routes("POST /promise", promise, status_code=201)
    async with serve(house, routes, {"POST /promise": OPEN}) as http:
        answer = await http.post("/promise")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "done" not in answer.text
    assert await scalar(house, ALLOCATIONS) == 0


async def test_a_refused_request_leaves_nothing_behind(house: House, serve: Serve) -> None:
    async def refuse(unit: CurrentUnit) -> None:
        await unit.session.execute(CALENDAR, {"id": new_id()})
        raise Conflict("no", reason="because")

    async with serve(house, _routes("POST /refuse", refuse), {"POST /refuse": OPEN}) as http:
        answer = await http.post("/refuse")
    assert answer.status_code == 409
    assert answer.json()["reason"] == "because"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert await scalar(house, CALENDARS) == 0


async def test_what_was_answered_is_there(house: House, serve: Serve) -> None:
    async def keep(unit: CurrentUnit) -> dict[str, str]:
        await unit.session.execute(CALENDAR, {"id": new_id()})
        return {}

    async with serve(house, _routes("POST /keep", keep), {"POST /keep": OPEN}) as http:
        assert (await http.post("/keep")).status_code == 200
    assert await scalar(house, CALENDARS) == 1


async def test_an_unexpected_error_is_a_problem_without_its_inside(
    house: House, serve: Serve
) -> None:
    async def break_down(unit: CurrentUnit) -> None:
        raise RuntimeError("the password is tulsi-48")

    async with serve(house, _routes("GET /bug", break_down), {"GET /bug": OPEN}) as http:
        answer = await http.get("/bug")
    assert answer.status_code == 500
    assert answer.json()["type"] == "/problems/internal"
    assert "tulsi" not in answer.text


def test_a_route_without_a_policy_row_stops_the_start() -> None:
    async def forgotten() -> None: ...

    with pytest.raises(MissingPolicy, match="GET /forgotten"):
        mount(FastAPI(), _routes("GET /forgotten", forgotten), "")


async def test_no_port_may_be_used_inside_a_unit(house: House, serve: Serve) -> None:
    sandbox, mail = house.ports.gateways["sandbox"], house.ports.mail
    async with open_unit(house):
        with pytest.raises(NetworkInsideUnit):
            await sandbox.create_order(reference="payment-1", amount=Money(100, "INR"))
        with pytest.raises(NetworkInsideUnit):
            await sandbox.fetch("order_1")
        with pytest.raises(NetworkInsideUnit):
            await mail.send(Mail("1", "a@b.test", "s", "t", "h"))

    async def call_out(unit: CurrentUnit, house: CurrentHouse) -> None:
        await house.ports.mail.send(Mail("1", "a@b.test", "s", "t", "h"))

    async with serve(house, _routes("POST /call", call_out), {"POST /call": OPEN}) as http:
        assert (await http.post("/call")).status_code == 500


async def test_ports_are_open_between_units(house: House) -> None:
    async with open_unit(house):
        pass
    await house.ports.mail.send(Mail("1", "a@b.test", "s", "t", "h"))


async def test_no_free_connection_is_said_to_be_busy_and_when_to_come_back(
    house: House, serve: Serve
) -> None:
    async def look(unit: CurrentUnit) -> dict[str, str]:
        return {}

    narrow = create_async_engine(house.engine.url, pool_size=1, max_overflow=0, pool_timeout=0.1)
    small = replace(house, engine=narrow)
    rules = {"GET /look": Rule(Who.public, unit=UnitKind.read)}
    async with serve(small, _routes("GET /look", look), rules) as http:
        async with narrow.connect():
            answer = await http.get("/look")
        assert answer.status_code == 503
        assert answer.json()["type"] == "/problems/busy"
        assert int(answer.headers["retry-after"]) >= 1
        assert (await http.get("/look")).status_code == 200
    await narrow.dispose()


async def test_a_lost_connection_is_said_to_be_busy_and_the_next_request_works(
    house: House, serve: Serve
) -> None:
    async def ask(unit: CurrentUnit, request: Request) -> dict[str, str]:
        if "die" in request.query_params:
            await unit.session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        return {}

    async with serve(house, _routes("POST /ask", ask), {"POST /ask": OPEN}) as http:
        assert (await http.post("/ask?die=1")).status_code == 503
        assert (await http.post("/ask")).status_code == 200


async def test_a_statement_that_takes_too_long_is_ended_and_said_to_be_busy(
    house: House, serve: Serve
) -> None:
    async def dawdle(unit: CurrentUnit) -> None:
        await unit.session.execute(text("SET LOCAL statement_timeout = 50"))
        await unit.session.execute(text("SELECT pg_sleep(5)"))

    async with serve(house, _routes("POST /dawdle", dawdle), {"POST /dawdle": OPEN}) as http:
        answer = await http.post("/dawdle")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("127.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("127.0.0.1", "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        ("127.0.0.1", "203.0.113.7, 127.0.0.1", "203.0.113.7"),
        ("127.0.0.1", "nonsense", "127.0.0.1"),
        ("127.0.0.1", None, "127.0.0.1"),
        ("192.0.2.9", "203.0.113.7", "192.0.2.9"),
    ],
)
async def test_only_a_trusted_proxy_names_the_client(
    house: House, serve: Serve, peer: str, forwarded: str | None, client: str
) -> None:
    async def who(request: Request) -> Response:
        return Response(client_address(request))

    rules = {"GET /who": Rule(Who.public, unit=UnitKind.none)}
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    async with serve(house, _routes("GET /who", who), rules, peer=peer) as http:
        assert (await http.get("/who", headers=headers)).text == client


@pytest.mark.parametrize(
    ("given", "outcome"),
    [("abcdefgh-1", "kept"), ("short", "replaced"), ("with a space", "replaced")],
)
async def test_a_request_id_is_kept_when_it_is_one(
    house: House, serve: Serve, given: str, outcome: str
) -> None:
    async def nothing() -> dict[str, str]:
        return {}

    rules = {"GET /id": Rule(Who.public, unit=UnitKind.none)}
    async with serve(house, _routes("GET /id", nothing), rules) as http:
        answer = await http.get("/id", headers={"X-Request-ID": given})
    assert (answer.headers["x-request-id"] == given) is (outcome == "kept")
