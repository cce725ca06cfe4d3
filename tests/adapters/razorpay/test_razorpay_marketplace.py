"""The marketplace paid through Razorpay: whatever becomes of the webhooks, the money is booked once."""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from kalends import ledger
from kalends.core.house import House, Ports
from kalends.payments import read_statements
from tests.adapters.contract.provider import Outcome
from tests.emulators.razorpay.driver import Razorpay
from tests.fixtures.apps import app_of
from tests.fixtures.crowds import crowd
from tests.fixtures.deals import API, at_hour, booked, rental
from tests.fixtures.places import a_room
from tests.fixtures.profiles import house_with
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
from tests.payments.statements import next_day

AMOUNT, FEE = 10_000, 236


@pytest.fixture
def market(house: House, razorpay: Razorpay) -> House:
    return replace(house, ports=Ports({"razorpay": razorpay.adapter}, house.ports.mail))


@pytest.fixture
async def door(market: House) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(market) as http:
        yield http


def client_of(market: House) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app_of(market), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://kalends.test")


async def books_agree(market: House, razorpay: Razorpay) -> None:
    """What we believe lies at Razorpay really lies there, less what it kept for itself."""
    assert await razorpay.total() == AMOUNT
    assert await balance(market, ledger.gateway("razorpay")) == AMOUNT - FEE
    await books_are_right(market)


@pytest.mark.req("M-024", "M-025", "I-024", "I-025", "H-251")
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
    await razorpay.pay(payment.gateway_order_id, Outcome.captured, AMOUNT + 1)
    for webhook in await razorpay.webhooks():
        await deliver(door, webhook, "razorpay")
    await run_jobs(market)
    assert [row.reason for row in await rows(market, INBOX) if row.mark == "parked"] == [
        "amount_mismatch"
    ]
    await books_are_right(market)


@pytest.mark.parametrize("heard", ["by webhook", "by statement"])
async def test_who_pays_one_order_twice_gets_the_second_payment_back_in_full(
    house: House, razorpay: Razorpay, run_jobs: Run, heard: str
) -> None:
    """Booked like any money that came, and given back because the booking cannot use it."""
    rules = {"payments": {"gateways": ["razorpay"]}, "refund": {"destination": "original_method"}}
    market = replace(
        house_with(house, **rules), ports=Ports({"razorpay": razorpay.adapter}, house.ports.mail)
    )
    guest, room = (await crowd(house, 1))[0], await a_room(house, rate=AMOUNT)
    async with client_of(market) as door:
        wish = rental(room.id, await at_hour(house), 1)
        booking = await booked(door, guest.headers, wish)
        ask = {"booking_id": booking["id"]}
        order = await door.post(f"{API}/payments/create-order", json=ask, headers=guest.headers)
        order_id = order.json()["gateway_order_id"]
        first = await razorpay.pay(order_id, Outcome.captured)
        await told(market, door, razorpay, run_jobs)
        forced = {"order_id": order_id, "outcome": "captured", "force": True}
        second = await razorpay.act("pay", **forced)
        if heard == "by webhook":
            await told(market, door, razorpay, run_jobs)
            await told(market, door, razorpay, run_jobs)
        else:
            await next_day(market)
            assert (await read_statements(market)).noticed == 0
            await run_jobs(market)
        state = await door.get(f"{API}/bookings/{booking['id']}", headers=guest.headers)
        assert state.json()["state"] in {"confirmed", "completed"}
    back = await rows(market, "SELECT amount, state, destination FROM refunds")
    assert [tuple(row) for row in back] == [(AMOUNT, "completed", "original_method")]
    seen = await razorpay.adapter.fetch(order_id)
    assert (seen.payment_id, seen.refunded) == (first, 0)
    assert [(o.payment_id, o.refunded) for o in seen.others] == [(second, AMOUNT)]
    assert await razorpay.total() == AMOUNT
    assert await balance(market, ledger.gateway("razorpay")) == AMOUNT - 2 * FEE
    assert await rows(market, "SELECT 1 FROM gateway_inbox WHERE mark = 'parked'") == []
    await books_are_right(market)


async def told(market: House, door: httpx.AsyncClient, razorpay: Razorpay, run_jobs: Run) -> None:
    """Every webhook so far, in the wrong order."""
    for webhook in reversed(await razorpay.webhooks()):
        assert (await deliver(door, webhook, "razorpay")).status_code == 200
    for _ in range(2):
        await run_jobs(market)
