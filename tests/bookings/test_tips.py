"""Tips: after the booking, from the wallet or at the bank, to the provider, and never twice by accident."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest

from kalends.payments import reconcile
from tests.fixtures.deals import API, scalar, with_money
from tests.fixtures.people import user_id_of
from tests.fixtures.stays import PRICE, Stay

NewStay = Callable[..., Awaitable[Stay]]
TIP = 5000


def _wish(amount: int = TIP, **more: Any) -> dict[str, Any]:
    return {"amount": {"amount": amount, "currency": "INR"}, **more}


@pytest.fixture
async def over(new_stay: NewStay) -> Stay:
    """A stay that is over, whose customer has some money left."""
    stay = await new_stay()
    await with_money(stay.house, await user_id_of(stay.client, stay.me), PRICE)
    await stay.end()
    return stay


async def _order(stay: Stay) -> httpx.Response:
    body = {"booking_id": stay.id, "purpose": "tip"}
    url = f"{API}/payments/create-order"
    return await stay.client.post(url, json=body, headers=stay.me)


async def _at_the_bank(stay: Stay, order: httpx.Response) -> None:
    assert order.status_code == 201, order.text
    page = f"/sandbox/checkout/{order.json()['gateway_order_id']}"
    assert (await stay.client.post(page, json={"instrument": "success"})).status_code == 200


@pytest.mark.req("C-47")
async def test_a_tip_from_the_wallet_is_the_providers_at_once(over: Stay) -> None:
    given = await over.post("tip", over.me, _wish())
    assert given.status_code == 201, given.text
    assert (given.json()["state"], given.json()["gateway"]) == ("captured", "wallet")
    assert await over.earned() == PRICE + TIP
    assert await over.wallet() == PRICE - TIP
    booking = await over.read()
    assert (booking["paid"]["amount"], booking["due"]) == (PRICE, None), "no part of the price"
    await over.expect_green()


@pytest.mark.req("C-47")
async def test_a_tip_at_the_bank_is_the_providers_when_it_has_come(over: Stay, run_jobs) -> None:
    unasked = await _order(over)
    assert unasked.json()["type"] == "/problems/nothing-to-pay"
    given = await over.post("tip", over.me, _wish(method="gateway"))
    assert given.json()["state"] == "created"
    order = await _order(over)
    assert order.json()["amount"]["amount"] == TIP
    await _at_the_bank(over, order)
    await run_jobs(over.house)
    assert await over.earned() == PRICE + TIP
    assert (await _order(over)).status_code == 409
    await over.expect_green()


async def test_one_key_gives_one_tip_and_another_key_another(over: Stay) -> None:
    one = over.me | {"Idempotency-Key": "thanks-1"}
    answers = [await over.post("tip", one, _wish()) for _ in range(3)]
    assert len({answer.text for answer in answers}) == 1
    assert await over.earned() == PRICE + TIP
    await over.post("tip", over.me | {"Idempotency-Key": "thanks-2"}, _wish())
    assert await over.earned() == PRICE + 2 * TIP
    await over.expect_green()


@pytest.mark.parametrize("news", ["in turn", "together"])
async def test_a_tip_in_two_tabs_is_taken_once(over: Stay, run_jobs, pass_time, news: str) -> None:
    await over.post("tip", over.me, _wish(method="gateway"))
    tab = await _order(over)
    await over.post("tip", over.me, _wish(2 * TIP, method="gateway"))
    other = await _order(over)
    await _at_the_bank(over, tab)
    if news == "in turn":
        await run_jobs(over.house)
    await _at_the_bank(over, other)
    await pass_time(minutes=11, run=False)
    await reconcile(over.house)
    await run_jobs(over.house)
    kept = await over.earned() - PRICE
    back = await over.wallet() - PRICE
    assert (kept, back) in {(TIP, 2 * TIP), (2 * TIP, TIP)}
    await over.expect_green()


async def test_nobody_is_thanked_before_the_end_or_by_a_stranger(new_stay: NewStay) -> None:
    stay = await new_stay()
    early = await stay.post("tip", stay.me, _wish())
    assert early.json()["type"] == "/problems/nothing-to-thank-for"
    await stay.end()
    assert (await stay.post("tip", stay.boss, _wish())).status_code == 404
    poor = await stay.post("tip", stay.me, _wish())
    assert poor.json()["type"] == "/problems/insufficient-funds"
    foreign = {"amount": {"amount": TIP, "currency": "USD"}}
    assert (await stay.post("tip", stay.me, foreign)).status_code == 422
    nobody = await stay.post("tip", stay.me, _wish(staff_id=str(uuid4())))
    assert nobody.status_code == 422
    assert await stay.earned() == PRICE


async def test_a_tip_is_in_the_wallets_movements(over: Stay) -> None:
    await over.post("tip", over.me, _wish())
    answer = await over.client.get(f"{API}/wallet/me/transactions", headers=over.me)
    newest = answer.json()["items"][0]
    assert (newest["amount"]["amount"], newest["reference_kind"]) == (-TIP, "tip")
    held = "SELECT coalesce(sum(amount), 0)::bigint FROM ledger_lines WHERE account = 'escrow'"
    assert await scalar(over.house, held) == 0
