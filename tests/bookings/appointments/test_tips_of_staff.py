"""Tips for whoever served, from the wallet and at the bank; of several the one who is named."""

from typing import Any

import pytest

from tests.bookings.appointments.conftest import NewSalon
from tests.fixtures.deals import API, scalar
from tests.fixtures.people import operator
from tests.fixtures.salons import PRICE, Salon


async def _tips(salon: Salon, name: str) -> int:
    answer = await salon.call("GET", "wallet/balance", salon.accounts[name])
    found = answer.json()
    return int(found["tips_only"]["amount"])


async def _worked(salon: Salon) -> str:
    start = await salon.at(10)
    booking_id = await salon.paid("cut", start, "asha")
    await salon.reach(start)
    asha = salon.accounts["asha"]
    await salon.act(booking_id, "start", asha)
    ticks = {"items": [{"position": 0, "done": True}]}
    await salon.act(booking_id, "checklist", asha, ticks, "PATCH")
    await salon.act(booking_id, "complete", asha)
    return booking_id


@pytest.mark.req("G-058", "C-47")
async def test_who_served_gets_the_tip_from_the_wallet_or_the_bank(new_salon: NewSalon) -> None:
    salon = await new_salon()
    booking_id = await _worked(salon)
    tip = {"amount": {"amount": 5000, "currency": "INR"}}
    foreign = tip | {"staff_id": salon.staff["ravi"]["id"]}
    assert (
        await salon.call("POST", f"bookings/{booking_id}/tip", salon.me, foreign)
    ).status_code == 422
    await salon.act(booking_id, "tip", salon.me, tip)
    assert (await _tips(salon, "asha"), await _tips(salon, "ravi")) == (5000, 0)
    named = tip | {"staff_id": salon.staff["asha"]["id"], "method": "gateway"}
    await salon.act(booking_id, "tip", salon.me, named)
    wish = {"booking_id": booking_id, "purpose": "tip"}
    order = (await salon.call("POST", "payments/create-order", salon.me, wish)).json()
    page = f"/sandbox/checkout/{order['gateway_order_id']}"
    await salon.client.post(page, json={"instrument": "success"})
    await salon.settle()
    assert await _tips(salon, "asha") == 10000
    assert await salon.earned() == 0
    await salon.expect_green()


TIP = {"amount": {"amount": 5000, "currency": "INR"}}


async def _tipped_at_the_bank(salon: Salon) -> dict[str, Any]:
    """Asha has done her work and got a tip; the order that paid for it."""
    booking_id = await _worked(salon)
    await salon.act(booking_id, "tip", salon.me, TIP | {"method": "gateway"})
    wish = {"booking_id": booking_id, "purpose": "tip"}
    order: dict[str, Any] = (
        await salon.call("POST", "payments/create-order", salon.me, wish)
    ).json()
    page = f"/sandbox/checkout/{order['gateway_order_id']}"
    await salon.client.post(page, json={"instrument": "success"})
    await salon.settle()
    await salon.act(booking_id, "confirm-release", salon.me)
    await salon.settle()
    return order


async def _dispute(salon: Salon, order: dict[str, Any]) -> str:
    name = "SELECT gateway_payment_id FROM payments WHERE gateway_order_id = :id"
    paid = await scalar(salon.house, name, id=order["gateway_order_id"])
    answer = await salon.client.post(f"/sandbox/payments/{paid}/dispute", json={})
    assert answer.status_code == 201, answer.text
    await salon.settle()
    return str(answer.json()["dispute_id"])


async def test_a_disputed_tip_comes_from_who_got_it_and_never_from_the_business(
    new_salon: NewSalon,
) -> None:
    salon = await new_salon()
    order = await _tipped_at_the_bank(salon)
    assert (await _tips(salon, "asha"), await salon.earned()) == (5000, PRICE)
    dispute = await _dispute(salon, order)
    assert (await _tips(salon, "asha"), await salon.earned()) == (0, PRICE)
    await salon.expect_green()
    end = f"/sandbox/disputes/{dispute}/end"
    assert (await salon.client.post(end, json={"won": True})).status_code == 200
    await salon.settle()
    assert (await _tips(salon, "asha"), await salon.earned()) == (5000, PRICE)
    await salon.expect_green()


async def test_a_tip_that_was_passed_on_is_not_refunded_by_the_business(
    new_salon: NewSalon,
) -> None:
    salon = await new_salon()
    order = await _tipped_at_the_bank(salon)
    boss = await operator(salon.house, salon.client) | {"X-Confirm-Action": "true"}
    url = f"{API}/payments/{order['payment_id']}/refund"
    answer = await salon.client.post(url, json={"reason": "by mistake"}, headers=boss)
    assert answer.json()["type"] == "/problems/insufficient-funds", answer.text
    assert (await _tips(salon, "asha"), await salon.earned()) == (5000, PRICE)
    await salon.expect_green()
