"""Sending: once, whatever gets lost; stopped when money is stopped; the outcome is the gateway's."""

import asyncio

import httpx
import pytest

from kalends import ledger, payments
from kalends.core.gateways import GatewayError, PayoutStatus
from kalends.core.house import House
from kalends.core.stops import MONEY_OUT, set_stop
from kalends.core.unit import open_unit
from kalends.payments.errors import PayoutNotApproved
from kalends.payments.jobs import send_payout_to_gateway
from kalends.payments.rules.payout_verdicts import attempt_key
from tests.fixtures.gateways import FakeGateway
from tests.payments.money import books_are_right, rows
from tests.payments.payout_words import (
    Seller,
    at_the_gateway,
    earn,
    history,
    long_ago,
    paid_seller,
)


@pytest.fixture
async def seller(house: House, client: httpx.AsyncClient, provider: FakeGateway) -> Seller:
    return await paid_seller(house, client, provider)


async def asked_again(seller: Seller) -> payments.Reconciled:
    await long_ago(seller.house, "payouts")
    return await payments.reconcile(seller.house)


def key_of(payout_id: str, attempt: int = 1) -> str:
    from uuid import UUID

    return attempt_key(UUID(payout_id), attempt)


@pytest.mark.req("S-095", "M-224", "C-30")
async def test_a_payout_that_the_gateway_paid_at_once(
    seller: Seller, provider: FakeGateway
) -> None:
    provider.payout_status = PayoutStatus.processed
    payout_id = await seller.sent(20_000)
    paid = await seller.read(payout_id)
    assert (paid["state"], paid["paid_at"] is not None) == ("paid", True)
    assert await seller.money() == (30_000, 0)
    assert await at_the_gateway(seller.house) == provider.total() == 30_000
    assert await history(seller.house, payout_id) == ["request", "approve", "send", "pay"]
    await books_are_right(seller.house)


async def test_an_answer_that_got_lost_is_asked_for_and_never_sent_again(
    seller: Seller, provider: FakeGateway
) -> None:
    provider.lost = True
    payout_id = await seller.asked(20_000)
    await seller.decided(payout_id, "approve")
    with pytest.raises(GatewayError):
        await send_payout_to_gateway(seller.house, payout_id)
    assert await seller.state(payout_id) == "processing"
    provider.end_payout(key_of(payout_id), PayoutStatus.processed)
    assert (await asked_again(seller)).changed == 1
    assert await seller.state(payout_id) == "paid"
    assert list(provider.payouts) == [payout_id]
    assert await at_the_gateway(seller.house) == provider.total()
    await books_are_right(seller.house)


async def test_what_never_reached_the_gateway_goes_under_the_same_key(
    seller: Seller, provider: FakeGateway
) -> None:
    payout_id = await seller.asked(20_000)
    await seller.decided(payout_id, "approve")
    provider.down = True
    with pytest.raises(GatewayError):
        await send_payout_to_gateway(seller.house, payout_id)
    assert (await asked_again(seller)).unanswered == 1
    provider.down = False
    await asked_again(seller)
    assert list(provider.payouts) == [payout_id]
    assert await seller.state(payout_id) == "processing"


async def test_a_refusal_gives_the_money_back_and_may_be_tried_again(
    seller: Seller, provider: FakeGateway
) -> None:
    provider.refuses = "low_balance"
    payout_id = await seller.sent(20_000)
    failed = await seller.read(payout_id)
    assert (failed["state"], failed["failure"]) == ("failed", "low_balance")
    assert await seller.money() == (50_000, 0)
    provider.refuses = None
    again = await seller.decided(payout_id, "retry")
    assert (again["state"], again["approved"], again["failure"]) == ("eligible", False, None)
    assert await seller.money() == (30_000, 20_000)
    await seller.decided(payout_id, "approve")
    await send_payout_to_gateway(seller.house, payout_id)
    assert list(provider.payouts) == [key_of(payout_id, 2)]
    await books_are_right(seller.house)


async def test_a_retry_needs_the_money_to_be_there_still(
    seller: Seller, provider: FakeGateway
) -> None:
    provider.refuses = "low_balance"
    payout_id = await seller.sent(40_000)
    await seller.asked(20_000)
    refused = await seller.decide(payout_id, "retry")
    assert refused.json()["type"] == "/problems/insufficient-funds"
    assert await seller.state(payout_id) == "failed"
    assert await seller.money() == (30_000, 20_000)


async def test_an_account_that_refuses_for_good_gets_nothing_more(
    seller: Seller, provider: FakeGateway
) -> None:
    payout_id = await seller.sent(20_000)
    reason = {"reason": "bank_account_closed", "permanent": True}
    provider.end_payout(key_of(payout_id), PayoutStatus.failed, **reason)
    await asked_again(seller)
    assert (await seller.read(payout_id))["failure"] == "bank_account_closed"
    assert (await seller.ask(20_000)).json()["type"] == "/problems/no-bank-account"
    [account] = await rows(seller.house, "SELECT state, reason FROM bank_accounts")
    assert tuple(account) == ("rejected", "bank_account_closed")


async def test_nothing_leaves_while_money_is_stopped(seller: Seller, provider: FakeGateway) -> None:
    payout_id = await seller.asked(20_000)
    await seller.decided(payout_id, "approve")
    await stop(seller.house, "checks B5 found rows")
    await send_payout_to_gateway(seller.house, payout_id)
    await asked_again(seller)
    assert (await seller.state(payout_id), provider.payouts) == ("eligible", {})
    await stop(seller.house, None)
    await asked_again(seller)
    assert await seller.state(payout_id) == "processing"


async def test_a_stop_between_two_tries_only_asks(seller: Seller, provider: FakeGateway) -> None:
    payout_id = await seller.asked(20_000)
    await seller.decided(payout_id, "approve")
    provider.down = True
    with pytest.raises(GatewayError):
        await send_payout_to_gateway(seller.house, payout_id)
    provider.down = False
    await stop(seller.house, "checks B5 found rows")
    await asked_again(seller)
    assert provider.payouts == {}
    await stop(seller.house, None)
    await asked_again(seller)
    assert list(provider.payouts) == [payout_id]


async def test_an_account_that_changed_meanwhile_makes_it_wait(
    seller: Seller, provider: FakeGateway
) -> None:
    from tests.payments.payout_words import with_account

    payout_id = await seller.asked(20_000)
    await with_account(seller, account_number="1111222233")
    await seller.decided(payout_id, "approve")
    await send_payout_to_gateway(seller.house, payout_id)
    assert (await seller.state(payout_id), provider.payouts) == ("eligible", {})


async def test_an_account_that_an_operator_vouched_for_is_made_known_first(
    house: House, client: httpx.AsyncClient, provider: FakeGateway
) -> None:
    from tests.payments.payout_words import API, CONFIRMED, a_seller

    provider.payout_status = PayoutStatus.processed
    seller = await a_seller(house, client)
    account_id = (await seller.give_account()).json()["id"]
    path = f"{API}/admin/bank-accounts/{account_id}/verify"
    body = {"reason": "seen the passbook"}
    await client.post(path, json=body, headers=seller.operator | CONFIRMED)
    await earn(house, provider, seller.id, 50_000)
    assert await seller.state(await seller.sent()) == "paid"
    assert len(provider.accounts) == 1


async def test_what_nobody_approved_cannot_be_sent_by_any_path(seller: Seller) -> None:
    from uuid import UUID

    from kalends.core.principal import ActorKind
    from kalends.core.states import Order, fire
    from kalends.payments.processes import PAYOUTS

    payout_id = await seller.asked(20_000)
    with pytest.raises(PayoutNotApproved):
        async with open_unit(seller.house) as unit:
            await fire(unit, PAYOUTS, UUID(payout_id), "send", Order(ActorKind.system))
    assert await seller.state(payout_id) == "eligible"


async def test_many_workers_send_one_payout(seller: Seller, provider: FakeGateway) -> None:
    provider.payout_status = PayoutStatus.processed
    payout_id = await seller.asked(20_000)
    await seller.decided(payout_id, "approve")
    await asyncio.gather(*(send_payout_to_gateway(seller.house, payout_id) for _ in range(8)))
    assert list(provider.payouts) == [payout_id]
    assert await seller.money() == (30_000, 0)
    await books_are_right(seller.house)


async def test_a_gateways_fee_is_booked_once_and_comes_back_with_the_money(
    seller: Seller, provider: FakeGateway
) -> None:
    from kalends.payments.jobs import ask_about_paid_payouts

    payout_id = await seller.sent(20_000)
    provider.end_payout(key_of(payout_id), PayoutStatus.processed, fee=590)
    await asked_again(seller)
    await ask_about_paid_payouts(seller.house)
    assert await at_the_gateway(seller.house, ledger.gateway_fees()) == 590
    assert await at_the_gateway(seller.house) == 50_000 - 20_000 - 590
    provider.end_payout(key_of(payout_id), PayoutStatus.reversed, fee=590)
    await ask_about_paid_payouts(seller.house)
    assert await seller.state(payout_id) == "reversed"
    assert await at_the_gateway(seller.house, ledger.gateway_fees()) == 0
    assert await at_the_gateway(seller.house) == provider.total() == 50_000
    assert await seller.money() == (50_000, 0)
    await books_are_right(seller.house)


async def stop(house: House, reason: str | None) -> None:
    async with open_unit(house) as unit:
        await set_stop(unit, MONEY_OUT, reason)
