"""A refund that Razorpay could not make goes to the wallet, and never both ways, whatever the line does."""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from kalends import ledger, payments
from kalends.app.asgi import create_app
from kalends.core.gateways import GatewayError
from kalends.core.house import House, Ports
from tests.adapters.contract.provider import Fault, Outcome
from tests.emulators.razorpay.driver import Razorpay
from tests.fixtures.deals import API
from tests.fixtures.people import Headers, operator
from tests.payments.money import ask_again, balance, books_are_right, ordered, person
from tests.payments.refunding import ORIGINAL, as_it_is, one_refund, refunding, send

AMOUNT = 10_000
CONFIRM = {"X-Confirm-Action": "true"}


@pytest.fixture
def market(house: House, razorpay: Razorpay) -> House:
    named = replace(house, ports=Ports({"razorpay": razorpay.adapter}, house.ports.mail))
    return refunding(named)


@pytest.fixture
async def door(market: House) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_app(market), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://kalends.test") as http:
        yield http


async def failed_at_its_bank(market: House, razorpay: Razorpay) -> payments.RefundFacts:
    """Razorpay took the refund, and days later the customer's bank did not."""
    payment = await ordered(market, payer := await person(market), AMOUNT, gateway="razorpay")
    assert payment.gateway_order_id is not None
    await razorpay.pay(payment.gateway_order_id, Outcome.captured)
    await ask_again(market)
    made = await one_refund(market, payer, AMOUNT, destination=ORIGINAL)
    await razorpay.act("moods", refund_status="pending")
    await send(market, made)
    await razorpay.act("moods", refund_status="processed")
    known = await as_it_is(market, made)
    assert known.gateway_refund_id is not None
    await razorpay.end_refund(known.gateway_refund_id, ok=False)
    await send(market, made)
    assert (await as_it_is(market, made)).state == "failed"
    return made


async def divert(
    door: httpx.AsyncClient, boss: Headers, refund: payments.RefundFacts
) -> httpx.Response:
    url = f"{API}/admin/refunds/{refund.id}/divert-to-wallet"
    return await door.post(url, headers=boss | CONFIRM)


@pytest.mark.parametrize("fault", [Fault.refused_before, Fault.garbage, Fault.limited])
async def test_a_gateway_that_does_not_say_moves_nothing(
    market: House, door: httpx.AsyncClient, razorpay: Razorpay, fault: Fault
) -> None:
    made = await failed_at_its_bank(market, razorpay)
    boss = await operator(market, door, "moderator")
    await razorpay.fail_next(fault)
    silent = await divert(door, boss, made)
    assert (silent.status_code, silent.json()["type"]) == (503, "/problems/gateway-unavailable")
    assert await balance(market, ledger.wallet(made.user_id)) == 0
    assert (await divert(door, boss, made)).json()["destination"] == "wallet"
    assert await balance(market, ledger.wallet(made.user_id)) == AMOUNT
    assert await razorpay.total() == AMOUNT
    await books_are_right(market)


async def test_a_second_try_of_unknown_outcome_is_never_diverted(
    market: House, door: httpx.AsyncClient, razorpay: Razorpay
) -> None:
    made = await failed_at_its_bank(market, razorpay)
    boss = await operator(market, door, "moderator")
    retry = f"{API}/admin/refunds/{made.id}/retry"
    assert (await door.post(retry, headers=boss | CONFIRM)).status_code == 200
    await razorpay.fail_next(Fault.lost_after)
    with pytest.raises(GatewayError):
        await send(market, made)
    assert (await divert(door, boss, made)).status_code == 409
    await send(market, made)
    assert (await as_it_is(market, made)).attempt == 2
    assert (await divert(door, boss, made)).status_code == 409
    assert await balance(market, ledger.wallet(made.user_id)) == 0
    assert await razorpay.total() == 0
    await books_are_right(market)
