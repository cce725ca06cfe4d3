"""Letters about a provider's money: whoever runs it hears of every step, once, and nobody else does."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from kalends.app.asgi import serve
from kalends.core.gateways import About, CheckStatus, DisputeStatus, PayoutStatus
from kalends.core.house import House
from tests.fixtures.gateways import FakeGateway, with_gateway
from tests.fixtures.people import Headers, signed_up
from tests.payments.money import captured, deliver, person
from tests.payments.payout_words import Seller, a_seller, earn, with_account

RunJobs = Callable[[House], Awaitable[None]]


async def _told(seller: Seller, run_jobs: RunJobs, reader: Headers | None = None) -> list[str]:
    """The subjects of a reader's letters about money, oldest first."""
    await run_jobs(seller.house)
    me = await seller.client.get("/api/v2/auth/me", headers=reader or seller.owner)
    query: dict[str, Any] = {"to": me.json()["email"], "limit": 100}
    items = (await seller.client.get("/dev/messages", params=query)).json()["items"]
    return [one["subject"] for one in items[::-1] if not one["subject"].startswith("Welcome")]


async def _news(seller: Seller, gateway: FakeGateway, payout_id: str, status: PayoutStatus) -> None:
    sent = gateway.end_payout(payout_id, status, reason="account_busy")
    await deliver(seller.client, gateway.news(About.payout, sent.payout_id, status))


async def test_who_runs_a_provider_hears_of_accounts_and_payouts_once(
    house: House, client: httpx.AsyncClient, run_jobs: RunJobs
) -> None:
    there, gateway = with_gateway(house)
    serve(client._transport.app, there)
    seller, stranger = await a_seller(there, client), await signed_up(client)
    await with_account(seller)
    await earn(there, gateway, seller.id, 90_000)
    gateway.check_status = CheckStatus.rejected
    await with_account(seller, account_number="111122223333")
    assert sorted(await _told(seller, run_jobs)) == [
        "A new bank account, ending in 3333, was given",
        "A new bank account, ending in 8877, was given",
        "The bank account ending in 3333 cannot be used",
        "The bank account ending in 8877 is verified",
    ]
    paid, failed = await seller.sent(30_000), await seller.sent(20_000)
    held = await seller.asked(10_000)
    await seller.decided(held, "hold")
    await _news(seller, gateway, paid, PayoutStatus.processed)
    await _news(seller, gateway, failed, PayoutStatus.failed)
    await run_jobs(there)
    await _news(seller, gateway, paid, PayoutStatus.reversed)
    await _news(seller, gateway, paid, PayoutStatus.reversed)
    assert sorted(one for one in await _told(seller, run_jobs) if "account" not in one) == [
        "Your payout of ₹100.00 has to wait",
        "₹200.00 did not reach your bank",
        "₹300.00 came back from your bank",
        "₹300.00 is on its way to your bank",
    ]
    assert await _told(seller, run_jobs, stranger) == []


async def test_a_card_dispute_is_told_when_it_opens_and_when_it_ends(
    house: House, client: httpx.AsyncClient, run_jobs: RunJobs
) -> None:
    there, gateway = with_gateway(house)
    serve(client._transport.app, there)
    seller = await a_seller(there, client)
    payment = await captured(there, gateway, await person(there), 90_000, provider_id=seller.id)
    for status in (DisputeStatus.open, DisputeStatus.lost):
        seen = gateway.dispute(payment.gateway_order_id, status, deducted=90_000)
        for _ in range(2):
            await deliver(client, gateway.news(About.dispute, seen.dispute_id, status))
        await run_jobs(there)
    assert sorted(await _told(seller, run_jobs)) == [
        "A card dispute about ₹900.00",
        "The card dispute about ₹900.00 is lost",
    ]
