"""What the database itself keeps true about places, and the indexes that searches rely on."""

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError

from kalends.catalog.models import Addon, Room, Venue
from kalends.core.database import constraint_of
from kalends.core.unit import open_unit
from tests.fixtures.places import a_room, a_venue, an_addon


@pytest.mark.req("H-210")
async def test_rooms_are_indexed_by_venue_and_by_capacity(reading):
    query = text("SELECT indexdef FROM pg_indexes WHERE tablename = 'rooms'")
    indexes = (await reading.session.execute(query)).scalars().all()
    for columns in ("(venue_id)", "(capacity)"):
        assert any(index.endswith(columns) for index in indexes)


@pytest.mark.req("H-022")
@pytest.mark.parametrize("operator", ["@>", "&&"])
async def test_all_and_any_of_the_amenities_can_use_an_index(house, operator):
    await a_room(house, amenities=("wifi",))
    async with open_unit(house) as unit:
        await unit.session.execute(text("SET LOCAL enable_seqscan = off"))
        explain = (
            f"EXPLAIN SELECT id FROM rooms WHERE amenities {operator} ARRAY['wifi']::varchar[]"
        )
        plan = (await unit.session.execute(text(explain))).scalars().all()
    assert any("ix_rooms_amenities" in line for line in plan)


@pytest.mark.parametrize(
    ("table", "change", "constraint"),
    [
        (Room, {"capacity": 0}, "ck_rooms_capacity_positive"),
        (Room, {"rate_per_hour": 0}, "ck_rooms_rate_positive"),
        (Room, {"currency": "inr"}, "ck_rooms_currency"),
        (Room, {"status": "lost"}, "ck_rooms_status"),
        (Room, {"rating_hundredths": 501}, "ck_rooms_rating_range"),
        (Room, {"rating_count": -1}, "ck_rooms_rating_count_not_negative"),
        (Venue, {"capacity": 0}, "ck_venues_capacity_positive"),
        (Venue, {"lat": 90.5}, "ck_venues_lat_range"),
        (Venue, {"lng": -180.5}, "ck_venues_lng_range"),
        (Addon, {"price": 0}, "ck_addons_price_positive"),
    ],
)
async def test_the_database_refuses_what_cannot_be(house, table, change, constraint):
    venue = await a_venue(house)
    await a_room(house, venue)
    await an_addon(house, venue)
    with pytest.raises(IntegrityError) as refused:
        async with open_unit(house) as unit:
            await unit.session.execute(table.__table__.update().values(change))
    assert constraint_of(refused.value) == constraint


@pytest.mark.req("C-46")
async def test_the_database_keeps_an_add_ons_room_inside_its_venue(house):
    venue, elsewhere = await a_venue(house), await a_room(house)
    addon = await an_addon(house, venue)
    row = {"venue_id": venue.id, "name": "x", "price": 1, "currency": "INR"}
    with pytest.raises(IntegrityError) as refused:
        async with open_unit(house) as unit:
            values = row | {"id": addon.venue_id, "room_id": elsewhere.id}
            await unit.session.execute(insert(Addon).values(values))
    assert constraint_of(refused.value) == "fk_addons_room_of_venue"
