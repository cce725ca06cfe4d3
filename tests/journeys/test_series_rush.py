"""Many clubs want the same hall at overlapping hours for overlapping weeks, while others want single evenings."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import httpx

from kalends.core.house import House
from tests.fixtures.crowds import crowd
from tests.fixtures.deals import API, at_hour, rental, scalar
from tests.fixtures.places import a_room
from tests.journeys.conftest import DatabaseLog

CLUBS, SINGLES, TURNS = 12, 12, 6
WHOLE = """
    SELECT count(*) FROM (SELECT series_id FROM bookings WHERE series_id IS NOT NULL
                          GROUP BY series_id HAVING count(*) = :turns) AS whole
"""


async def test_every_series_is_booked_whole_or_not_at_all(
    house: House,
    client: httpx.AsyncClient,
    database_log: DatabaseLog,
    expect_green: Callable[[], Awaitable[None]],
) -> None:
    room, guests = await a_room(house), await crowd(house, CLUBS + SINGLES)
    start = await at_hour(house)

    def series(n: int) -> Awaitable[httpx.Response]:
        first = start + timedelta(weeks=n % 3, hours=n % 2)
        body = {"booking": rental(room.id, first, 2), "count": TURNS}
        return client.post(f"{API}/booking-series", json=body, headers=guests[n].headers)

    def single(n: int) -> Awaitable[httpx.Response]:
        body = rental(room.id, start + timedelta(weeks=n % 8), 2)
        headers = guests[CLUBS + n].headers
        return client.post(f"{API}/bookings", json=body, headers=headers)

    turns = [turn for n in range(CLUBS) for turn in (series(n), single(n))]
    answers = await asyncio.gather(*turns)
    clubs, singles = answers[::2], answers[1::2]
    assert {a.status_code for a in answers} == {201, 409}
    lost = {a.json()["type"] for a in clubs if a.status_code == 409}
    assert lost <= {"/problems/series-clash"}
    won = sum(a.status_code == 201 for a in clubs)
    assert await scalar(house, WHOLE, turns=TURNS) == won
    booked = won * TURNS + sum(a.status_code == 201 for a in singles)
    assert await scalar(house, "SELECT count(*) FROM bookings") == booked
    assert await scalar(house, "SELECT count(*) FROM booking_series") == won
    assert database_log.is_without_deadlocks()
    await expect_green()
