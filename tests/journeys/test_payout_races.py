"""Payouts under many hands at once: each has one legal outcome, and what left the provider is the journal's."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable

import httpx
import pytest

from kalends.app.asgi import serve
from kalends.core.gateways import About, PayoutStatus
from kalends.core.house import House
from kalends.payments import reconcile
from kalends.payments.jobs import send_payout_to_gateway
from tests.fixtures.gateways import FakeGateway, with_gateway
from tests.fixtures.people import operator
from tests.journeys.conftest import DatabaseLog
from tests.payments.money import deliver, process_all
from tests.payments.payout_words import (
    API,
    Seller,
    at_the_gateway,
    earn,
    history,
    long_ago,
    paid_seller,
    with_account,
    with_payout,
)

ROUNDS = 6
Green = Callable[[], Awaitable[None]]


@pytest.fixture
async def gateway_and_seller(house: House, client: httpx.AsyncClient) -> tuple[FakeGateway, Seller]:
    """A provider with money and an account; payouts above 300 want two operators."""
    there, gateway = with_gateway(house)
    careful = with_payout(there, second_approval_above=30_000)
    serve(client._transport.app, careful)
    return gateway, await paid_seller(careful, client, gateway, 100_000)


@pytest.fixture
def gateway(gateway_and_seller: tuple[FakeGateway, Seller]) -> FakeGateway:
    return gateway_and_seller[0]


@pytest.fixture
def seller(gateway_and_seller: tuple[FakeGateway, Seller]) -> Seller:
    return gateway_and_seller[1]


async def _settled(seller: Seller, gateway: FakeGateway, payout_id: str) -> str:
    """Let everything that may still send it try; return the state."""
    await send_payout_to_gateway(seller.house, payout_id)
    await reconcile(seller.house)
    assert (payout_id in gateway.payouts) == (await seller.state(payout_id) == "processing")
    return await seller.state(payout_id)


async def test_twenty_requests_at_once_never_take_more_than_there_is(
    seller: Seller, expect_green: Green, database_log: DatabaseLog
) -> None:
    answers = await asyncio.gather(*(seller.ask(30_000) for _ in range(20)))
    assert Counter(answer.status_code for answer in answers) == {201: 3, 409: 17}
    refusals = {answer.json()["type"] for answer in answers if answer.status_code == 409}
    assert refusals == {"/problems/payout-exceeds-available"}
    assert await seller.money() == (10_000, 90_000)
    assert database_log.is_without_deadlocks()
    await expect_green()


async def test_two_operators_at_once_approve_a_large_payout_together_and_a_small_one_once(
    house: House,
    client: httpx.AsyncClient,
    seller: Seller,
    gateway: FakeGateway,
    expect_green: Green,
) -> None:
    crowd = [seller.operator, await operator(house, client), await operator(house, client)]
    large, small = await seller.asked(40_000), await seller.asked(20_000)
    answers = {
        payout_id: await asyncio.gather(*(seller.decide(payout_id, "approve", o) for o in crowd))
        for payout_id in (large, small)
    }
    for payout_id, wanted in ((large, 2), (small, 1)):
        codes = Counter(answer.status_code for answer in answers[payout_id])
        assert codes == {200: wanted, 409: 3 - wanted}
        assert (await seller.read(payout_id))["approvals"] == wanted
    sends = [send_payout_to_gateway(seller.house, one) for one in (large, small) * 4]
    await asyncio.gather(*sends)
    assert sorted(p.amount.amount for p in gateway.payouts.values()) == [20_000, 40_000]
    await expect_green()


@pytest.mark.parametrize("step", ["hold", "cancel"])
async def test_an_approval_that_meets_a_hold_or_a_cancellation(
    seller: Seller, gateway: FakeGateway, expect_green: Green, step: str
) -> None:
    stopped = {"hold": "held", "cancel": "cancelled"}[step]
    for _ in range(ROUNDS):
        payout_id = await seller.asked(10_000)
        _, answer, _ = await asyncio.gather(
            seller.decide(payout_id, "approve"),
            seller.decide(payout_id, step),
            send_payout_to_gateway(seller.house, payout_id),
        )
        state = await _settled(seller, gateway, payout_id)
        assert (answer.status_code, state) in {(200, stopped), (409, "processing")}
    await expect_green()


@pytest.mark.parametrize("step", ["hold", "cancel"])
async def test_sending_that_meets_a_hold_or_a_cancellation_has_one_winner(
    seller: Seller, gateway: FakeGateway, expect_green: Green, step: str
) -> None:
    for _ in range(ROUNDS):
        payout_id = await seller.asked(10_000)
        await seller.decided(payout_id, "approve")
        answer, *_ = await asyncio.gather(
            seller.decide(payout_id, step),
            send_payout_to_gateway(seller.house, payout_id),
            reconcile(seller.house),
        )
        state = await _settled(seller, gateway, payout_id)
        assert (answer.status_code, state) in {
            (200, "held"),
            (200, "cancelled"),
            (409, "processing"),
        }
    await expect_green()


async def test_both_sides_take_a_payout_back_at_once_and_it_comes_back_once(
    seller: Seller, expect_green: Green
) -> None:
    payout_id = await seller.asked(30_000)
    own = seller.client.post(f"{API}/payouts/{payout_id}/cancel", headers=seller.owner)
    others = [seller.decide(payout_id, "cancel") for _ in range(4)]
    answers = await asyncio.gather(own, *others)
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 4}
    assert await seller.money() == (100_000, 0)
    await expect_green()


async def test_webhooks_workers_and_reconcilers_at_once_book_a_payout_once(
    seller: Seller, gateway: FakeGateway, expect_green: Green, database_log: DatabaseLog
) -> None:
    payout_id = await seller.sent(30_000)
    gateway.end_payout(payout_id, PayoutStatus.processed, fee=0)
    known = gateway.payouts[payout_id].payout_id
    for status in ("processed", "processed", "failed"):
        await deliver(seller.client, gateway.news(About.payout, known, status))
    await long_ago(seller.house, "payouts")
    await asyncio.gather(
        *(process_all(seller.house) for _ in range(3)),
        *(reconcile(seller.house) for _ in range(3)),
        *(send_payout_to_gateway(seller.house, payout_id) for _ in range(3)),
    )
    assert (await history(seller.house, payout_id)).count("pay") == 1
    assert await seller.money() == (70_000, 0)
    gateway.end_payout(payout_id, PayoutStatus.reversed)
    for _ in range(3):
        await deliver(seller.client, gateway.news(About.payout, known, "reversed"))
    await asyncio.gather(*(process_all(seller.house) for _ in range(5)))
    assert await seller.money() == (100_000, 0)
    assert await at_the_gateway(seller.house) == gateway.total() == 100_000
    assert database_log.is_without_deadlocks()
    await expect_green()


async def test_retries_at_once_make_one_more_attempt(
    seller: Seller, gateway: FakeGateway, expect_green: Green
) -> None:
    gateway.refuses = "low_balance"
    payout_id = await seller.sent(30_000)
    gateway.refuses = None
    answers = await asyncio.gather(*(seller.decide(payout_id, "retry") for _ in range(5)))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 4}
    assert await seller.money() == (70_000, 30_000)
    await seller.decided(payout_id, "approve")
    await asyncio.gather(*(send_payout_to_gateway(seller.house, payout_id) for _ in range(5)))
    assert len(gateway.payouts) == 1
    await expect_green()


async def test_accounts_given_and_verified_at_once_leave_one_of_each(
    house: House, client: httpx.AsyncClient, seller: Seller, database_log: DatabaseLog
) -> None:
    numbers = [f"55556666{number:02}" for number in range(6)]
    answers = await asyncio.gather(*(seller.give_account(account_number=n) for n in numbers))
    assert {answer.status_code for answer in answers} == {201}
    await asyncio.gather(*(with_account(seller, account_number=n) for n in numbers))
    listed = await client.get(f"{API}/providers/bank-details?limit=100", headers=seller.owner)
    states = Counter(one["state"] for one in listed.json()["items"])
    assert states["verified"] == 1
    assert states["pending"] <= 1
    assert database_log.is_without_deadlocks()


async def test_releases_payouts_and_clawbacks_at_once_add_up(
    seller: Seller, gateway: FakeGateway, expect_green: Green, database_log: DatabaseLog
) -> None:
    from tests.payments.payout_words import claw_back

    work = [
        *(earn(seller.house, gateway, seller.id, 10_000) for _ in range(4)),
        *(claw_back(seller.house, seller.id, 20_000) for _ in range(4)),
        *(seller.ask(30_000) for _ in range(4)),
    ]
    answers = await asyncio.gather(*work)
    made = sum(getattr(answer, "status_code", 0) == 201 for answer in answers)
    assert await seller.money() == (60_000 - made * 30_000, made * 30_000)
    assert database_log.is_without_deadlocks()
    await expect_green()
