"""The marketplace paid through Razorpay: whatever becomes of the webhooks, the money is booked once."""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from kalends import ledger
from kalends.app.asgi import create_app
from kalends.core.house import House, Ports
from tests.adapters.contract.provider import Outcome
from tests.emulators.razorpay.driver import Razorpay
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

AMOUNT, FEE = 10_000, 236


@pytest.fixture
def market(house: House, razorpay: Razorpay) -> House:
    return replace(house, ports=Ports({"razorpay": razorpay.adapter}, house.ports.mail))


@pytest.fixture
async def door(market: House) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_app(market), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://kalends.test") as http:
        yield http


async def books_agree(market: House, razorpay: Razorpay) -> None:
    """What we believe lies at Razorpay really lies there, less what it kept for itself."""
    assert await razorpay.total() == AMOUNT
    assert await balance(market, ledger.gateway("razorpay")) == AMOUNT - FEE
    await books_are_right(market)


@pytest.mark.req("M-024", "M-025", "I-024", "I-025")
@pytest.mark.parametrize("backwards", [False, True])
async def test_webhooks_in_either_order_and_twice_book_the_money_once(
    market: House, door: httpx.AsyncClient, razorpay: Razorpay, run_jobs: Run, *, backwards: bool
) -> None:
    payment = await ordered(market, await person(market), AMOUNT, gateway="razorpay")
    assert payment.gateway_order_id is not None
    await razorpay.pay(payment.gateway_order_id, Outcome.declined)
    (failed,) = await razorpay.webhooks()
    assert (await deliver(door, failed, "razorpay")).status_code == 200
    await run_jobs(market)
    assert (await now(market, payment)).state == "failed"
    await razorpay.pay(payment.gateway_order_id, Outcome.captured)
    sent = await razorpay.webhooks()
    for webhook in [*(reversed(sent) if backwards else sent), *sent]:
        assert (await deliver(door, webhook, "razorpay")).status_code == 200
        await run_jobs(market)
    assert (await now(market, payment)).state == "captured"
    await books_agree(market, razorpay)


async def test_a_recorded_webhook_under_a_fresh_id_is_stored_once(
    market: House, door: httpx.AsyncClient, razorpay: Razorpay, run_jobs: Run
) -> None:
    payment = await ordered(market, await person(market), AMOUNT, gateway="razorpay")
    assert payment.gateway_order_id is not None
    await razorpay.pay(payment.gateway_order_id, Outcome.captured)
    body, headers = (await razorpay.webhooks())[-1]
    for number in range(3):
        fresh = headers | {"x-razorpay-event-id": f"evt_fresh_{number}"}
        assert (await deliver(door, (body, fresh), "razorpay")).status_code == 200
    assert len(await rows(market, INBOX)) == 1


async def test_without_any_webhook_asking_finds_the_money(
    market: House, razorpay: Razorpay
) -> None:
    payment = await ordered(market, await person(market), AMOUNT, gateway="razorpay")
    assert payment.gateway_order_id is not None
    await razorpay.pay(payment.gateway_order_id, Outcome.authorized)
    await ask_again(market)
    assert (await now(market, payment)).state == "captured"
    await books_agree(market, razorpay)


@pytest.mark.req("I-026")
async def test_a_webhook_of_somebody_else_is_refused_and_nothing_is_stored(
    market: House, door: httpx.AsyncClient, razorpay: Razorpay
) -> None:
    payment = await ordered(market, await person(market), AMOUNT, gateway="razorpay")
    assert payment.gateway_order_id is not None
    await razorpay.pay(payment.gateway_order_id, Outcome.captured)
    body, _ = (await razorpay.webhooks())[-1]
    forged = await razorpay.sign(body, secret="foreign")
    assert (await deliver(door, forged, "razorpay")).status_code == 400
    assert await rows(market, INBOX) == []
    assert (await now(market, payment)).state == "created"


@pytest.mark.req("C-38")
async def test_a_paid_amount_that_nobody_asked_for_is_shown_to_an_operator(
    market: House, door: httpx.AsyncClient, razorpay: Razorpay, run_jobs: Run
) -> None:
    payment = await ordered(market, await person(market), AMOUNT, gateway="razorpay")
    assert payment.gateway_order_id is not None
    await razorpay.pay(payment.gateway_order_id, Outcome.captured)
    for webhook in await razorpay.webhooks():
        await deliver(door, webhook, "razorpay")
    await run_jobs(market)
    forced = {"order_id": payment.gateway_order_id, "outcome": "captured", "force": True}
    await razorpay.act("pay", **forced)
    await deliver(door, (await razorpay.webhooks())[-1], "razorpay")
    await run_jobs(market)
    assert [row.reason for row in await rows(market, INBOX) if row.mark == "parked"] == [
        "amount_mismatch"
    ]
    await books_are_right(market)
