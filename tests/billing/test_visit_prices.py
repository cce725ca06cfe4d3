"""What services cost over HTTP: by the hour, several in one visit, and by the owner in person."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from kalends.core.house import House
from tests.fixtures.deals import API, at_hour, stamp
from tests.fixtures.markets import a_member, a_provider, a_service, market_app, market_of

RULES: dict[str, Any] = {
    "booking": {"kinds": ["appointment"]},
    "fees": {"owner_premium_bp": 5000},
}


@pytest.fixture
async def guests(house: House) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a marketplace for appointments in which owners cost half as much again."""
    app = market_app(market_of(house, **RULES))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://kalends.test") as http:
        yield http


async def _amounts(http: httpx.AsyncClient, body: dict[str, Any]) -> list[tuple[str, int]]:
    answer = await http.post(f"{API}/quotes", json=body)
    assert answer.status_code == 200, answer.text
    quote = answer.json()
    assert quote["total"]["amount"] == sum(line["subtotal"]["amount"] for line in quote["lines"])
    return [(line["kind"], line["subtotal"]["amount"]) for line in quote["lines"]]


@pytest.mark.req("G-029", "C-44")
async def test_the_owner_in_person_costs_half_as_much_again_and_others_do_not(
    house: House, guests: httpx.AsyncClient
) -> None:
    _, owner = await a_provider(guests)
    me = (await guests.get(f"{API}/auth/me", headers=owner)).json()
    cut = await a_service(guests, owner, price={"amount": 33333, "currency": "INR"})
    boss = await a_member(guests, owner, email=me["email"], skills=[cut["id"]])
    ravi = await a_member(guests, owner, skills=[cut["id"]])
    other = await a_service(guests, owner, name="Colour", price={"amount": 100, "currency": "INR"})
    start = stamp(await at_hour(house))
    one = {"service_id": cut["id"], "start_time": start}
    assert await _amounts(guests, one) == [("service", 33333)]
    assert await _amounts(guests, one | {"staff_id": ravi["id"]}) == [("service", 33333)]
    dear = [("service", 33333), ("owner_premium", 16667)]
    assert await _amounts(guests, one | {"staff_id": boss["id"]}) == dear
    visit = [{"service_id": cut["id"], "staff_id": boss["id"]}, {"service_id": other["id"]}]
    several = {"services": visit, "start_time": start}
    assert await _amounts(guests, several) == [*dear, ("service", 100)]
    unable = several | {"services": [{"service_id": other["id"], "staff_id": boss["id"]}]}
    refused = await guests.post(f"{API}/quotes", json=unable)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/staff-not-qualified")


async def test_a_service_by_the_hour_is_priced_by_the_minute(
    house: House, guests: httpx.AsyncClient
) -> None:
    _, owner = await a_provider(guests)
    price = {"amount": 10000, "currency": "INR"}
    hourly = await a_service(guests, owner, price=price, price_unit="per_hour", duration_min=60)
    fixed = await a_service(guests, owner, price=price, duration_min=60)
    start = await at_hour(house)
    end = stamp(start.replace(hour=11, minute=40))
    body = {"service_id": hourly["id"], "start_time": stamp(start)}
    assert await _amounts(guests, body) == [("service", 10000)]
    assert await _amounts(guests, body | {"end_time": end}) == [("service", 16667)]
    longer = body | {"service_id": fixed["id"], "end_time": end}
    assert (await guests.post(f"{API}/quotes", json=longer)).status_code == 422


async def test_a_kind_that_the_marketplace_does_not_have_is_refused(
    house: House, guests: httpx.AsyncClient
) -> None:
    start = await at_hour(house)
    times = {"start_time": stamp(start), "end_time": stamp(start.replace(hour=12))}
    room = {"kind": "rental", "room_id": "0190b3a0-0000-7000-8000-000000000000", **times}
    answer = await guests.post(f"{API}/quotes", json=room)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/kind-not-offered")
    shapeless = await guests.post(f"{API}/quotes", json={"services": [], "start_time": 3})
    assert ["body", "start_time"] in [e["loc"] for e in shapeless.json()["errors"]]


async def test_a_way_to_the_customer_is_a_line_of_the_price_and_has_an_end(
    house: House, guests: httpx.AsyncClient
) -> None:
    _, owner = await a_provider(guests)
    cut = await a_service(guests, owner, price={"amount": 50000, "currency": "INR"})
    body = {"service_id": cut["id"], "start_time": stamp(await at_hour(house))}
    near = {"lat": 18.51, "lng": 73.93, "address": "9 Magarpatta"}  # 10.5 km, 5 of them free
    assert await _amounts(guests, body) == [("service", 50000)]
    lines = await _amounts(guests, body | {"location": near})
    assert lines[0] == ("service", 50000)
    assert lines[1][0] == "travel"
    assert 10000 + 5 * 1500 < lines[1][1] < 10000 + 6 * 1500
    far = await guests.post(f"{API}/quotes", json=body | {"location": near | {"lat": 19.5}})
    assert (far.status_code, far.json()["type"]) == (422, "/problems/too-far-away")
