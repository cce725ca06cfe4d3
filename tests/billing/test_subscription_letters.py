"""What a subscriber is told: a period with its receipt, one that is not paid for, the end."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest

from kalends.core.checks import run_checks
from kalends.core.house import House
from kalends.core.unit import open_unit
from tests.fixtures.deals import API, scalar, with_money
from tests.fixtures.markets import PLANS, market_app, market_of
from tests.fixtures.people import Headers, signed_up, user_id_of

PassTime = Callable[..., Awaitable[None]]
PRICE = int(PLANS[0]["price"])
MONTH = 24 * 31
ADDRESS = "planner@example.com"


@pytest.fixture
async def market(house: House, loopback: Any) -> AsyncIterator[httpx.AsyncClient]:
    loopback.app = market_app(market_of(house))
    async with httpx.AsyncClient(transport=loopback, base_url="http://kalends.test") as http:
        yield http


async def _start(market: httpx.AsyncClient, me: Headers, plan: str, method: str) -> Any:
    body = {"plan": plan, "method": method}
    answer = await market.post(f"{API}/subscriptions/start", json=body, headers=me)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def _letters(market: httpx.AsyncClient, beginning: str) -> list[Any]:
    """The newest first."""
    query = {"to": ADDRESS, "limit": "100"}
    items = (await market.get("/dev/messages", params=query)).json()["items"]
    return [letter for letter in items if letter["subject"].startswith(beginning)]


async def _subscriber(house: House, market: httpx.AsyncClient, money: int) -> Headers:
    me = await signed_up(market, ADDRESS)
    if money:
        await with_money(house, await user_id_of(market, me), money)
    return me


@pytest.mark.req("M-070")
async def test_each_period_brings_its_receipt_and_one_that_is_not_paid_a_warning(
    house: House, market: httpx.AsyncClient, pass_time: PassTime
) -> None:
    me = await _subscriber(house, market, 2 * PRICE)
    await _start(market, me, "monthly", "wallet")
    await pass_time()
    await pass_time(hours=MONTH)
    second, first = await _letters(market, "A month is yours until")
    names = [letter["attachments"][0]["filename"] for letter in (first, second)]
    assert names[0] != names[1]
    for letter in (first, second):
        assert "Your payment of ₹999.00 has arrived" in letter["text"]
        pdf = await market.get(letter["attachments"][0]["url"])
        assert pdf.content.startswith(b"%PDF")
    assert await scalar(house, "SELECT count(*) FROM documents WHERE kind = 'receipt'") == 2
    assert await _letters(market, "A month: ₹999.00 could not be taken") == []
    await pass_time(hours=MONTH)
    [unpaid] = await _letters(market, "A month: ₹999.00 could not be taken")
    assert "Without a payment it ends then." in unpaid["text"]
    await pass_time(hours=24 * 8)
    [ended] = await _letters(market, "A month has ended")
    assert "No payment came" in ended["text"]
    async with open_unit(house, read_only=True) as unit:
        assert await run_checks(unit) == {}


async def test_what_is_paid_at_the_gateway_has_a_receipt_too(
    house: House, market: httpx.AsyncClient, pass_time: PassTime
) -> None:
    me = await _subscriber(house, market, 0)
    order = (await _start(market, me, "monthly", "gateway"))["payment"]
    page = f"/sandbox/checkout/{order['gateway_order_id']}"
    assert (await market.post(page, json={"instrument": "success"})).status_code == 200
    await pass_time()
    [letter] = await _letters(market, "A month is yours until")
    assert len(letter["attachments"]) == 1
    said = await scalar(house, "SELECT content->'facts' FROM documents WHERE kind = 'receipt'")
    assert ["Paid by", "Online payment"] in said


async def test_a_trial_has_no_receipt_and_each_cancellation_is_told(
    house: House, market: httpx.AsyncClient, pass_time: PassTime
) -> None:
    me = await _subscriber(house, market, 0)
    await _start(market, me, "trial", "gateway")
    await pass_time()
    [begun] = await _letters(market, "Try it is yours until")
    assert begun["attachments"] == []
    assert "There was nothing to pay for this period." in begun["text"]
    for count in (1, 2):
        await market.post(f"{API}/subscriptions/cancel", headers=me)
        await pass_time(minutes=1)
        told = await _letters(market, "Try it ends on")
        assert len(told) == count
        assert "nothing more will be taken" in told[0]["text"]
        await _start(market, me, "trial", "gateway")  # while there is time left
        await pass_time(minutes=1)
