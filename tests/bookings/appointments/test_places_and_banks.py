"""Appointments in other zones, at the customer's place, with the owner in person, and paid at a bank."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.bookings.appointments.conftest import NewSalon
from tests.fixtures.deals import paid_at_sandbox, stamp
from tests.fixtures.salons import PRICE

HOME = {"lat": 18.51, "lng": 73.93, "address": "9 Magarpatta"}


@pytest.mark.req("G-029", "G-030", "G-093", "I-015", "C-44")
async def test_the_owner_comes_by_name_only_at_the_quoted_price(new_salon: NewSalon) -> None:
    salon = await new_salon(fees={"owner_premium_bp": 5000})
    zone = ZoneInfo("America/New_York")
    place = {"address": "4 Karve Road", "city": "Pune", "lat": 18.51, "lng": 73.83}
    moved = {"location": place | {"time_zone": "America/New_York"}}
    changed = await salon.call("PATCH", "providers/profile", salon.owner, moved)
    assert changed.status_code == 200, changed.text
    mail = (await salon.call("GET", "auth/me", salon.owner)).json()["email"]
    boss = {"name": "boss", "email": mail, "skills": [salon.services["cut"]["id"]]}
    hired = await salon.call("POST", "staff", salon.owner, boss)
    salon.staff["boss"] = hired.json()
    day = await salon.at(12)
    slots = [datetime.fromisoformat(s["start"]) for s in await salon.offered("cut", day)]
    assert [t.astimezone(zone).strftime("%H:%M") for t in (slots[0], slots[-1])] == [
        "09:00",
        "17:00",
    ]
    start = slots[0]
    wish = salon.wish("cut", start, "boss", location=HOME)
    quote = (await salon.call("POST", "quotes", salon.me, wish)).json()
    made = await salon.book(wish | {"quote_token": quote["token"]})
    kinds = [(line["kind"], line["subtotal"]["amount"]) for line in made["lines"]]
    assert kinds[:2] == [("service", PRICE), ("owner_premium", PRICE // 2)]
    assert kinds[2][0] == "travel"
    assert made["price"]["total"] == quote["total"]
    assert made["time_zone"] == "America/New_York"
    assert (made["place"]["address"], made["details"]["location"]) == (
        HOME["address"],
        {"lat": 18.51, "lng": 73.93},
    )
    other = wish | {"start_time": stamp(start + timedelta(hours=3)), "quote_token": quote["token"]}
    swapped = await salon.call("POST", "bookings", salon.me, other)
    assert (swapped.status_code, swapped.json()["type"]) == (422, "/problems/quote-mismatch")
    anybody = [await salon.book(salon.wish("cut", start)) for _ in range(2)]
    assert {one["resource"]["name"] for one in anybody} == {"asha", "ravi"}
    nobody = await salon.call("POST", "bookings", salon.me, salon.wish("cut", start))
    assert nobody.status_code == 409
    own = await salon.call("POST", "bookings", salon.owner, salon.wish("cut", start))
    assert (own.status_code, own.json()["type"]) == (409, "/problems/own-venue")


@pytest.mark.req("G-095", "G-096")
async def test_money_from_the_bank_confirms_what_is_approved_and_waits_for_the_rest(
    new_salon: NewSalon,
) -> None:
    salon = await new_salon(booking={"approval": "after_payment"})
    start = await salon.at(10)
    first, second = [await salon.booked("cut", start, name) for name in ("asha", "ravi")]
    await salon.act(second, "approve", salon.accounts["ravi"])
    for booking_id in (first, second):
        await paid_at_sandbox(salon.client, salon.me, booking_id)
    await salon.settle()
    assert await salon.state(first) == "awaiting_provider"
    assert await salon.state(second) == "confirmed"
    assert (await salon.act(first, "approve", salon.owner))["state"] == "confirmed"
    await salon.expect_green()
