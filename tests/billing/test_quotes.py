"""Quotes over HTTP: a price, and a token that fixes it."""

import base64

import httpx
import pytest

from kalends import catalog
from kalends.core.house import House
from kalends.core.money import Money
from kalends.core.unit import open_unit
from tests.fixtures.deals import API, at_hour, rental
from tests.fixtures.people import signed_up
from tests.fixtures.places import a_room, a_venue, an_addon


async def _quote(client: httpx.AsyncClient, body: dict) -> dict:
    answer = await client.post(f"{API}/quotes", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def _raise_rate(house: House, room: catalog.RoomFacts, rate: int) -> None:
    async with open_unit(house) as unit:
        await catalog.change_room(unit, room.id, {"rate": Money(rate, "INR")})


@pytest.mark.req("H-033")
async def test_a_quote_lists_its_lines(house: House, client: httpx.AsyncClient) -> None:
    venue = await a_venue(house)
    room = await a_room(house, venue, rate=30000)
    tea = await an_addon(house, venue, "Tea", price=2500)
    body = rental(
        room.id, await at_hour(house), 3, addons=[{"addon_id": str(tea.id), "quantity": 4}]
    )
    quote = await _quote(client, body)
    assert [line["subtotal"]["amount"] for line in quote["lines"]] == [90000, 10000]
    assert quote["total"] == {"amount": 100000, "currency": "INR"}


async def test_a_token_keeps_the_price_when_the_catalogue_changes(
    house: House, client: httpx.AsyncClient
) -> None:
    room = await a_room(house, rate=30000)
    body = rental(room.id, await at_hour(house), 1)
    quote = await _quote(client, body)
    await _raise_rate(house, room, 50000)
    me = await signed_up(client)
    kept = await client.post(
        f"{API}/bookings", json=body | {"quote_token": quote["token"]}, headers=me
    )
    assert kept.json()["price"]["total"]["amount"] == 30000


async def test_without_a_token_the_price_is_computed_anew(
    house: House, client: httpx.AsyncClient
) -> None:
    room = await a_room(house, rate=30000)
    body = rental(room.id, await at_hour(house), 1)
    await _quote(client, body)
    await _raise_rate(house, room, 50000)
    me = await signed_up(client)
    made = await client.post(f"{API}/bookings", json=body, headers=me)
    assert made.json()["price"]["total"]["amount"] == 50000


async def test_a_token_fits_its_request_only(house: House, client: httpx.AsyncClient) -> None:
    room = await a_room(house, rate=30000)
    start = await at_hour(house)
    quote = await _quote(client, rental(room.id, start, 1))
    me = await signed_up(client)
    longer = rental(room.id, start, 2, quote_token=quote["token"])
    refused = await client.post(f"{API}/bookings", json=longer, headers=me)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/quote-mismatch")


async def test_a_changed_token_is_refused(house: House, client: httpx.AsyncClient) -> None:
    room = await a_room(house, rate=30000)
    body = rental(room.id, await at_hour(house), 1)
    token = (await _quote(client, body))["token"]
    raw = bytearray(base64.urlsafe_b64decode(token + "=="))
    cheaper = bytes(raw).replace(b"30000", b"00001")
    forged = base64.urlsafe_b64encode(cheaper).decode().rstrip("=")
    me = await signed_up(client)
    for bad in (forged, token[:-3], "not a token", "", "é"):
        answer = await client.post(f"{API}/bookings", json=body | {"quote_token": bad}, headers=me)
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/quote-mismatch"), bad


async def test_a_token_expires(house: House, client: httpx.AsyncClient, pass_time) -> None:
    room = await a_room(house)
    body = rental(room.id, await at_hour(house), 1)
    token = (await _quote(client, body))["token"]
    await pass_time(minutes=16, run=False)
    me = await signed_up(client)
    late = await client.post(f"{API}/bookings", json=body | {"quote_token": token}, headers=me)
    assert (late.status_code, late.json()["type"]) == (409, "/problems/quote-expired")


async def test_addons_of_another_venue_and_too_many_guests_are_refused(
    house: House, client: httpx.AsyncClient
) -> None:
    room, elsewhere = await a_room(house, capacity=20), await a_venue(house, name="Other")
    foreign = await an_addon(house, elsewhere)
    start = await at_hour(house)
    body = rental(room.id, start, addons=[{"addon_id": str(foreign.id), "quantity": 1}])
    answer = await client.post(f"{API}/quotes", json=body)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/addon-unavailable")
    crowd = await client.post(f"{API}/quotes", json=rental(room.id, start, guests=21))
    assert crowd.status_code == 422
