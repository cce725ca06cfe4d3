"""Tips for whoever served, from the wallet and at the bank; of several the one who is named."""

import pytest

from tests.bookings.appointments.conftest import NewSalon
from tests.fixtures.salons import Salon


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
