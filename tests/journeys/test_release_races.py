"""Everybody wants the same escrow at once: the customer's word, an operator's, a refund, a hold, the clock."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from kalends import ledger
from kalends.bookings import freeze_booking
from kalends.core.errors import Conflict
from kalends.core.house import House
from kalends.core.timekeeper import fire_due
from kalends.core.unit import open_unit
from tests.fixtures.crowds import Guest, crowd
from tests.fixtures.deals import API, at_hour, booked, rental, scalar, with_money
from tests.fixtures.people import operator
from tests.fixtures.places import a_room

PRICE, STAYS, HALF = 40000, 6, 50
CONFIRMED = {"X-Confirm-Action": "true"}
Green = Callable[[], Awaitable[None]]
Waiting = list[tuple[Guest, str]]


@pytest.fixture
async def waiting(
    house: House, client: httpx.AsyncClient, with_profile: Callable[..., House], pass_time: Any
) -> Waiting:
    """Stays that are over, whose money waits for the customer's word or for the end of the day."""
    with_profile(escrow={"release_on": "customer_confirm"})
    room, start = await a_room(house, rate=PRICE), await at_hour(house, days=1)
    found = []
    for number, guest in enumerate(await crowd(house, STAYS)):
        await with_money(house, guest.id, PRICE)
        body = rental(room.id, start + timedelta(hours=number), 1)
        made = await booked(client, guest.headers, body)
        url = f"{API}/bookings/{made['id']}/pay"
        paid = await client.post(url, json={"method": "wallet"}, headers=guest.headers)
        assert paid.status_code == 200, paid.text
        found.append((guest, made["id"]))
    await pass_time(hours=56)  # they are all over, which is noticed now
    await _expect(house, {"pending_clearance"})
    return found


async def _expect(house: House, states: set[str]) -> None:
    found = await scalar(house, "SELECT array_agg(DISTINCT state) FROM bookings")
    assert set(found) <= states, found


@pytest.mark.req("H-005")
async def test_one_escrow_is_released_or_refunded_and_never_both(
    house: House,
    client: httpx.AsyncClient,
    waiting: Waiting,
    pass_time: Any,
    expect_green: Green,
) -> None:
    boss = await operator(house, client) | CONFIRMED
    refund, approve = {"reason": "flood", "refund_percent": HALF}, {"reason": "checked"}
    await pass_time(hours=24, run=False)  # now the clock wants it, too
    asked = []
    for guest, booking_id in waiting:
        own, admin = f"{API}/bookings/{booking_id}", f"{API}/admin/bookings/{booking_id}"
        asked += [
            client.post(f"{own}/confirm-release", headers=guest.headers),
            client.post(f"{admin}/cancel", json=refund, headers=boss),
            client.post(f"{admin}/release", json=approve, headers=boss),
        ]
    _, _, *answers = await asyncio.gather(fire_due(house), fire_due(house), *asked)
    await fire_due(house)
    assert {answer.status_code for answer in answers} <= {200, 409}
    await _expect(house, {"released", "cancelled"})
    earned = 0
    for number, (guest, booking_id) in enumerate(waiting):
        won = [a for a in answers[3 * number : 3 * number + 3] if a.status_code == 200]
        assert len(won) <= 1, "the clock, or one of the people"
        cancelled = await _state(house, booking_id) == "cancelled"
        assert await _held(house, ledger.wallet(guest.id)) == PRICE * HALF // 100 * cancelled
        assert await _held(house, ledger.escrow(f"booking:{booking_id}")) == 0
        earned += PRICE * HALF // 100 if cancelled else PRICE
    provider = await scalar(house, "SELECT provider_id FROM bookings LIMIT 1")
    assert await _held(house, ledger.provider_available(provider)) == earned
    await expect_green()


async def test_twenty_words_of_one_customer_release_once(
    house: House, client: httpx.AsyncClient, waiting: Waiting, expect_green: Green
) -> None:
    guest, booking_id = waiting[0]
    url = f"{API}/bookings/{booking_id}/confirm-release"
    asked = [client.post(url, headers=guest.headers) for _ in range(20)]
    answers = await asyncio.gather(*asked)
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 19
    released = "SELECT count(*) FROM ledger_transactions WHERE kind = 'release'"
    assert await scalar(house, released) == 1
    await expect_green()


async def test_a_hold_and_a_release_at_once_leave_the_money_in_one_place(
    house: House,
    client: httpx.AsyncClient,
    waiting: Waiting,
    pass_time: Any,
    expect_green: Green,
) -> None:
    await pass_time(hours=24, run=False)

    async def hold(booking_id: str) -> None:
        with suppress(Conflict):
            async with open_unit(house) as unit:
                await freeze_booking(unit, UUID(booking_id), "dispute:1")

    words = [
        client.post(f"{API}/bookings/{b}/confirm-release", headers=g.headers) for g, b in waiting
    ]
    await asyncio.gather(*(hold(b) for _, b in waiting), fire_due(house), *words)
    await fire_due(house)
    for _, booking_id in waiting:
        kept = await _held(house, ledger.escrow(f"booking:{booking_id}"))
        expected = {"released": 0, "pending_clearance": PRICE}
        assert kept == expected[await _state(house, booking_id)]
    await expect_green()


async def _state(house: House, booking_id: str) -> str:
    return str(await scalar(house, "SELECT state FROM bookings WHERE id = :id", id=booking_id))


async def _held(house: House, account: ledger.Account) -> int:
    async with open_unit(house, read_only=True) as unit:
        return (await ledger.balance(unit, account)).amount
