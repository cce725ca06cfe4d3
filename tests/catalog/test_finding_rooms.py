"""The loader that search, quotes and bookings use."""

from uuid import uuid4

import pytest

from kalends.catalog import RoomFilter, change_room, find_rooms, get_room, rooms_by_id
from kalends.catalog.service.venues import change_venue
from kalends.core.errors import NotFound
from kalends.core.reading import Reading
from kalends.core.unit import open_unit
from tests.fixtures.places import a_room, a_venue

CASES = [
    ({}, {"Snug", "Stage", "Grand", "Bay", "Dateline"}),
    ({"city": "pUNE"}, {"Snug", "Stage", "Grand"}),
    ({"city": "Pune%"}, set()),
    ({"city": "Pune", "min_capacity": 80}, {"Stage", "Grand"}),
    ({"amenities": ("wifi", "stage")}, {"Stage"}),
    ({"amenities": ("wifi", "stage"), "any_amenity": True}, {"Snug", "Stage", "Grand"}),
    ({"amenities": ("helipad",), "any_amenity": True}, set()),
    ({"city": "Pune", "min_price": 50000}, {"Stage", "Grand"}),
    ({"city": "Pune", "min_price": 10000, "max_price": 50000}, {"Snug", "Stage"}),
    ({"box": (18.0, 18.9, 73.0, 74.0)}, {"Snug", "Stage", "Grand"}),
    ({"box": (-20.0, -10.0, 179.0, -179.0)}, {"Dateline"}),
    ({"ids": frozenset()}, set()),
]


async def _names(unit, **wanted):
    return {room.name for room in await find_rooms(Reading.of(unit), RoomFilter(**wanted))}


@pytest.fixture
async def rooms(house):
    """Three rooms in Pune, one in Mumbai, one beyond the 180th meridian."""
    pune = await a_venue(house)
    mumbai = await a_venue(house, city="Mumbai", lat=19.07, lng=72.87)
    taveuni = await a_venue(house, city="Taveuni", lat=-16.8, lng=-179.9, zone="Pacific/Fiji")
    made = [
        await a_room(house, pune, rate=10000, capacity=10, name="Snug", amenities=("wifi",)),
        await a_room(
            house, pune, rate=50000, capacity=80, name="Stage", amenities=("wifi", "stage")
        ),
        await a_room(house, pune, rate=90000, capacity=200, name="Grand", amenities=("stage",)),
        await a_room(house, mumbai, rate=50000, capacity=80, name="Bay"),
        await a_room(house, taveuni, rate=50000, capacity=80, name="Dateline"),
    ]
    return {room.name: room for room in made}


@pytest.mark.req("H-019", "H-021", "H-022", "H-023")
async def test_each_filter_narrows_as_it_says(reading, rooms):
    found = [(wanted, await _names(reading, **wanted)) for wanted, _ in CASES]
    assert found == CASES


async def test_a_search_among_given_rooms_stays_among_them(reading, rooms):
    ids = frozenset({rooms["Snug"].id, rooms["Bay"].id, uuid4()})
    assert await _names(reading, ids=ids) == {"Snug", "Bay"}


async def test_at_most_the_limit_is_found_in_a_stable_order(reading, rooms):
    found = await find_rooms(Reading.of(reading), RoomFilter(limit=3))
    assert found == sorted(rooms.values(), key=lambda room: room.id)[:3]


async def test_what_takes_no_bookings_is_not_found(house, reading, rooms):
    async with open_unit(house) as unit:
        await change_room(unit, rooms["Snug"].id, {"status": "inactive"})
        await change_venue(unit, rooms["Bay"].venue_id, {"status": "inactive"})
    assert await _names(reading) == {"Stage", "Grand", "Dateline"}
    facts = await rooms_by_id(reading, [room.id for room in rooms.values()])
    assert {r.name for r in facts.values() if r.status == "inactive"} == {"Snug", "Bay"}


async def test_facts_come_back_whole_whichever_way_they_are_asked_for(reading, rooms):
    stage = rooms["Stage"]
    assert await get_room(reading, stage.id) == stage
    assert {stage: 1}[await get_room(reading, stage.id)] == 1
    assert (await rooms_by_id(reading, [stage.id, uuid4()])) == {stage.id: stage}
    assert await find_rooms(Reading.of(reading), RoomFilter(ids=frozenset({stage.id}))) == [stage]


async def test_a_room_that_never_was_is_not_found(reading):
    with pytest.raises(NotFound):
        await get_room(reading, uuid4())


async def test_any_number_of_rooms_is_one_statement(reading, rooms, statements):
    for cost in (2, 1):  # the facts are read when a room is first seen
        with statements() as seen:
            await find_rooms(Reading.of(reading), RoomFilter(city="Pune", amenities=("wifi",)))
        assert len(seen) == cost
    with statements() as seen:
        await rooms_by_id(reading, [room.id for room in rooms.values()])
        assert await rooms_by_id(reading, []) == {}
    assert len(seen) == 1
