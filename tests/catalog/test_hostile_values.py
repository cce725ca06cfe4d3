"""Values that break other programs: each is a clear 422 here, and nothing is stored."""

import json

import pytest

from tests.fixtures.places import a_room, a_venue, an_addon

API = "/api/v2"
LONG = "x" * 5000
EVERYWHERE = ["", "   ", "a\x00b", "a\nb", "\ud800", LONG, 7, True, ["x"], {"a": 1}]
NUMBERS = [0, -1, 2**63, 2**200, 1.5, True, "50", None, []]
MONEY = [{"amount": n, "currency": "INR"} for n in NUMBERS] + [
    {"amount": 100},
    {"amount": 100, "currency": "inr"},
    {"amount": 100, "currency": "INR", "scale": 2},
    100,
    "100",
]
VENUE_CASES = [
    *[("name", value) for value in EVERYWHERE],
    *[("city", value) for value in EVERYWHERE],
    *[("address", value) for value in EVERYWHERE],
    ("description", "a\x00b"),
    ("description", LONG),
    *[("lat", value) for value in (90.1, -91, "18.5", True, None, 1e300)],
    *[("lng", value) for value in (180.5, -181, "73", False)],
    *[("time_zone", value) for value in ("Mars/Base", "../../etc/passwd", "", "UTC\x00", 5, LONG)],
    *[("contact_email", v) for v in ("nobody", "a@b", "a b@c.in", "a@b.in\r\nBcc: x@y.in", LONG)],
    *[("contact_phone", value) for value in ("call me", "+", "1" * 40, 912025550100)],
    *[("capacity", value) for value in NUMBERS if value is not None],
    ("photos", ["javascript:alert(1)"]),
    ("photos", ["//evil.test/x.png"]),
    ("photos", ["https://x.test/" + LONG]),
    ("photos", [f"/p/{n}.jpg" for n in range(21)]),
    ("photos", "x.jpg"),
    ("status", "deleted"),
    ("id", "0190b3a0-0000-7000-8000-000000000000"),
    ("rating_count", 5),
]
ROOM_CASES = [
    *[("name", value) for value in EVERYWHERE],
    *[("capacity", value) for value in NUMBERS],
    *[("rate_per_hour", value) for value in MONEY],
    ("amenities", ["Wi-Fi"]),
    ("amenities", ["x"]),
    ("amenities", ["a" * 41]),
    ("amenities", [f"thing_{n}" for n in range(41)]),
    ("amenities", "wifi"),
    ("amenities", ["wifi\x00"]),
    ("photos", ["data:text/html,x"]),
    ("rating_hundredths", 500),
    ("venue_id", "0190b3a0-0000-7000-8000-000000000000"),
]
QUERIES = [
    "limit=0",
    "limit=101",
    "limit=1e3",
    "cursor=AAAA",
    "cursor=WzFd",
    "cursor=WyJ4Il0",
    "cursor=W1sxXV0",
    "cursor=" + "A" * 500,
    "city=" + "x" * 100,
    "city=%00",
    "city=",
    "sort=name",
]


def _body(base, field, value):
    # json.dumps writes lone surrogates as escapes, which is how they reach a server
    return json.dumps({**base, field: value})


def _is_clear(answer):
    assert answer.status_code == 422, answer.text
    problem = answer.json()
    assert problem["type"] == "/problems/invalid"
    assert problem["request_id"]


@pytest.fixture
def headers(as_operator):
    return as_operator | {"Content-Type": "application/json"}


async def test_a_venue_refuses_them(client, headers, new_venue):
    for field, value in VENUE_CASES:
        body = _body(new_venue, field, value)
        answer = await client.post(f"{API}/venues", content=body, headers=headers)
        assert answer.status_code == 422, (field, value, answer.text[:300])
        _is_clear(answer)
    assert (await client.get(f"{API}/venues")).json()["items"] == []


async def test_a_room_refuses_them(client, house, headers, new_room):
    venue = await a_venue(house)
    path = f"{API}/venues/{venue.id}/rooms"
    for field, value in ROOM_CASES:
        answer = await client.post(path, content=_body(new_room, field, value), headers=headers)
        assert answer.status_code == 422, (field, value, answer.text[:300])
        _is_clear(answer)
    assert (await client.get(path)).json()["items"] == []


async def test_a_change_refuses_them(client, house, headers):
    room = await a_room(house)
    before = (await client.get(f"{API}/rooms/{room.id}")).json()
    for field, value in ROOM_CASES:
        path = f"{API}/rooms/{room.id}"
        answer = await client.patch(path, content=_body({}, field, value), headers=headers)
        assert answer.status_code == 422, (field, value, answer.text[:300])
    assert (await client.get(f"{API}/rooms/{room.id}")).json() == before


async def test_an_add_on_refuses_them(client, house, headers):
    venue = await a_venue(house)
    addon = await an_addon(house, venue)
    cases = [("name", v) for v in EVERYWHERE] + [("price", v) for v in MONEY]
    cases += [("active", 0), ("active", "yes"), ("venue_id", str(venue.id))]
    for field, value in cases:
        path = f"{API}/addons/{addon.id}"
        answer = await client.patch(path, content=_body({}, field, value), headers=headers)
        assert answer.status_code == 422, (field, value, answer.text[:300])


async def test_lists_refuse_what_they_do_not_know(client):
    for query in QUERIES:
        answer = await client.get(f"{API}/venues?{query}")
        assert answer.status_code == 422, (query, answer.text)
    for room_id in ("1", "%00", "x" * 300, "0190b3a0-0000-7000-8000"):
        assert (await client.get(f"{API}/rooms/{room_id}")).status_code == 422


async def test_bodies_that_are_no_objects_are_refused(client, headers):
    for body in ("", "[]", "null", "{", '"x"', "NaN"):
        answer = await client.post(f"{API}/venues", content=body, headers=headers)
        assert answer.status_code in {400, 422}, body


async def test_people_write_names_in_their_own_script(client, headers, new_venue):
    name = "कसबा गणपती सभागृह 🪷 O'Brien <b>"
    answer = await client.post(
        f"{API}/venues", content=json.dumps({**new_venue, "name": f"  {name} "}), headers=headers
    )
    assert answer.status_code == 201
    assert answer.json()["name"] == name
