"""The line against everybody else: a freed hour has one owner, and an offer one end."""

import asyncio
import signal
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from kalends.core.house import House
from kalends.core.settings import Settings
from kalends.core.timekeeper import fire_due
from kalends.core.unit import open_unit
from kalends.core.worker import drain
from tests.fixtures.crowds import Guest, crowd
from tests.fixtures.deals import API, at_hour, scalar, stamp
from tests.fixtures.places import a_room
from tests.fixtures.servers import Server, eventually
from tests.fixtures.waiting import Line, a_line
from tests.journeys.conftest import DatabaseLog, NewServer

CLIENTS, HOURS = 20, timedelta(hours=2)
KEPT = """
    SELECT count(*) FROM allocations
    WHERE active AND (expires_at IS NULL OR expires_at > kalends_now())
      AND during && tstzrange(:start, CAST(:start AS timestamptz) + interval '2 hours', '[)')
"""
ALL_BUT_THE_OFFER = "DELETE FROM procrastinate_jobs WHERE task_name <> 'bookings.offer_freed_time'"
Green = Callable[[], Awaitable[None]]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A dead worker's jobs come back soon."""
    return settings.model_copy(update={"stalled_after_seconds": 2})


@pytest.fixture
async def line(house: House, client: httpx.AsyncClient, pass_time) -> Line:
    return await a_line(house, client, pass_time, await a_room(house), await at_hour(house))


async def _waiting(line: Line, count: int) -> list[tuple[Guest, str]]:
    """So many people in the line, in order, and their places."""
    people = await crowd(line.house, count)
    return [(one, (await line.join(one.headers))["id"]) for one in people]


async def _states(line: Line, people: list[tuple[Guest, str]]) -> list[str]:
    return [await line.state(one.headers, entry) for one, entry in people]


@pytest.mark.parametrize("first", ["the line", "the crowd"])
async def test_twenty_who_book_a_freed_hour_meet_the_line_and_one_has_it(
    line: Line, database_log: DatabaseLog, expect_green: Green, first: str
) -> None:
    people, guests = await _waiting(line, 3), await crowd(line.house, CLIENTS)
    await line.call_off(run=False)

    def books() -> list[Awaitable[Any]]:
        url = f"{API}/bookings"
        return [line.client.post(url, json=line.wish(), headers=g.headers) for g in guests]

    works = books()
    works.insert(0 if first == "the line" else CLIENTS // 2, drain(line.house))
    answers = [a for a in await asyncio.gather(*works) if isinstance(a, httpx.Response)]
    await drain(line.house)
    codes, states = Counter(a.status_code for a in answers), await _states(line, people)
    assert set(codes) <= {201, 409}
    assert codes[201] + states.count("offered") == 1
    assert states[1:] == ["waiting"] * 2
    assert await scalar(line.house, KEPT, start=line.start) == 1
    assert database_log.is_without_deadlocks()
    await expect_green()


async def test_of_accepting_declining_leaving_and_the_end_one_comes_first(
    line: Line, database_log: DatabaseLog, expect_green: Green
) -> None:
    people = await _waiting(line, 6)
    await line.call_off()
    ends = []
    for n, (guest, entry) in enumerate(people):
        assert await line.state(guest.headers, entry) == "offered"
        due = n % 2
        await line.pass_time(minutes=60 if due else 59, run=False)
        steps = ("accept", "accept", "decline")
        answers = await asyncio.gather(
            *(line.act(guest.headers, entry, step) for step in steps),
            fire_due(line.house),
            fire_due(line.house),
        )
        codes = Counter(a.status_code for a in answers if isinstance(a, httpx.Response))
        assert codes[200] <= 1
        assert codes[200] + codes[409] == len(steps)
        ends.append(await line.state(guest.headers, entry))
        assert ends[-1] in ({"declined", "expired"} if due else {"accepted", "declined"})
        assert await scalar(line.house, KEPT, start=line.start) <= 1
        await line.pass_time(minutes=16)  # what was accepted is not paid for
    assert database_log.is_without_deadlocks()
    await expect_green()


async def test_hours_freed_at_once_go_to_as_many_people_whichever_worker_asks_them(
    line: Line, database_log: DatabaseLog, expect_green: Green
) -> None:
    taken, url = [line.taken], f"{API}/bookings"
    for n in (1, 2, 3):
        body = line.wish(line.start + n * HOURS)
        taken.append((await line.client.post(url, json=body, headers=line.holder)).json()["id"])
    ends = {"not_before": stamp(line.start), "not_after": stamp(line.start + 4 * HOURS)}
    people = await crowd(line.house, 6)
    anywhere = {"booking": line.wish(), **ends}
    entries = [(one, (await line.join(one.headers, anywhere))["id"]) for one in people]
    why = {"reason": "rain"}
    await asyncio.gather(
        *(line.client.post(f"{url}/{i}/cancel", json=why, headers=line.holder) for i in taken)
    )
    await asyncio.gather(*(drain(line.house) for _ in range(3)))
    await drain(line.house)
    assert await _states(line, entries) == ["offered"] * 4 + ["waiting"] * 2
    held = [(await line.read(one.headers, e))["offer"]["start_time"] for one, e in entries[:4]]
    assert len(set(held)) == len(taken)
    assert database_log.is_without_deadlocks()
    await expect_green()


async def test_a_worker_that_is_killed_between_the_freed_hour_and_the_offer(
    line: Line, new_server: NewServer, expect_green: Green
) -> None:
    """The wish to look is a row of the cancellation; the next worker finds it."""
    [(guest, entry)] = await _waiting(line, 1)
    await line.pass_time()
    await line.call_off(run=False)
    async with open_unit(line.house) as unit:
        await unit.session.execute(text(ALL_BUT_THE_OFFER))
    web = new_server()
    worker = new_server(worker=True, beside=web)
    try:
        await worker.start("unit.before_commit:1")
        await eventually(lambda: _ended(worker))
        assert worker.exit_code == -signal.SIGKILL
        assert await line.state(guest.headers, entry) == "waiting"
        await worker.start()
        await eventually(lambda: _offered(line, guest, entry))
    finally:
        await worker.stop()
        await web.stop()
    assert await scalar(line.house, KEPT, start=line.start) == 1
    await expect_green()


async def _ended(worker: Server) -> bool:
    return worker.exit_code is not None


async def _offered(line: Line, guest: Guest, entry: str) -> bool:
    return await line.state(guest.headers, entry) == "offered"
