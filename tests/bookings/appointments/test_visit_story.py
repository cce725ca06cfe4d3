"""Appointments over HTTP: found, booked, approved and paid in either order, worked, billed, released."""

from datetime import timedelta

import pytest

from tests.bookings.appointments.conftest import NewSalon
from tests.fixtures.salons import PRICE


@pytest.mark.req(
    "G-063", "G-064", "G-065", "G-066", "G-067", "G-070", "G-088", "G-089", "G-090", "G-092", "X-34"
)
async def test_a_job_is_begun_grows_is_ticked_off_billed_and_paid_out(new_salon: NewSalon) -> None:
    salon = await new_salon()
    start = await salon.at(10)
    booking_id = await salon.paid("cut", start, "asha")
    made = await salon.read(booking_id)
    told = (made["kind"], made["state"], made["resource"]["name"])
    assert told == ("appointment", "confirmed", "asha")
    assert made["lines"][0]["visit"]["staff_id"] == salon.staff["asha"]["id"]
    asha = salon.accounts["asha"]
    early = await salon.call("POST", f"bookings/{booking_id}/start", asha)
    assert (early.status_code, early.json()["type"]) == (409, "/problems/transition-not-allowed")
    await salon.reach(start - timedelta(minutes=10))
    foreign = await salon.call("POST", f"bookings/{booking_id}/start", salon.accounts["ravi"])
    assert foreign.status_code == 404
    assert (await salon.call("POST", f"bookings/{booking_id}/start", salon.me)).status_code == 409
    begun = await salon.act(booking_id, "start", asha)
    assert (begun["state"], begun["actual_end"]) == ("in_progress", None)
    assert begun["actual_start"] is not None
    more = {"items": [{"service_id": salon.services["colour"]["id"], "quantity": 2}]}
    grown = await salon.act(booking_id, "add-extra", asha, more, "PATCH")
    assert grown["price"]["total"]["amount"] == PRICE + 2 * 20000
    open_steps = await salon.call("POST", f"bookings/{booking_id}/complete", asha)
    assert (open_steps.status_code, open_steps.json()["missing"]) == (409, [0])
    ticks = {"items": [{"position": 0, "done": True}]}
    await salon.act(booking_id, "checklist", asha, ticks, "PATCH")
    await salon.pass_time(minutes=47)
    done = await salon.act(booking_id, "complete", asha)
    assert done["details"]["duration_minutes"] == 47
    assert [step["done"] for step in done["details"]["checklist"]] == [True, False]
    assert (done["state"], done["due"]["amount"]) == ("completed", 40000)
    await salon.settle()
    assert any("40,000" in m["text"] or "400.00" in m["text"] for m in await salon.letters())
    await salon.act(booking_id, "pay", salon.me, {"method": "wallet", "purpose": "extra"})
    assert await salon.state(booking_id) == "pending_clearance"
    await salon.pass_time(hours=25)
    assert await salon.state(booking_id) == "released"
    assert await salon.earned() == PRICE + 40000
    past = (await salon.call("GET", "users/past-professionals", salon.me)).json()["items"]
    assert [(one["staff"]["name"], one["visits"]) for one in past] == [("asha", 1)]
    await salon.expect_green()


@pytest.mark.req("C-02", "G-032", "G-033", "G-094", "G-095", "G-096")
async def test_payment_and_approval_confirm_in_either_order(new_salon: NewSalon) -> None:
    salon = await new_salon(booking={"approval": "after_payment"})
    start = await salon.at(10)
    asha, ravi = salon.accounts["asha"], salon.accounts["ravi"]
    first = await salon.paid("cut", start, "asha")
    assert await salon.state(first) == "awaiting_provider"
    assert (await salon.act(first, "approve", asha))["state"] == "confirmed"
    second = await salon.booked("cut", start, "ravi")
    assert (await salon.act(second, "approve", ravi))["state"] == "awaiting_payment"
    again = await salon.call("POST", f"bookings/{second}/approve", ravi)
    assert again.status_code == 409
    await salon.act(second, "pay", salon.me, {"method": "wallet"})
    assert await salon.state(second) == "confirmed"
    ignored = await salon.paid("cut", start + timedelta(hours=2), "ravi")
    before = await salon.wallet()
    await salon.pass_time(hours=25)
    assert await salon.state(ignored) == "cancelled"
    assert await salon.wallet() == before + PRICE
    await salon.expect_green()


async def test_where_approval_comes_first_the_customer_pays_after_it(new_salon: NewSalon) -> None:
    salon = await new_salon(booking={"approval": "before_payment"})
    start = await salon.at(10)
    booking_id = await salon.booked("cut", start, "asha")
    assert await salon.state(booking_id) == "awaiting_provider"
    paying = await salon.call("POST", f"bookings/{booking_id}/pay", salon.me, {"method": "wallet"})
    assert paying.status_code == 409
    await salon.pass_time(hours=2)
    approved = await salon.act(booking_id, "approve", salon.owner)
    assert approved["state"] == "awaiting_payment"
    await salon.act(booking_id, "pay", salon.me, {"method": "wallet"})
    assert await salon.state(booking_id) == "confirmed"
    never = await salon.booked("cut", start, "ravi")
    await salon.pass_time(hours=25)
    assert await salon.state(never) == "expired"
    slow = await salon.booked("cut", start, "ravi")
    await salon.act(slow, "approve", salon.accounts["ravi"])
    await salon.pass_time(minutes=16)
    assert await salon.state(slow) == "expired"
    await salon.expect_green()
