"""The marketplace paid through Stripe: whatever becomes of the webhooks, the money is booked once."""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from kalends import ledger
from kalends.core.house import House, Ports
from tests.adapters.contract.provider import Outcome
from tests.emulators.stripe.driver import StripeProvider
from tests.fixtures.apps import app_of
from tests.payments.money import (
    INBOX,
    Run,
    ask_again,
    balance,
    books_are_right,
    deliver,
    now,
    ordered,
    person,
    rows,
)

AMOUNT, FEE = 10_000, 320


@pytest.fixture
def market(house: House, stripe: StripeProvider) -> House:
    return replace(house, ports=Ports({"stripe": stripe.adapter}, house.ports.mail))


@pytest.fixture
async def door(market: House) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app_of(market), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://kalends.test") as http:
        yield http


async def books_agree(market: House, stripe: StripeProvider) -> None:
    """What we believe lies at Stripe really lies there."""
    there = (await stripe.pull("state", currency="inr"))["available"]
    assert await balance(market, ledger.gateway("stripe")) == there == AMOUNT - FEE
    await books_are_right(market)


@pytest.mark.req("S-006", "S-018", "S-061", "H-251")
async def test_webhooks_in_any_order_and_twice_book_the_money_once(
    market: House, door: httpx.AsyncClient, stripe: StripeProvider, run_jobs: Run
) -> None:
    payment = await ordered(market, await person(market), AMOUNT, gateway="stripe")
    assert payment.gateway_order_id is not None
    await stripe.pay(payment.gateway_order_id, Outcome.declined)
    await stripe.pay(payment.gateway_order_id, Outcome.captured)
    sent = await stripe.webhooks()
    for webhook in [*reversed(sent), *sent]:
        assert (await deliver(door, webhook, "stripe")).status_code == 200
        await run_jobs(market)
    assert (await now(market, payment)).state == "captured"
    marks = [row.mark for row in await rows(market, INBOX)]
    assert len(marks) == len(sent)
    assert set(marks) <= {"processed", "ignored"}
    await books_agree(market, stripe)


async def test_without_any_webhook_asking_leads_to_the_same_end(
    market: House, stripe: StripeProvider
) -> None:
    payment = await ordered(market, await person(market), AMOUNT, gateway="stripe")
    assert payment.gateway_order_id is not None
    await stripe.pay(payment.gateway_order_id, Outcome.captured)
    await ask_again(market)
    assert (await now(market, payment)).state == "captured"
    await books_agree(market, stripe)


async def test_money_that_is_only_reserved_is_taken(market: House, stripe: StripeProvider) -> None:
    payment = await ordered(market, await person(market), AMOUNT, gateway="stripe")
    assert payment.gateway_order_id is not None
    await stripe.pay(payment.gateway_order_id, Outcome.authorized)
    await ask_again(market)
    assert (await now(market, payment)).state == "captured"
    await books_agree(market, stripe)
