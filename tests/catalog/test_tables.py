"""What the database itself keeps true about places, and the indexes that searches rely on."""

import pytest
from sqlalchemy import insert, literal, select, text, update
from sqlalchemy.dialects.postgresql.asyncpg import dialect
from sqlalchemy.exc import IntegrityError

from kalends.catalog.models import Addon, Room, Venue
from kalends.core.database import constraint_of
from kalends.core.ids import new_id
from kalends.core.unit import open_unit
from tests.fixtures.places import a_room, a_venue, an_addon

REFUSED = [
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
]


@pytest.mark.req("H-210")
async def test_rooms_are_indexed_by_venue_and_by_capacity(reading):
    query = text("SELECT indexdef FROM pg_indexes WHERE tablename = 'rooms'")
    indexes = (await reading.session.execute(query)).scalars().all()
    for columns in ("(venue_id)", "(capacity)"):
        assert any(index.endswith(columns) for index in indexes)


@pytest.mark.req("H-022")
async def test_all_and_any_of_the_amenities_can_use_an_index(house):
    await a_room(house, amenities=("wifi",))
    wifi = literal(["wifi"], Room.amenities.type)
    async with open_unit(house) as unit:
        await unit.session.execute(text("SET LOCAL enable_seqscan = off"))
        connection = await unit.session.connection()
        for operator in ("@>", "&&"):
            query = select(Room.id).where(Room.amenities.op(operator)(wifi))
            explain = f"EXPLAIN {query.compile(dialect=dialect())}"
            plan = (await connection.exec_driver_sql(explain, (["wifi"],))).scalars().all()
            assert any("ix_rooms_amenities" in line for line in plan)


async def test_the_database_refuses_what_cannot_be(house):
    venue = await a_venue(house)
    await a_room(house, venue)
    await an_addon(house, venue)
    for table, change, constraint in REFUSED:
        with pytest.raises(IntegrityError) as refused:
            async with open_unit(house) as unit:
                await unit.session.execute(update(table).values(change))
        assert constraint_of(refused.value) == constraint


@pytest.mark.req("C-46")
async def test_the_database_keeps_an_add_ons_room_inside_its_venue(house):
    venue, elsewhere = await a_venue(house), await a_room(house)
    row = {"venue_id": venue.id, "room_id": elsewhere.id, "name": "x", "price": 1}
    addon = insert(Addon).values(**row, id=new_id(), currency="INR")
    with pytest.raises(IntegrityError) as refused:
        async with open_unit(house) as unit:
            await unit.session.execute(addon)
    assert constraint_of(refused.value) == "fk_addons_room_of_venue"
