"""A complaint, a refund, a release and a payout want the same money at once: it goes one way, once."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from kalends import ledger
from kalends.core.house import House
from kalends.core.timekeeper import fire_due
from kalends.core.unit import open_unit
from tests.fixtures.crowds import Guest, crowd
from tests.fixtures.deals import API, at_hour, booked, rental, scalar, with_money
from tests.fixtures.people import Headers, manager_of, operator
from tests.fixtures.places import a_room
from tests.journeys.conftest import DatabaseLog

PRICE, STAYS = 40_000, 5
CONFIRMED = {"X-Confirm-Action": "true"}
NOTE = {"note": "We have read both sides."}
Green = Callable[[], Awaitable[None]]
Stays = list[tuple[Guest, str]]


@pytest.fixture
async def waiting(
    house: House, client: httpx.AsyncClient, with_profile: Callable[..., House], pass_time: Any
) -> Stays:
    """Stays that are over, whose money waits for the customer's word or for the end of the day."""
    with_profile(escrow={"release_on": "customer_confirm"})
    return await _stays(house, client, pass_time)


@pytest.fixture
async def released(house: House, client: httpx.AsyncClient, pass_time: Any) -> Stays:
    """Stays that are over, whose money the provider has."""
    return await _stays(house, client, pass_time)


async def _stays(house: House, client: httpx.AsyncClient, pass_time: Any) -> Stays:
    room, start = await a_room(house, rate=PRICE), await at_hour(house, days=1)
    found = []
    for number, guest in enumerate(await crowd(house, STAYS)):
        await with_money(house, guest.id, PRICE)
        body = rental(room.id, start.replace(hour=number + 8), 1)
        made = await booked(client, guest.headers, body)
        url = f"{API}/bookings/{made['id']}/pay"
        paid = await client.post(url, json={"method": "wallet"}, headers=guest.headers)
        assert paid.status_code == 200, paid.text
        found.append((guest, made["id"]))
    await pass_time(hours=56)
    return found


def _complain(client: httpx.AsyncClient, guest: Guest, booking_id: str) -> Awaitable[Any]:
    body = {"booking_id": booking_id, "reason": "other", "statement": "It was not clean."}
    return client.post(f"{API}/disputes", json=body, headers=guest.headers)


def _decide(client: httpx.AsyncClient, boss: Headers, dispute: str, state: str) -> Awaitable[Any]:
    body = {"state": state, "outcome": NOTE}
    return client.patch(f"{API}/admin/disputes/{dispute}", json=body, headers=boss | CONFIRMED)


async def _taken_up(client: httpx.AsyncClient, boss: Headers, stays: Stays) -> list[str]:
    """A dispute about each stay, under review."""
    found = []
    for guest, booking_id in stays:
        opened = await _complain(client, guest, booking_id)
        assert opened.status_code == 201, opened.text
        found.append(opened.json()["id"])
        assert (await _decide(client, boss, found[-1], "under_review")).status_code == 200
    return found


async def _held(house: House, account: ledger.Account) -> int:
    async with open_unit(house, read_only=True) as unit:
        return (await ledger.balance(unit, account)).amount


async def _provider(house: House) -> tuple[UUID, int, int]:
    """Who it is, what is available, and what is set aside."""
    provider = await scalar(house, "SELECT provider_id FROM bookings LIMIT 1")
    available = await _held(house, ledger.provider_available(provider))
    return provider, available, await _held(house, ledger.provider_reserved(provider))


@pytest.mark.req("X-22")
async def test_a_complaint_and_a_release_at_once_leave_the_money_in_one_place(
    house: House,
    client: httpx.AsyncClient,
    waiting: Stays,
    pass_time: Any,
    database_log: DatabaseLog,
    expect_green: Green,
) -> None:
    await pass_time(hours=24, run=False)  # the clock wants it, too
    complaints = [_complain(client, guest, booking) for guest, booking in waiting]
    words = [
        client.post(f"{API}/bookings/{b}/confirm-release", headers=g.headers) for g, b in waiting
    ]
    answers = await asyncio.gather(*complaints, *words, fire_due(house))
    assert {answer.status_code for answer in answers[:STAYS]} == {201}
    await fire_due(house)
    frozen = 0
    for _, booking_id in waiting:
        escrow = await _held(house, ledger.escrow(f"booking:{booking_id}"))
        state = await scalar(house, "SELECT state FROM bookings WHERE id = :id", id=booking_id)
        assert escrow == {"released": 0, "pending_clearance": PRICE}[state]
        frozen += state == "pending_clearance"
    _, available, reserved = await _provider(house)
    assert (available, reserved) == (0, (STAYS - frozen) * PRICE), "what was released is set aside"
    assert database_log.is_without_deadlocks()
    await expect_green()


@pytest.mark.req("X-22", "X-12")
async def test_a_decision_and_a_refund_at_once_give_back_once(
    house: House,
    client: httpx.AsyncClient,
    released: Stays,
    database_log: DatabaseLog,
    expect_green: Green,
) -> None:
    boss, other = await operator(house, client), await operator(house, client, "moderator")
    disputes = await _taken_up(client, boss, released)
    asked = []
    for (_, booking_id), dispute in zip(released, disputes, strict=True):
        payment = await scalar(
            house, "SELECT id FROM payments WHERE subject = :s", s=f"booking:{booking_id}"
        )
        refund = {"reason": "goodwill"}
        asked += [
            _decide(client, boss, dispute, "refunded"),
            client.post(f"{API}/payments/{payment}/refund", json=refund, headers=other),
            _decide(client, other, dispute, "refunded"),
        ]
    answers = await asyncio.gather(*asked)
    for number, (guest, _) in enumerate(released):
        three = answers[3 * number : 3 * number + 3]
        assert sum(answer.is_success for answer in three) == 1, [a.text for a in three]
        assert all(a.is_success or a.status_code == 409 for a in three)
        assert await _held(house, ledger.wallet(guest.id)) == PRICE
    provider, available, reserved = await _provider(house)
    assert available + reserved == 0, "each was debited once"
    for dispute in disputes:
        await _decide(client, boss, dispute, "resolved")
    assert await _provider(house) == (provider, 0, 0)
    assert database_log.is_without_deadlocks()
    await expect_green()


async def test_twenty_decisions_at_once_are_one(
    house: House, client: httpx.AsyncClient, released: Stays, expect_green: Green
) -> None:
    boss = await operator(house, client)
    (dispute, *_) = await _taken_up(client, boss, released[:1])
    words = ["resolved", "refunded"] * 10
    answers = await asyncio.gather(*(_decide(client, boss, dispute, word) for word in words))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 19
    guest = released[0][0]
    back = await _held(house, ledger.wallet(guest.id))
    state = await scalar(house, "SELECT state FROM disputes")
    assert back == {"resolved": 0, "refunded": PRICE}[state]
    _, available, reserved = await _provider(house)
    assert (available, reserved) == (STAYS * PRICE - back, 0)
    await expect_green()


async def test_a_payout_and_a_complaint_at_once_never_let_the_money_get_away(
    house: House,
    client: httpx.AsyncClient,
    released: Stays,
    pass_time: Any,
    database_log: DatabaseLog,
    expect_green: Green,
) -> None:
    provider, _, _ = await _provider(house)
    owner, boss = await manager_of(house, client, provider), await operator(house, client)
    bank = {"holder": "Asha Rao", "account_number": "004500998877", "routing": "HDFC0001234"}
    given = await client.post(f"{API}/providers/bank-details", json=bank, headers=owner)
    assert given.status_code == 201, given.text
    await pass_time(minutes=1)
    await pass_time(hours=25)
    wishes = [
        client.post(
            f"{API}/payouts",
            json={"amount": {"amount": PRICE, "currency": "INR"}},
            headers=owner,
        )
        for _ in range(STAYS)
    ]
    complaints = [_complain(client, guest, booking) for guest, booking in released]
    answers = await asyncio.gather(*wishes, *complaints)
    assert {answer.status_code for answer in answers[STAYS:]} == {201}
    made = [a.json()["id"] for a in answers[:STAYS] if a.status_code == 201]
    approvals = [
        client.post(f"{API}/admin/payouts/{one}/approve", headers=boss | CONFIRMED) for one in made
    ]
    assert {answer.status_code for answer in await asyncio.gather(*approvals)} <= {409}
    query = text("SELECT sum(held)::int, sum(in_payouts)::int, sum(missing)::int FROM disputes")
    async with open_unit(house, read_only=True) as unit:
        held, in_payouts, missing = (await unit.session.execute(query)).one()
    assert (held + in_payouts, missing) == (STAYS * PRICE, 0)
    assert await _provider(house) == (provider, 0, STAYS * PRICE)
    assert database_log.is_without_deadlocks()
    await expect_green()
