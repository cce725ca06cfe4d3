"""The rush: two hundred clients, two server processes, one slot. And the control, which must go wrong."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
import psycopg
import pytest

from kalends.app import postgres
from kalends.billing import RentalRequest
from kalends.bookings import book_room, pay_from_wallet
from kalends.catalog import RoomFacts
from kalends.core.checks import run_checks
from kalends.core.house import House
from kalends.core.principal import ActorKind, Principal
from kalends.core.unit import open_unit
from kalends.core.worker import drain
from kalends.payments import reconcile
from tests.fixtures.crowds import Guest, crowd
from tests.fixtures.deals import API, at_hour, booked, rental, scalar, stamp, with_money
from tests.fixtures.places import a_room
from tests.fixtures.servers import Server, running
from tests.journeys.conftest import DatabaseLog, NewServer

CLIENTS = 200
HOURS = 2

UNGUARDED_CLAIM = """
    CREATE OR REPLACE FUNCTION claim_slot(
        wanted_id uuid, wanted_resource uuid, wanted_during tstzrange, wanted_booking uuid,
        wanted_kind text, wanted_expiry timestamptz, at_now timestamptz
    ) RETURNS uuid LANGUAGE sql AS $$
        INSERT INTO allocations (id, resource_id, during, active, kind, booking_id, expires_at, created_at)
        VALUES (wanted_id, wanted_resource, wanted_during, true, wanted_kind, wanted_booking, wanted_expiry, at_now)
        RETURNING id
    $$
"""


class Crossfire:
    """Clients that speak to the servers in turn, each over a connection of its own."""

    def __init__(self, servers: Sequence[Server]) -> None:
        self.servers = servers
        self._stack = AsyncExitStack()
        self._clients: list[httpx.AsyncClient] = []
        self._turn = 0

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(running(*self.servers))
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
        for server in self.servers:
            http = httpx.AsyncClient(base_url=server.url, limits=limits, timeout=60)
            self._clients.append(await self._stack.enter_async_context(http))
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._stack.aclose()

    @property
    def next(self) -> httpx.AsyncClient:
        self._turn += 1
        return self._clients[self._turn % len(self._clients)]

    def book(self, guest: Guest, room: RoomFacts, start: datetime) -> Awaitable[httpx.Response]:
        body = rental(room.id, start, HOURS)
        return self.next.post(f"{API}/bookings", json=body, headers=guest.headers)

    def move(self, guest: Guest, booking: str, start: datetime) -> Awaitable[httpx.Response]:
        body = {"new_start_time": stamp(start)}
        return self.next.put(
            f"{API}/bookings/{booking}/reschedule", json=body, headers=guest.headers
        )


def _jitter(number: int) -> timedelta:
    """Up to twenty minutes to both sides, spread evenly."""
    return timedelta(minutes=number * 17 % 41 - 20)


def _expect_one_winner(answers: Sequence[httpx.Response], status: int = 201) -> httpx.Response:
    """One got it; each of the others was told that it is taken, and what is free instead."""
    counts = Counter(answer.status_code for answer in answers)
    assert counts == {status: 1, 409: len(answers) - 1}
    lost = [answer.json() for answer in answers if answer.status_code == 409]
    assert {problem["type"] for problem in lost} == {"/problems/slot-taken"}
    assert all(problem["nearest"] for problem in lost)
    return next(answer for answer in answers if answer.status_code == status)


async def _free_that_day(http: httpx.AsyncClient, room: RoomFacts, start: datetime) -> list[Any]:
    day = start.astimezone(ZoneInfo(room.zone)).date().isoformat()
    answer = await http.get(f"{API}/rooms/{room.id}/availability", params={"date": day})
    return [(slot["start"], slot["end"]) for slot in answer.json()["days"][0]["slots"]]


@pytest.mark.req("H-005", "H-025", "H-140", "H-141")
@pytest.mark.parametrize("jitter", [0, 1], ids=["same_time", "overlapping_times"])
async def test_one_of_two_hundred_gets_the_slot(
    house: House,
    new_server: NewServer,
    database_log: DatabaseLog,
    expect_green: Callable[[], Awaitable[None]],
    jitter: int,
) -> None:
    room, guests = await a_room(house), await crowd(house, CLIENTS)
    start = await at_hour(house)
    async with Crossfire([new_server(), new_server()]) as fire:
        before = await _free_that_day(fire.next, room, start)
        wishes = [start + jitter * _jitter(n) for n in range(CLIENTS)]
        answers = await asyncio.gather(
            *(fire.book(guest, room, wish) for guest, wish in zip(guests, wishes, strict=True))
        )
        won = _expect_one_winner(answers).json()
        after = await _free_that_day(fire.next, room, start)
    assert len(before) == 1
    opens, closes = before[0]
    assert after == [(opens, won["start_time"]), (won["end_time"], closes)]
    assert await scalar(house, "SELECT count(*) FROM bookings") == 1
    assert database_log.is_without_deadlocks()
    await expect_green()


async def test_the_control_without_the_guard_double_books(
    house: House, new_server: NewServer, cluster: postgres.Cluster, database: str
) -> None:
    with psycopg.connect(cluster.dsn(database, "kalends"), autocommit=True) as owner:
        owner.execute("ALTER TABLE allocations DROP CONSTRAINT ex_allocations_no_overlap")
        owner.execute(UNGUARDED_CLAIM)
    room, guests = await a_room(house), await crowd(house, CLIENTS)
    start = await at_hour(house)
    async with Crossfire([new_server(), new_server()]) as fire:
        answers = await asyncio.gather(*(fire.book(guest, room, start) for guest in guests))
    assert sum(answer.status_code == 201 for answer in answers) > 1
    async with open_unit(house, read_only=True) as unit:
        assert "A1" in await run_checks(unit)


async def test_moving_and_booking_into_one_slot_has_one_winner(
    house: House,
    new_server: NewServer,
    database_log: DatabaseLog,
    expect_green: Callable[[], Awaitable[None]],
) -> None:
    room, guests = await a_room(house), await crowd(house, 80)
    target = await at_hour(house)
    movers, bookers = guests[:30], guests[30:]
    confirmed = [
        await _confirmed(house, guest, room, target + timedelta(hours=4 + HOURS * n))
        for n, guest in enumerate(movers)
    ]
    async with Crossfire([new_server(), new_server()]) as fire:
        moves = [fire.move(g, str(b), target) for g, b in zip(movers, confirmed, strict=True)]
        books = [fire.book(guest, room, target + _jitter(n)) for n, guest in enumerate(bookers)]
        turns = [turn for pair in zip(moves, books, strict=False) for turn in pair]
        answers = await asyncio.gather(*turns, *books[len(moves) :])
    counts = Counter(answer.status_code for answer in answers)
    assert counts[409] == len(answers) - 1
    assert counts[200] + counts[201] == 1
    overlapping = """
        SELECT count(*) FROM allocations
        WHERE active AND during && tstzrange(:start, :end, '[)')
    """
    around = {"start": target, "end": target + timedelta(hours=HOURS)}
    assert await scalar(house, overlapping, **around) == 1
    assert await scalar(house, "SELECT count(*) FROM bookings WHERE state = 'confirmed'") == 30
    assert database_log.is_without_deadlocks()
    await expect_green()


@pytest.mark.req("H-005", "H-141")
async def test_late_money_and_new_bookings_for_one_slot_have_one_winner(
    house: House,
    client: httpx.AsyncClient,
    new_server: NewServer,
    pass_time: Callable[..., Awaitable[None]],
    database_log: DatabaseLog,
    expect_green: Callable[[], Awaitable[None]],
) -> None:
    room, guests = await a_room(house, rate=10000), await crowd(house, 60)
    late, new = guests[:12], guests[12:]
    first = await at_hour(house)
    slots = [first + timedelta(hours=HOURS * n) for n in range(len(late))]
    lapsed = await _lapsed_with_money_on_its_way(client, late, room, slots, pass_time)
    await reconcile(house)  # the money is ours; what it does to the bookings waits in the queue
    async with Crossfire([new_server(), new_server()]) as fire:
        wanted = slots[1:]  # nobody else wants the first slot
        books = [fire.book(g, room, wanted[n % len(wanted)]) for n, g in enumerate(new)]
        _, *answers = await asyncio.gather(drain(house), *books)
    await drain(house)
    assert {answer.status_code for answer in answers} <= {201, 409}
    taken = {a.json()["start_time"] for a in answers if a.status_code == 201}
    assert sum(answer.status_code == 201 for answer in answers) == len(taken)
    for guest, booking, slot in zip(late, lapsed, slots, strict=True):
        await _expect_slot_or_money(client, guest, booking, lost=stamp(slot) in taken)
    assert stamp(slots[0]) not in taken
    assert database_log.is_without_deadlocks()
    await expect_green()


async def _confirmed(house: House, guest: Guest, room: RoomFacts, start: datetime) -> UUID:
    await with_money(house, guest.id, 10**6)
    wish = RentalRequest.model_validate(rental(room.id, start, HOURS))
    async with open_unit(house, Principal(ActorKind.customer, guest.id)) as unit:
        booking = await book_room(unit, wish)
        await pay_from_wallet(unit, booking.id)
    return booking.id


async def _lapsed_with_money_on_its_way(
    client: httpx.AsyncClient,
    guests: Sequence[Guest],
    room: RoomFacts,
    slots: Sequence[datetime],
    pass_time: Callable[..., Awaitable[None]],
) -> list[str]:
    """Expired bookings whose customers paid after the end of the hold."""
    bookings, pages = [], []
    for guest, slot in zip(guests, slots, strict=True):
        booking = await booked(client, guest.headers, rental(room.id, slot, HOURS))
        order = await client.post(
            f"{API}/payments/create-order",
            json={"booking_id": booking["id"]},
            headers=guest.headers,
        )
        bookings.append(booking["id"])
        pages.append(order.json()["checkout"]["url"])
    await pass_time(minutes=16)
    for page in pages:
        assert (await client.post(page, json={"instrument": "success"})).status_code == 200
    return bookings


async def _expect_slot_or_money(
    client: httpx.AsyncClient, guest: Guest, booking_id: str, *, lost: bool
) -> None:
    booking = await client.get(f"{API}/bookings/{booking_id}", headers=guest.headers)
    wallet = await client.get(f"{API}/wallet/balance", headers=guest.headers)
    balance = wallet.json()["balance"]["amount"]
    expected = ("expired", 20000) if lost else ("confirmed", 0)
    assert (booking.json()["state"], balance) == expected
