"""What a booking tells from its enquiry to its end, on all the ways to it."""

import re
from datetime import datetime
from typing import Any

import pytest

from tests.fixtures.asking import Street
from tests.fixtures.deals import API


@pytest.mark.req("M-176")
async def test_notes_and_pictures_reach_the_artist(street: Street) -> None:
    artist = await street.artist()
    said = {"notes": "Red bangles, please.", "reference_images": ["/photos/a.jpg", "/photos/b.jpg"]}
    await street.ask(artist, **said)
    [waiting] = (await street.see("enquiries/provider/pending", artist.headers))["items"]
    assert {name: waiting[name] for name in said} == said


@pytest.mark.req("M-078", "M-177", "M-178", "M-181", "M-184", "M-231")
async def test_a_booking_keeps_what_was_agreed_and_says_how_it_ended(street: Street) -> None:
    artist = await street.artist(price=200_000)
    first, second = [await street.booked(artist, hours=hours) for hours in (24, 48)]
    numbers = [(await street.see(f"bookings/{one}"))["number"] for one in (first, second)]
    assert all(re.fullmatch(r"BKG-\d{4}-\d{6}", number) for number in numbers)
    assert len({*numbers}) == 2
    money = {"amount": 900_000, "currency": "INR"}
    url = f"{API}/services/{artist.service_id}"
    await street.client.patch(url, json={"price": money}, headers=artist.headers)
    kept = await street.see(f"bookings/{first}")
    [line] = [one for one in kept["lines"] if one["kind"] == "service"]
    assert (line["ref_id"], line["subtotal"]["amount"]) == (artist.service_id, 200_000)
    assert await _listed(street, "upcoming") == {first, second}
    assert await _listed(street, "history") == set()
    before = datetime.fromisoformat(kept["created_at"])
    await street.done(f"bookings/{first}/cancel", {"reason": "It rains."})
    ended = await street.see(f"bookings/{first}")
    assert (ended["cancelled_by"], ended["cancellation_reason"]) == ("customer", "It rains.")
    assert datetime.fromisoformat(ended["cancelled_at"]) > before
    assert (await street.see(f"bookings/{first}/status"))["state"] == "cancelled"
    await street.until_start(first)
    ended = await street.see(f"bookings/{first}")
    assert await _listed(street, "upcoming") == {second}
    assert await _listed(street, "history") == {first}
    everything = {one["id"]: one for one in await _items(street, "bookings/me")}
    assert everything.keys() == {first, second}
    assert everything[first] == ended


async def _listed(street: Street, which: str) -> set[str]:
    return {one["id"] for one in await _items(street, f"bookings/{which}")}


async def _items(street: Street, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await street.see(path))["items"]
    return found
