"""Hot reads: one statement for caller, time and page, and still every promise of the edge."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any

import asyncpg
import httpx
import pytest
from fastapi import FastAPI, Query, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import bindparam, column, func, select

from kalends.core.edge import CurrentReading, CurrentUnit, Routes, mount
from kalends.core.errors import NotFound
from kalends.core.house import House
from kalends.core.policy import POLICIES, Rule, UnitKind, Who
from kalends.core.reader import Reader
from kalends.core.reading import Read, Reading
from kalends.core.unit import open_unit
from tests.performance.statements import counted

Serve = Callable[..., Any]
OPERATORS = Rule(Who.operator, unit=UnitKind.hot)
OPEN = Rule(Who.public, unit=UnitKind.hot)
NUMBERS = Read("SELECT n FROM generate_series(1, CAST(:most AS int)) AS n ORDER BY n DESC")


class Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    most: int = Field(3, ge=0, le=5)
    words: list[str] = []


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _numbers() -> Routes:
    routes = Routes("hot")

    @routes.add("GET /numbers", errors=[NotFound])
    async def numbers(reading: CurrentReading, asked: Annotated[Asked, Query()]) -> Response:
        rows = await reading.rows(NUMBERS, most=asked.most)
        return Response(f"{[row[0] for row in rows]} {asked.words}")

    return routes


async def _statuses(http: httpx.AsyncClient, path: str) -> list[int]:
    callers = ({}, _bearer("gone"), _bearer("customer"), _bearer("support"))
    return [(await http.get(path, headers=headers)).status_code for headers in callers]


async def test_caller_time_and_page_are_one_statement(house: House, serve: Serve) -> None:
    async with serve(house, _numbers(), {"GET /numbers": OPEN}) as http:
        await http.get("/numbers")
        with counted(house) as sent:
            stranger = await http.get("/numbers?words=b&words=a")
            known = await http.get("/numbers?most=0", headers=_bearer("support"))
    assert (stranger.text, known.text) == ("[3, 2, 1] ['b', 'a']", "[] []")
    assert len([s for s in sent if "rate_buckets" not in s]) == 2


async def test_who_may_not_come_in_is_told_so_whatever_else_is_wrong(
    house: House, serve: Serve
) -> None:
    async with serve(house, _numbers(), {"GET /numbers": OPERATORS}) as http:
        assert await _statuses(http, "/numbers") == [401, 401, 403, 200]
        for bad in ("most=6", "most=x", "other=1"):
            assert await _statuses(http, f"/numbers?{bad}") == [401, 401, 403, 422]
        wrong = (await http.get("/numbers?most=6", headers=_bearer("support"))).json()
    assert wrong["errors"][0]["loc"] == ["query", "most"]


@pytest.mark.parametrize("outcome", [Response("secret"), NotFound(), ZeroDivisionError()])
async def test_a_handler_that_reads_nothing_lets_nobody_in_either(
    house: House, serve: Serve, outcome: Response | Exception
) -> None:
    routes, status = Routes("hot"), getattr(outcome, "status_code", getattr(outcome, "status", 500))

    @routes.add("GET /secret", errors=[NotFound])
    async def secret(reading: CurrentReading) -> Response:
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async with serve(house, routes, {"GET /secret": OPERATORS}) as http:
        assert await _statuses(http, "/secret") == [401, 401, 403, status]


async def test_a_later_statement_knows_the_caller_and_the_first_moment(house: House) -> None:
    reading = Reading(house)
    await reading.caller()
    ((now, user_id),) = await reading.rows(Read("SELECT caller.now, caller.user_id"))
    assert (now, user_id) == (reading.now, None)
    async with open_unit(house) as unit:
        beside = Reading.of(unit)
        assert (await beside.rows(Read("SELECT caller.now")))[0][0] == unit.now
        assert await beside.caller() is unit.principal


async def test_a_read_may_be_written_with_the_tables_too(house: House) -> None:
    numbers = select(column("n")).select_from(func.generate_series(1, 9).alias("n"))
    read = Read(numbers.where(column("n") > bindparam("above", 0)).order_by(column("n")))
    for _ in range(2):  # the caller's first statement, and a later one
        assert [row[0] for row in await Reading(house).rows(read, above=7)] == [8, 9]


async def test_no_free_connection_is_said_to_be_busy(house: House, serve: Serve) -> None:
    url = house.engine.url.render_as_string(hide_password=False)
    reader = Reader(url, size=1, patience=0.1)
    narrow = replace(house, reader=reader)
    plain = replace(narrow, profile=house.profile.model_copy(update={"rate_limits": {}}))
    async with serve(plain, _numbers(), {"GET /numbers": OPEN}) as http:
        async with reader._turns:
            answer = await http.get("/numbers")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        assert (await http.get("/numbers")).status_code == 200
    await reader.close()


@pytest.mark.parametrize(
    ("act", "status"),
    [
        ("pg_terminate_backend(pg_backend_pid())::text", 503),
        ("repeat('x', -1) || (1 / (random() * 0)::int)", 422),
    ],
)
async def test_what_the_database_refuses_is_said_and_the_next_request_works(
    house: House, serve: Serve, act: str, status: int
) -> None:
    routes, read = Routes("hot"), Read(f"SELECT {act} AS done")

    @routes.add("GET /act")
    async def acts(reading: CurrentReading) -> Response:
        await reading.rows(read)
        return Response("done")

    rules = {"GET /act": OPEN, "GET /numbers": OPEN}
    routes.endpoints += _numbers().endpoints
    async with serve(house, routes, rules) as http:
        assert (await http.get("/act")).status_code == status
        assert (await http.get("/numbers")).status_code == 200


async def test_a_connection_that_broke_in_the_drivers_hands_is_said_to_be_busy(
    house: House, serve: Serve
) -> None:
    """What asyncpg says when the server was killed while an answer was being read."""
    routes = Routes("hot")

    @routes.add("GET /act")
    async def acts(reading: CurrentReading) -> Response:
        raise asyncpg.InternalClientError("cannot switch to state 12")

    async with serve(house, routes, {"GET /act": OPEN}) as http:
        assert (await http.get("/act")).status_code == 503


async def test_a_statement_that_takes_too_long_is_ended_and_said_to_be_busy(
    house: House, serve: Serve
) -> None:
    routes, slow = Routes("hot"), Read("SELECT pg_sleep(5)::text AS slept")
    hurry = Read("SELECT set_config('statement_timeout', '50', false) AS set")

    @routes.add("GET /slow")
    async def dawdle(reading: CurrentReading) -> Response:
        await reading.rows(hurry)
        await reading.rows(slow)
        return Response("slept")

    async with serve(house, routes, {"GET /slow": OPEN}) as http:
        answer = await http.get("/slow")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")


async def test_a_statement_that_was_given_up_leaves_nothing_to_the_next(house: House) -> None:
    slow = Read("SELECT pg_sleep(5)::text AS slept")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await Reading(house).rows(slow)
    assert await Reading(house).rows(Read("SELECT 7 AS n")) != []


def test_a_hot_read_takes_a_reading_and_one_query_model(monkeypatch: pytest.MonkeyPatch) -> None:
    async def of_a_unit(unit: CurrentUnit) -> Response: ...

    async def of_two(reading: CurrentReading, one: Asked, other: Asked) -> Response: ...

    monkeypatch.setitem(POLICIES, "GET /wrong", OPEN)
    for handler in (of_a_unit, of_two):
        routes = Routes("hot")
        routes.add("GET /wrong")(handler)
        with pytest.raises(TypeError, match="takes a Reading"):
            mount(FastAPI(), routes, "")


async def test_a_hot_read_is_documented_like_every_other_route(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(POLICIES, "GET /numbers", OPERATORS)
    app = FastAPI()
    mount(app, _numbers(), "")
    documented = app.openapi()["paths"]["/numbers"]["get"]
    assert [p["name"] for p in documented["parameters"]] == ["most", "words"]
    assert {"401", "403", "404", "422", "503"} <= documented["responses"].keys()
