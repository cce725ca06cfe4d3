"""Two tabs, impatient fingers, crossing messages: each has one legal outcome, to the last unit."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from kalends import ledger
from kalends.core.house import House
from kalends.core.ids import new_id
from kalends.core.unit import open_unit
from kalends.payments import reconcile
from tests.fixtures.crowds import Guest, crowd
from tests.fixtures.deals import (
    API,
    at_hour,
    booked,
    paid_at_sandbox,
    rental,
    scalar,
    with_money,
)
from tests.fixtures.places import a_room

PRICE, SAVINGS, PAIRS = 40000, 100000, 6
RunJobs = Callable[[House], Awaitable[None]]
Green = Callable[[], Awaitable[None]]
Booked = tuple[Guest, str]


@pytest.fixture
async def held(house: House, client: httpx.AsyncClient) -> list[Booked]:
    """Unpaid bookings of people with money in their wallets."""
    room, start = await a_room(house, rate=PRICE), await at_hour(house)
    guests = await crowd(house, PAIRS)
    found = []
    for number, guest in enumerate(guests):
        await with_money(house, guest.id, SAVINGS)
        body = rental(room.id, start + timedelta(hours=number), 1)
        found.append((guest, (await booked(client, guest.headers, body))["id"]))
    return found


async def _wallet(house: House, guest: Guest) -> int:
    async with open_unit(house, read_only=True) as unit:
        return (await ledger.balance(unit, ledger.wallet(guest.id))).amount


async def _escrow(house: House, booking_id: str) -> int:
    async with open_unit(house, read_only=True) as unit:
        return (await ledger.balance(unit, ledger.escrow(f"booking:{booking_id}"))).amount


async def _state(house: House, booking_id: str) -> str:
    return str(await scalar(house, "SELECT state FROM bookings WHERE id = :id", id=booking_id))


async def _nothing_is_left_to_do(house: House) -> None:
    assert await scalar(house, "SELECT count(*) FROM procrastinate_jobs") == 0


async def test_two_tabs_that_pay_at_once_pay_once(
    house: House,
    client: httpx.AsyncClient,
    held: list[Booked],
    run_jobs: RunJobs,
    expect_green: Green,
) -> None:
    for guest, booking_id in held:
        await paid_at_sandbox(client, guest.headers, booking_id)
    pay = {"method": "wallet"}
    tabs = [client.post(f"{API}/bookings/{b}/pay", json=pay, headers=g.headers) for g, b in held]
    _, *answers = await asyncio.gather(run_jobs(house), *tabs)
    await run_jobs(house)
    assert {answer.status_code for answer in answers} <= {200, 409}
    for guest, booking_id in held:
        assert await _state(house, booking_id) == "confirmed"
        assert await _escrow(house, booking_id) == PRICE
        assert await _wallet(house, guest) == SAVINGS
    await _nothing_is_left_to_do(house)
    await expect_green()


async def test_money_that_crosses_a_cancellation_is_given_back_by_the_rules(
    house: House,
    client: httpx.AsyncClient,
    held: list[Booked],
    run_jobs: RunJobs,
    expect_green: Green,
) -> None:
    for guest, booking_id in held:
        await paid_at_sandbox(client, guest.headers, booking_id)
    cancels = [_cancel(client, guest, booking_id) for guest, booking_id in held]
    _, *answers = await asyncio.gather(run_jobs(house), *cancels)
    await run_jobs(house)
    assert [answer.status_code for answer in answers] == [200] * len(held)
    for guest, booking_id in held:
        assert await _state(house, booking_id) == "cancelled"
        assert await _escrow(house, booking_id) == 0
        back = await _wallet(house, guest) - SAVINGS
        assert back in {PRICE, PRICE * 75 // 100}, "in full, or three quarters of what had arrived"
    await _nothing_is_left_to_do(house)
    await expect_green()


async def test_a_cancellation_between_the_money_and_the_confirmation_pays_back_once(
    house: House,
    client: httpx.AsyncClient,
    held: list[Booked],
    run_jobs: RunJobs,
    pass_time: Callable[..., Awaitable[None]],
    expect_green: Green,
) -> None:
    guest, booking_id = held[0]
    await paid_at_sandbox(client, guest.headers, booking_id)
    await pass_time(minutes=11, run=False)
    await reconcile(house)  # the money is in escrow, the booking has not heard of it
    assert await _escrow(house, booking_id) == PRICE
    assert (await _cancel(client, guest, booking_id)).status_code == 200
    await run_jobs(house)
    assert await _escrow(house, booking_id) == 0
    assert await _wallet(house, guest) == SAVINGS + PRICE * 75 // 100
    await _nothing_is_left_to_do(house)
    await expect_green()


async def test_a_booking_cancelled_twenty_times_at_once_is_refunded_once(
    house: House,
    client: httpx.AsyncClient,
    held: list[Booked],
    run_jobs: RunJobs,
    expect_green: Green,
) -> None:
    guest, booking_id = held[0]
    await paid_at_sandbox(client, guest.headers, booking_id)
    await run_jobs(house)
    answers = await asyncio.gather(*(_cancel(client, guest, booking_id) for _ in range(20)))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 19}
    assert await _wallet(house, guest) == SAVINGS + PRICE * 75 // 100
    assert await scalar(house, "SELECT count(*) FROM refunds") == 1
    await expect_green()


async def test_a_booking_paid_twenty_times_from_the_wallet_is_paid_once(
    house: House, client: httpx.AsyncClient, held: list[Booked], expect_green: Green
) -> None:
    guest, booking_id = held[0]
    url, pay = f"{API}/bookings/{booking_id}/pay", {"method": "wallet"}
    answers = await asyncio.gather(
        *(client.post(url, json=pay, headers=guest.headers) for _ in range(20))
    )
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 19}
    assert await _wallet(house, guest) == SAVINGS - PRICE
    await expect_green()


async def test_a_payment_opened_in_ten_tabs_is_one_order_at_the_provider(
    house: House, client: httpx.AsyncClient, held: list[Booked]
) -> None:
    guest, booking_id = held[0]
    url, body = f"{API}/payments/create-order", {"booking_id": booking_id}
    answers = await asyncio.gather(
        *(client.post(url, json=body, headers=guest.headers) for _ in range(10))
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["gateway_order_id"] for answer in answers}) == 1
    assert await scalar(house, "SELECT count(*) FROM payments") == 1
    assert await scalar(house, "SELECT count(*) FROM sandbox_orders") == 1


async def test_one_key_sent_fifty_times_has_one_effect(
    house: House, client: httpx.AsyncClient, expect_green: Green
) -> None:
    room, guest = await a_room(house), (await crowd(house, 1))[0]
    body, headers = rental(room.id, await at_hour(house), 1), guest.with_key(str(new_id()))
    url = f"{API}/bookings"
    answers = await asyncio.gather(
        *(client.post(url, json=body, headers=headers) for _ in range(49))
    )
    last = await client.post(url, json=body, headers=headers)
    done = [answer for answer in (*answers, last) if answer.status_code == 201]
    waiting = [answer.json()["type"] for answer in answers if answer.status_code != 201]
    assert set(waiting) <= {"/problems/idempotency-in-progress"}
    assert len({answer.text for answer in done}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in done) == 1
    assert last.headers["idempotency-replayed"] == "true"
    assert await scalar(house, "SELECT count(*) FROM bookings") == 1
    assert await scalar(house, "SELECT count(*) FROM allocations") == 1
    await expect_green()


def _cancel(client: httpx.AsyncClient, guest: Guest, booking_id: str) -> Awaitable[Any]:
    return client.post(
        f"{API}/bookings/{booking_id}/cancel", json={"reason": "rain"}, headers=guest.headers
    )
