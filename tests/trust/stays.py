"""Bookings whose time is over, for reviews of them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx

from kalends import bookings
from kalends.catalog import RoomFacts
from kalends.core.clock import advance, marketplace_now
from kalends.core.house import House
from kalends.core.principal import ActorKind
from kalends.core.states import Order, fire
from kalends.core.timekeeper import fire_due
from kalends.core.unit import open_unit

REVIEWS = "/api/v2/reviews"
Headers = dict[str, str]


async def booked(
    house: House, client: httpx.AsyncClient, headers: Headers, room: RoomFacts, *, in_hours: int = 1
) -> str:
    """The id of a confirmed booking of one hour, so many hours from now."""
    async with open_unit(house) as unit:
        now = await marketplace_now(unit.session)
    start = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1 + in_hours)
    times = (start, start + timedelta(hours=1))
    body = {
        "room_id": str(room.id),
        "start_time": times[0].isoformat(),
        "end_time": times[1].isoformat(),
    }
    answer = await client.post("/api/v2/bookings", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    booking_id: str = answer.json()["id"]
    async with open_unit(house) as unit:
        await fire(unit, bookings.MACHINE, UUID(booking_id), "pay", Order(ActorKind.gateway))
    return booking_id


async def later(house: House, *, hours: int = 0, days: int = 0) -> None:
    """Let time pass, with the timers that fall due in it; nothing else runs."""
    async with open_unit(house) as unit:
        await advance(unit.session, 3600 * (hours + 24 * days))
    await fire_due(house)


async def stayed(house: House, client: httpx.AsyncClient, headers: Headers, room: RoomFacts) -> str:
    """The id of a booking that was completed a moment ago."""
    booking_id = await booked(house, client, headers, room)
    await later(house, hours=4)
    return booking_id


async def review(
    client: httpx.AsyncClient, headers: Headers, booking_id: str, **more: Any
) -> dict[str, Any]:
    """The new review of the booking."""
    body = {"booking_id": booking_id, "rating": 4, "comment": "Cool and quiet."} | more
    answer = await client.post(REVIEWS, json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    return answer.json()
