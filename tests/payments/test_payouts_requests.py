"""Asking for a payout: how much, of what, and by whom; and payouts that nobody asks for."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import uuid4

import httpx
import pytest

from kalends.app.asgi import serve
from kalends.core.house import House
from kalends.core.money import Money
from kalends.core.unit import open_unit
from kalends.payments.jobs import pay_out_what_is_due
from kalends.payments.service.payout_requests import request_payout
from kalends.payments.types import PayoutWish
from tests.fixtures.gateways import FakeGateway
from tests.fixtures.people import manager_of, operator, signed_up
from tests.fixtures.places import a_venue
from tests.payments.money import books_are_right, rows
from tests.payments.payout_words import (
    API,
    Seller,
    a_seller,
    claw_back,
    earn,
    history,
    paid_seller,
    with_account,
    with_payout,
)

MIDNIGHT_UTC = 24 * 3600


@pytest.fixture
async def seller(house: House, client: httpx.AsyncClient, provider: FakeGateway) -> Seller:
    return await paid_seller(house, client, provider)


@pytest.mark.req("M-037", "C-30", "G-056")
async def test_a_payout_sets_released_money_aside_at_once(seller: Seller) -> None:
    assert await seller.money() == (50_000, 0)
    answer = await seller.ask(20_000)
    assert answer.json()["state"] == "eligible"
    assert answer.json()["amount"] == {"amount": 20_000, "currency": "INR"}
    assert await seller.money() == (30_000, 20_000)
    assert await history(seller.house, answer.json()["id"]) == ["request"]
    await books_are_right(seller.house)


async def test_without_an_amount_all_that_is_available_is_asked_for(seller: Seller) -> None:
    assert (await seller.ask()).json()["amount"]["amount"] == 50_000
    refused = await seller.ask()
    assert refused.json()["type"] == "/problems/payout-exceeds-available"
    assert refused.json()["available"] == {"amount": 0, "currency": "INR"}


async def test_more_than_is_available_is_refused_and_says_what_is(seller: Seller) -> None:
    refused = await seller.ask(50_001)
    assert refused.status_code == 409
    assert refused.json()["available"] == {"amount": 50_000, "currency": "INR"}
    assert await seller.money() == (50_000, 0)


@pytest.mark.parametrize("amount", [1, 9_999])
async def test_too_little_is_refused(seller: Seller, amount: int) -> None:
    refused = await seller.ask(amount)
    assert (refused.status_code, refused.json()["minimum"]) == (422, 10_000)


async def test_another_currency_is_refused(seller: Seller) -> None:
    body = {"amount": {"amount": 20_000, "currency": "USD"}}
    refused = await seller.client.post(f"{API}/payouts", json=body, headers=seller.owner)
    assert refused.json()["type"] == "/problems/amount-out-of-range"


@pytest.mark.req("X-12")
async def test_a_provider_who_owes_is_paid_nothing_until_it_is_netted(
    seller: Seller, provider: FakeGateway
) -> None:
    await claw_back(seller.house, seller.id, 70_000)
    assert await seller.money() == (-20_000, 0)
    refused = await seller.ask(10_000)
    assert refused.json()["available"] == {"amount": -20_000, "currency": "INR"}
    await earn(seller.house, provider, seller.id, 35_000)
    assert (await seller.ask()).json()["amount"]["amount"] == 15_000
    await books_are_right(seller.house)


async def test_the_same_key_asks_once(seller: Seller) -> None:
    headers = seller.owner | {"Idempotency-Key": str(uuid4())}
    body = {"amount": {"amount": 20_000, "currency": "INR"}}
    answers = [
        await seller.client.post(f"{API}/payouts", json=body, headers=headers) for _ in range(3)
    ]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert await seller.money() == (30_000, 20_000)


async def test_two_requests_at_once_for_all_of_it_get_one_payout(seller: Seller) -> None:
    answers = await asyncio.gather(*(seller.ask(50_000) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    assert await seller.money() == (0, 50_000)
    await books_are_right(seller.house)


@pytest.mark.req("G-057")
async def test_a_payout_is_its_providers_and_the_operators_only(
    house: House, client: httpx.AsyncClient, seller: Seller
) -> None:
    payout_id = await seller.asked(20_000)
    venue = await a_venue(house)
    other = await manager_of(house, client, venue.provider_id)
    for path in (f"payouts/{payout_id}", f"payouts/{uuid4()}"):
        assert (await client.get(f"{API}/{path}", headers=other)).status_code == 404
    for step in ("cancel", "request"):
        path = f"{API}/payouts/{payout_id}/{step}"
        assert (await client.post(path, headers=other)).status_code == 404
    asked = await client.post(f"{API}/payouts", json={"provider_id": str(seller.id)}, headers=other)
    assert asked.status_code == 404
    assert (await client.get(f"{API}/payouts", headers=other)).json()["items"] == []
    named = await client.get(f"{API}/payouts?provider_id={seller.id}", headers=other)
    assert named.json()["items"] == []
    customer = await signed_up(client)
    assert (await client.get(f"{API}/payouts/{payout_id}", headers=customer)).status_code == 403
    support = await operator(house, client, "support")
    seen = await client.get(f"{API}/admin/payouts?state=eligible", headers=support)
    assert [one["id"] for one in seen.json()["items"]] == [payout_id]
    mine = await client.get(f"{API}/payouts", headers=seller.owner)
    assert [one["id"] for one in mine.json()["items"]] == [payout_id]


async def test_a_provider_takes_back_what_has_not_left(seller: Seller) -> None:
    payout_id = await seller.asked(20_000)
    path = f"{API}/payouts/{payout_id}/cancel"
    answer = await seller.client.post(path, headers=seller.owner)
    assert answer.json()["state"] == "cancelled"
    assert await seller.money() == (50_000, 0)
    assert (await seller.client.post(path, headers=seller.owner)).status_code == 409
    assert (await seller.decide(payout_id, "approve")).status_code == 409
    await books_are_right(seller.house)


async def test_by_rule_a_payout_needs_nobody(
    house: House,
    client: httpx.AsyncClient,
    provider: FakeGateway,
    run_jobs: Callable[..., Awaitable[None]],
) -> None:
    automatic = with_payout(house, approval="auto")
    serve_again(client, automatic)
    seller = await paid_seller(automatic, client, provider)
    payout_id = await seller.asked(20_000)
    await run_jobs(automatic)
    assert await seller.state(payout_id) == "processing"
    assert [p.amount.amount for p in provider.payouts.values()] == [20_000]


@pytest.mark.req("I-028")
async def test_a_release_asks_for_a_payout_by_itself(
    house: House,
    client: httpx.AsyncClient,
    provider: FakeGateway,
    run_jobs: Callable[..., Awaitable[None]],
) -> None:
    eager = with_payout(house, schedule="on_release")
    seller = await a_seller(eager, client)
    await earn(eager, provider, seller.id, 50_000)
    await run_jobs(eager)  # nowhere to pay it to yet
    assert await seller.money() == (50_000, 0)
    await with_account(seller)
    await earn(eager, provider, seller.id, 5_000)
    await run_jobs(eager)
    assert await seller.money() == (0, 55_000)
    assert [r.origin for r in await rows(house, "SELECT origin FROM payouts")] == ["release"]


@pytest.mark.parametrize("schedule", ["daily", "weekly", "monthly", "on_request"])
async def test_the_calendar_pays_who_has_enough_and_an_account(
    house: House, client: httpx.AsyncClient, provider: FakeGateway, schedule: str
) -> None:
    timely = with_payout(house, schedule=schedule)
    rich = await paid_seller(timely, client, provider)
    poor = await paid_seller(timely, client, provider, 9_000)
    nameless = await a_seller(timely, client)
    await earn(timely, provider, nameless.id, 50_000)
    days = {"daily": 1, "weekly": 7, "monthly": 31, "on_request": 31}[schedule]
    due = 0
    for _ in range(days):
        await pay_out_what_is_due(timely)
        await next_day(timely)
        due += (await rich.money())[1] == 50_000
    assert (due > 0) == (schedule != "on_request")
    assert await poor.money() == (9_000, 0)
    assert await nameless.money() == (50_000, 0)
    count = (await rows(house, "SELECT count(*) AS n FROM payouts"))[0].n
    assert count == (0 if schedule == "on_request" else 1)


async def test_a_wish_of_the_system_names_nobody(seller: Seller) -> None:
    from kalends.payments.types import Origin

    async with open_unit(seller.house) as unit:
        wish = PayoutWish(seller.id, Money(10_000, "INR"), Origin.schedule)
        await request_payout(unit, wish)
    [row] = await rows(seller.house, "SELECT requested_by, origin FROM payouts")
    assert tuple(row) == (None, "schedule")


async def next_day(house: House) -> None:
    from kalends.core.clock import advance

    async with open_unit(house) as unit:
        await advance(unit.session, MIDNIGHT_UTC)


def serve_again(client: httpx.AsyncClient, house: House) -> None:
    """Let the application that the client speaks to serve this house."""
    serve(client._transport.app, house)
