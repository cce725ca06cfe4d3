"""GET /search/rooms: every filter, the answer's shape, and the widening of a search that finds little."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

from kalends.app.asgi import create_app
from kalends.catalog import Hours, change_room, replace_hours
from kalends.catalog.service.rooms import delete_room
from kalends.catalog.service.venues import change_venue
from kalends.core.house import House
from kalends.core.unit import open_unit
from kalends.discovery.schemas import ResultRead, SearchRead
from tests.discovery.searching import SEARCH, ahead, found, indian, search
from tests.fixtures.deals import scalar
from tests.fixtures.people import operator, signed_up
from tests.fixtures.places import a_room, a_venue
from tests.performance.statements import counted

TOMORROW = ahead(1).isoformat()


@pytest.mark.req("H-019")
async def test_a_search_by_city_finds_the_rooms_of_that_city_however_it_is_written(
    house: House, client: httpx.AsyncClient
) -> None:
    mumbai = await a_venue(house, city="Mumbai")
    await a_room(house, mumbai, name="Sea Room")
    await a_room(house, name="Hill Room")
    assert await found(client, city="mumbai", date=TOMORROW) == ["Sea Room"]
    assert await found(client, city="Thane", date=TOMORROW) == []


@pytest.mark.req("H-021")
async def test_a_search_by_capacity_puts_rooms_that_are_large_enough_first(
    house: House, client: httpx.AsyncClient
) -> None:
    for seats in (20, 49, 50, 51, 200, 300, 400):
        await a_room(house, name=f"for {seats}", capacity=seats)
    names = await found(client, capacity=50, date=TOMORROW)
    assert names == ["for 50", "for 51", "for 200", "for 300", "for 400"]


@pytest.mark.req("H-022")
async def test_a_search_by_amenities_wants_all_of_them_while_enough_rooms_have_them(
    house: House, client: httpx.AsyncClient
) -> None:
    venue = await a_venue(house)
    for number in range(5):
        await a_room(house, venue, name=f"both {number}", amenities=("stage", "wifi"))
    await a_room(house, venue, name="one", amenities=("wifi",))
    names = await found(client, amenities=["wifi", "stage"], date=TOMORROW)
    assert names == [f"both {number}" for number in range(5)]


@pytest.mark.req("H-023")
async def test_a_search_by_price_includes_both_ends(
    house: House, client: httpx.AsyncClient
) -> None:
    for rate in (9999, 10000, 20000, 20001):
        await a_room(house, name=str(rate), rate=rate)
    names = await found(client, min_price=10000, max_price=20000, date=TOMORROW)
    assert names == ["10000", "20000"]


@pytest.mark.req("H-020")
async def test_a_room_without_a_free_time_on_the_day_is_no_result(
    house: House, client: httpx.AsyncClient
) -> None:
    await a_room(house, name="open")
    await a_room(house, name="closed", hours="never")
    assert await found(client, date=TOMORROW) == ["open"]


async def test_places_around_a_point_come_nearest_first_with_their_distance(
    house: House, client: httpx.AsyncClient
) -> None:
    for name, lat in (("far", 18.60), ("near", 18.53), ("nearer", 18.525), ("other town", 19.5)):
        await a_room(house, await a_venue(house, lat=lat, lng=73.85), name=name)
    answer = await search(client, lat=18.52, lng=73.85, radius_km=10, date=TOMORROW)
    assert [(r["name"], r["distance_km"]) for r in answer["results"]] == [
        ("nearer", 0.56),
        ("near", 1.11),
        ("far", 8.9),
    ]


UNTIL_TWO = """
    SELECT extract(epoch FROM date_trunc('day', kalends_now()) + interval '26 hours' - kalends_now())::int
"""
PassTime = Callable[..., Awaitable[None]]


@pytest.mark.req("H-024", "H-161")
async def test_the_answer_echoes_the_query_and_has_the_documented_shape(
    house: House, client: httpx.AsyncClient
) -> None:
    venue = await a_venue(house)
    photos = ("https://photos.example.com/1.jpg",)
    room = await a_room(
        house, venue, hours="nine_to_nine", amenities=("sound_system", "wifi"), photos=photos
    )
    wishes: dict[str, Any] = {"city": "Pune", "date": TOMORROW, "capacity": 30}
    answer = await search(client, **wishes, amenities=["WiFi", "sound-system"])
    (result,) = answer["results"]
    assert result == {
        "room_id": str(room.id),
        "name": "Courtyard Room",
        "venue_id": str(venue.id),
        "venue": "Kasba Hall",
        "city": "Pune",
        "time_zone": "Asia/Kolkata",
        "capacity": 50,
        "rate_per_hour": {"amount": 35000, "currency": "INR"},
        "available_slots": [{"start": indian(ahead(1), 9), "end": indian(ahead(1), 21)}],
        "amenities": ["sound_system", "wifi"],
        "average_rating": None,
        "photos": list(photos),
        "relaxed": [],
        "distance_km": None,
    }
    assert answer["count"] == 1
    assert set(result) == set(ResultRead.model_fields)
    SearchRead.model_validate(answer)


@pytest.mark.req("H-161")
async def test_the_answer_says_what_was_asked(client: httpx.AsyncClient) -> None:
    wishes: dict[str, Any] = {"city": "Pune", "date": TOMORROW, "capacity": 30}
    answer = await search(client, **wishes, amenities=["WiFi", "sound-system"])
    assert answer["query"] == {
        "city": "Pune",
        "date": TOMORROW,
        "min_capacity": 30,
        "amenities": ["wifi", "sound_system"],
        "min_price": None,
        "max_price": None,
        "lat": None,
        "lng": None,
        "radius_km": None,
        "favourites_only": False,
        "limit": 20,
    }


async def test_the_schema_of_the_answer_is_in_the_documentation(client: httpx.AsyncClient) -> None:
    schema = (await client.get("/openapi.json")).json()
    answer = schema["paths"][SEARCH]["get"]["responses"]["200"]["content"]["application/json"]
    assert answer["schema"] == {"$ref": "#/components/schemas/SearchRead"}


@pytest.mark.req("H-125", "H-126", "H-127", "H-128")
async def test_a_search_that_finds_little_is_widened_step_by_step_and_says_so(
    house: House, client: httpx.AsyncClient
) -> None:
    await a_room(house, name="exact", amenities=("stage", "wifi"), rate=90000)
    await a_room(house, name="no stage", amenities=("wifi",))
    await a_room(house, name="small", amenities=("stage", "wifi"), capacity=39)
    await a_room(house, name="small, no wifi", amenities=("stage",), capacity=39)
    await a_room(house, name="neither", amenities=("piano",), rate=1)
    answer = await search(client, capacity=40, amenities=["stage", "wifi"], date=TOMORROW)
    assert [(r["name"], r["relaxed"]) for r in answer["results"]] == [
        ("exact", []),
        ("no stage", ["amenities"]),
        ("small", ["capacity"]),
        ("small, no wifi", ["amenities", "capacity"]),
    ]
    assert answer["count"] == 4


async def test_rooms_that_are_not_free_do_not_count_as_results_of_a_step(
    house: House, client: httpx.AsyncClient
) -> None:
    for number in range(5):
        await a_room(house, name=f"closed {number}", amenities=("stage", "wifi"), hours="never")
    await a_room(house, name="no stage", amenities=("wifi",))
    assert await found(client, amenities=["stage", "wifi"], date=TOMORROW) == ["no stage"]


async def test_price_and_city_are_never_relaxed(house: House, client: httpx.AsyncClient) -> None:
    await a_room(house, name="dear", rate=50000, amenities=("wifi",))
    assert await found(client, max_price=49999, amenities=["wifi"], date=TOMORROW) == []
    assert await found(client, city="Nashik", capacity=10, date=TOMORROW) == []


async def test_a_search_looks_on_until_it_has_as_many_free_rooms_as_wanted(
    house: House, client: httpx.AsyncClient
) -> None:
    venue = await a_venue(house)
    for number in range(4):
        await a_room(house, venue, name=f"a cheap closed one {number}", rate=1, hours="never")
    await a_room(house, venue, name="dear one")
    assert await found(client, limit=2, date=TOMORROW) == ["dear one"]


async def test_without_a_date_a_search_is_for_today_at_each_place(
    house: House, client: httpx.AsyncClient, pass_time: PassTime
) -> None:
    # At 02:00 UTC it is afternoon at both places; late in an evening nothing would be left of the day.
    await pass_time(seconds=await scalar(house, UNTIL_TWO), run=False)
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):  # never on the same date
        await a_room(house, await a_venue(house, zone=zone), name=zone)
    answer = await search(client)
    ends = {r["name"]: r["available_slots"][-1]["end"] for r in answer["results"]}
    assert answer["query"]["date"] is None
    assert ends["Pacific/Kiritimati"].endswith("T10:00:00Z")
    assert ends["Pacific/Pago_Pago"].endswith("T11:00:00Z")


async def test_inactive_and_deleted_rooms_are_no_results(
    house: House, client: httpx.AsyncClient
) -> None:
    staff = await operator(house, client)
    hidden, gone = await a_room(house, name="hidden"), await a_room(house, name="gone")
    patched = await client.patch(
        f"/api/v2/rooms/{hidden.id}", json={"status": "inactive"}, headers=staff
    )
    deleted = await client.delete(f"/api/v2/rooms/{gone.id}", headers=staff)
    assert (patched.is_success, deleted.is_success) == (True, True)
    assert await found(client, date=TOMORROW) == []


async def test_the_documented_path_without_a_prefix_works_too(
    house: House, client: httpx.AsyncClient
) -> None:
    await a_room(house)
    answer = await client.get("/search/rooms", params={"city": "Pune", "date": TOMORROW})
    assert answer.json()["count"] == 1


@pytest.mark.req("H-216")
async def test_the_hundred_and_first_search_of_a_minute_is_refused(
    house: House, client: httpx.AsyncClient
) -> None:
    allowance = house.profile.rate_limits["search"]
    assert (allowance.limit, allowance.per_seconds) == (100, 60)
    caller = {"X-Forwarded-For": "203.0.113.9"}
    past = {"date": "2020-01-01"}
    answers = [await client.get(SEARCH, params=past, headers=caller) for _ in range(104)]
    statuses = [answer.status_code for answer in answers]
    assert statuses[:100] == [200] * 100
    assert statuses[-1] == 429
    assert int(answers[-1].headers["retry-after"]) >= 1


async def test_a_search_costs_two_statements_and_a_widened_one_four(
    house: House, client: httpx.AsyncClient
) -> None:
    await a_room(house)
    await a_room(house, capacity=5)
    headers = await signed_up(client)
    await search(client, date=TOMORROW, headers=headers)  # the rooms' facts are read once
    for caller in ({}, headers):
        with counted(house) as sent:
            await search(client, date=TOMORROW, city="Pune", headers=caller)
            await search(client, date=TOMORROW, capacity=10, headers=caller)
        searching = [statement for statement in sent if "rate_buckets" not in statement]
        assert len(searching) == 2 + 4  # who asks, when, and the rooms; what is taken


async def test_what_was_remembered_of_a_room_is_never_what_it_was(
    house: House, client: httpx.AsyncClient
) -> None:
    room = await a_room(house, name="Old", capacity=5)
    assert await found(client, date=TOMORROW) == ["Old"]
    async with open_unit(house) as unit:
        await change_room(unit, room.id, {"name": "New"})
    assert await found(client, date=TOMORROW) == ["New"]
    async with open_unit(house) as unit:
        await change_venue(unit, room.venue_id, {"name": "Elsewhere"})
        await replace_hours(unit, room.id, Hours(((ahead(1).weekday(), 600, 660),)))
    (result,) = (await search(client, date=TOMORROW))["results"]
    assert result["venue"] == "Elsewhere"
    free = [(slot["start"], slot["end"]) for slot in result["available_slots"]]
    assert free == [(indian(ahead(1), 10), indian(ahead(1), 11))]
    async with open_unit(house) as unit:
        await delete_room(unit, room.id)
    assert await found(client, date=TOMORROW) == []


async def test_without_the_feature_there_are_no_favourites(house: House) -> None:
    features = house.profile.features.model_copy(update={"favourites": False})
    plain = replace(house, profile=house.profile.model_copy(update={"features": features}))
    transport = httpx.ASGITransport(create_app(plain))
    async with httpx.AsyncClient(transport=transport, base_url="http://kalends.test") as client:
        assert (await client.get("/api/v2/favourites")).status_code == 404
        refused = await client.get(SEARCH, params={"favourites_only": True})
        assert refused.status_code == 422
        assert (await client.get(SEARCH)).status_code == 200
