"""The tables of bookings: their fields and the indexes that lists stand on."""

import httpx
import pytest
from sqlalchemy import text

from kalends.bookings.models import Booking, BookingLine
from kalends.core.house import House
from kalends.core.unit import open_unit
from tests.fixtures.deals import API, at_hour, booked, rental, scalar
from tests.fixtures.people import signed_up
from tests.fixtures.places import a_room, a_venue, an_addon


@pytest.mark.req("H-209", "C-92")
@pytest.mark.parametrize(
    "condition",
    [
        "customer_id = '00000000-0000-0000-0000-000000000001' ORDER BY created_at DESC, id DESC",
        "room_id = '00000000-0000-0000-0000-000000000001' AND state = 'confirmed'",
        "start_at >= now() AND start_at < now() + interval '1 day'",
        "venue_id = '00000000-0000-0000-0000-000000000001' ORDER BY created_at DESC, id DESC",
    ],
)
async def test_every_list_of_bookings_has_an_index(house: House, condition: str) -> None:
    async with open_unit(house) as unit:
        for way in ("seqscan", "bitmapscan", "sort"):  # the table is too small to decide by itself
            await unit.session.execute(text(f"SET LOCAL enable_{way} = off"))
        plan = await unit.session.execute(text(f"EXPLAIN SELECT * FROM bookings WHERE {condition}"))  # noqa: S608 - our own words
        lines = [row[0] for row in plan]
    assert any("Index Scan" in line or "Bitmap Index Scan" in line for line in lines), lines
    assert not any("Sort" in line for line in lines if "ORDER" in condition)


@pytest.mark.req("H-151", "H-233", "H-235")
def test_the_fields_that_were_asked_for_are_there() -> None:
    booking, line = set(Booking.__table__.c.keys()), set(BookingLine.__table__.c.keys())
    assert booking >= {
        "id", "room_id", "start_at", "end_at", "state", "total", "rescheduled", "created_at", "updated_at",
    }  # fmt: skip
    assert line >= {"booking_id", "ref_id", "quantity", "unit_price", "subtotal"}


@pytest.mark.req("H-121", "H-143", "C-45")
async def test_an_addons_price_is_kept_as_it_was(house: House, client: httpx.AsyncClient) -> None:
    venue = await a_venue(house)
    room, tea = await a_room(house, venue), await an_addon(house, venue, "Tea", price=2500)
    addons = [{"addon_id": str(tea.id), "quantity": 3}]
    await booked(
        client, await signed_up(client), rental(room.id, await at_hour(house), addons=addons)
    )
    query = "SELECT quantity || '×' || unit_price || '=' || subtotal FROM booking_lines WHERE kind = 'addon'"
    assert await scalar(house, query) == "3×2500=7500"


@pytest.mark.req("H-035")
async def test_an_unpaid_booking_can_be_cancelled(house: House, client: httpx.AsyncClient) -> None:
    room, me = await a_room(house), await signed_up(client)
    booking = await booked(client, me, rental(room.id, await at_hour(house)))
    done = await client.post(
        f"{API}/bookings/{booking['id']}/cancel", json={"reason": "x"}, headers=me
    )
    assert done.json()["booking"]["label"] == "cancelled"
