"""What a running marketplace says about itself: logs, metrics, health, errors that are nobody's secret."""

import io
import json
import logging

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from kalends.core import logs
from kalends.core.house import House
from tests.fixtures.deals import API, at_hour, booked, rental
from tests.fixtures.people import signed_up
from tests.fixtures.places import a_room


@pytest.fixture
def log_lines() -> io.StringIO:
    """Everything logged during the test, as lines of JSON."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    logs.configure("INFO")
    stream = io.StringIO()
    for handler in root.handlers:
        assert isinstance(handler, logging.StreamHandler)
        handler.setStream(stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)


def _requests(stream: io.StringIO) -> list[dict]:
    found = [json.loads(line) for line in stream.getvalue().splitlines()]
    return [line for line in found if line["event"] == "request"]


@pytest.mark.req("H-218", "H-130")
async def test_every_request_is_one_line_of_json(
    house: House, client: httpx.AsyncClient, log_lines: io.StringIO
) -> None:
    room, me = await a_room(house), await signed_up(client)
    body = rental(room.id, await at_hour(house))
    booking = await booked(client, me, body)
    await client.post(f"{API}/bookings", json=body, headers=await signed_up(client))
    made, refused = [r for r in _requests(log_lines) if r["endpoint"] == f"{API}/bookings"]
    assert made["user_id"] == booking["customer"]["id"]
    assert (made["method"], made["status_code"], made["level"]) == ("POST", 201, "info")
    assert made["duration_ms"] > 0
    assert made["size_bytes"] > 100
    assert {"timestamp", "service", "request_id", "path"} <= made.keys()
    assert (refused["status_code"], refused["error_code"]) == (409, "SLOT_TAKEN")


@pytest.mark.req("H-129")
async def test_a_bug_is_a_500_that_tells_nothing_and_a_log_that_tells_all(
    app: FastAPI, client: httpx.AsyncClient, log_lines: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a secret detail")

    monkeypatch.setattr(AsyncSession, "execute", broken)
    answer = await client.get(f"{API}/venues")
    found = answer.json()
    assert (answer.status_code, found["type"]) == (500, "/problems/internal")
    assert "secret detail" not in answer.text
    assert found["request_id"] == answer.headers["x-request-id"]
    assert "ZeroDivisionError" in log_lines.getvalue()


@pytest.mark.req("H-244")
async def test_metrics_count_requests_by_route(client: httpx.AsyncClient) -> None:
    await client.get("/healthz")
    found = (await client.get("/metrics")).text
    assert 'kalends_requests_total{method="GET",route="/healthz",status="200"}' in found
    assert "kalends_request_seconds_bucket" in found


async def test_readiness_tells_the_truth(house: House, client: httpx.AsyncClient) -> None:
    assert (await client.get("/readyz")).json() == {"status": "ready"}


async def test_a_request_id_that_was_sent_is_kept_and_a_strange_one_is_not(
    client: httpx.AsyncClient,
) -> None:
    kept = await client.get("/healthz", headers={"X-Request-ID": "abc-12345678"})
    assert kept.headers["x-request-id"] == "abc-12345678"
    replaced = await client.get("/healthz", headers={"X-Request-ID": "a b\tc" * 9})
    assert replaced.headers["x-request-id"] != "a b\tc" * 9
