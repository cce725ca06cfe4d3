"""The clocks of money: an open payment ends in time, and a slow bank may still come."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

from kalends.core.house import House
from tests.fixtures.crowds import Guest, crowd
from tests.fixtures.deals import API, scalar

PassTime = Callable[..., Awaitable[None]]
PAYMENT = "SELECT state FROM payments"
ORDER = "SELECT state FROM sandbox_orders"
WALLET = (
    "SELECT coalesce(sum(-amount), 0)::bigint FROM ledger_lines WHERE account = 'customer_wallet'"
)


@pytest.fixture
async def page(house: House, client: httpx.AsyncClient) -> str:
    """The checkout page of somebody who wants to top up a wallet."""
    guest: Guest = (await crowd(house, 1))[0]
    body = {"amount": {"amount": 5000, "currency": "INR"}}
    answer = await client.post(f"{API}/wallet/top-up", json=body, headers=guest.headers)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["checkout"]["url"])


async def test_an_open_payment_expires_after_a_day_and_not_before(
    house: House, page: str, pass_time: PassTime
) -> None:
    await pass_time(hours=23, minutes=59)
    assert await scalar(house, PAYMENT) == "created"
    await pass_time(minutes=1)
    assert await scalar(house, PAYMENT) == "expired"


async def test_a_slow_bank_takes_the_money_after_an_hour_and_not_before(
    house: House, client: httpx.AsyncClient, page: str, pass_time: PassTime
) -> None:
    await client.post(page, json={"instrument": "late"})
    await pass_time(minutes=59)
    assert (await scalar(house, ORDER), await scalar(house, WALLET)) == ("pending", 0)
    await pass_time(minutes=1)
    assert (await scalar(house, ORDER), await scalar(house, WALLET)) == ("captured", 5000)


async def test_money_for_an_expired_payment_still_arrives(
    house: House, client: httpx.AsyncClient, page: str, pass_time: PassTime
) -> None:
    await pass_time(hours=23, minutes=30)
    await client.post(page, json={"instrument": "late"})
    await pass_time(minutes=31)
    assert await scalar(house, PAYMENT) == "expired"
    await pass_time(minutes=30)
    assert (await scalar(house, PAYMENT), await scalar(house, WALLET)) == ("captured", 5000)
