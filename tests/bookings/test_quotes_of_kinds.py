"""What an enquiry or an event would cost, and that it costs that much when the token is sent along."""

from typing import Any

from kalends.core.house import House
from tests.fixtures.asking import Street
from tests.fixtures.deals import API
from tests.fixtures.events import a_party, event, served
from tests.fixtures.loopback import Loopback
from tests.fixtures.people import Headers


async def _reprice(street: Any, service_id: str, headers: Headers, amount: int) -> None:
    body = {"price": {"amount": amount, "currency": "INR"}}
    answer = await street.client.patch(f"{API}/services/{service_id}", json=body, headers=headers)
    assert answer.status_code == 200, answer.text


async def test_an_enquiry_costs_what_was_quoted(street: Street) -> None:
    artist = await street.artist(price=200_000)
    wish = await street.wish(artist)
    quoted = (await street.client.post(f"{API}/quotes", json=wish)).json()  # nobody has to sign in
    assert quoted["total"]["amount"] == sum(x["subtotal"]["amount"] for x in quoted["lines"])
    assert (quoted["total"]["amount"], quoted["trial"]) == (200_000, None)
    await _reprice(street, artist.service_id, artist.headers, 300_000)
    assert (await street.done("quotes", wish))["total"]["amount"] == 300_000
    with_token = wish | {"quote_token": quoted["token"]}
    later = with_token | {"time": "04:44" if wish["time"] != "04:44" else "04:45"}
    refused = await street.post("enquiries", later)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/quote-mismatch")
    asked = await street.done("enquiries", with_token)
    accepted = await street.done(f"enquiries/{asked['id']}/accept", None, artist.headers)
    booking = await street.see(f"bookings/{accepted['booking_id']}")
    assert booking["price"]["total"]["amount"] == 200_000
    await street.pass_time(minutes=street.house.profile.payments.quote_minutes + 1)
    refused = await street.post("enquiries", with_token)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/quote-expired")
    assert (
        await street.post("quotes", with_token)
    ).status_code == 200  # an old token is no harm here


async def test_a_quote_says_what_a_trial_costs_beside_it(street: Street) -> None:
    artist = await street.artist(price=200_000, type="flexi")
    wish = await street.wish(artist, hours=72, mode="flexi")
    trial = {"date": wish["date"], "time": wish["time"], "duration_min": 30}
    money = {"amount": 5_000, "currency": "INR"}
    before = await street.wish(artist, hours=48)
    trial |= {"date": before["date"], "time": before["time"], "price": money}
    quoted = await street.done("quotes", wish | {"trial": trial})
    assert (quoted["total"]["amount"], quoted["trial"]) == (200_000, money)
    assert (await street.post("quotes", wish | {"service_ids": []})).status_code == 422
    assert (
        await street.post("quotes", wish | {"provider_id": wish["service_ids"][0]})
    ).status_code == 404


async def test_an_event_costs_what_was_quoted(house: House, loopback: Loopback) -> None:
    async with served(house, loopback) as (market, client):
        party = await a_party(market, client, [500_001, 120_000])
        body = event(party.start, party.vendors)
        answer = await client.post(f"{API}/quotes", json=body)
        quoted = answer.json()
        assert (answer.status_code, quoted["total"]["amount"]) == (200, 620_001)
        assert [line["kind"] for line in quoted["lines"]] == ["vendor", "vendor"]
        for vendor in party.vendors:
            await _reprice(party, vendor.service_id, vendor.headers, vendor.price + 1)
        drafted = await party.draft(quote_token=quoted["token"])
        assert drafted["price"]["total"]["amount"] == 620_001
        assert (await party.draft())["price"]["total"]["amount"] == 620_003
        fewer = {"lines": body["lines"][:1], "quote_token": quoted["token"]}
        assert (await party.draft(422, **fewer))["type"] == "/problems/quote-mismatch"
        no_venue = body | {"lines": body["lines"][1:]}
        refused = await client.post(f"{API}/quotes", json=no_venue)
        assert refused.json()["type"] == "/problems/venue-required"
