"""Calendars from and to elsewhere as calls, and the things that they are about."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from kalends.bookings import get_booking
from kalends.core.unit import open_unit
from kalends.notifications.service.booking_links import offer_links
from tests.fixtures.places import a_room
from tests.security import sellers

if TYPE_CHECKING:
    from tests.security.world import Half, World

FEED = {"url": "https://calendars.test/busy.ics"}
SERIES: dict[str, Any] = {
    "booking": {
        "kind": "rental",
        "room_id": "{room_id}",
        "start_time": "{start}",
        "end_time": "{end}",
        "guests": 3,
    },
    "every_weeks": 1,
    "count": 3,
    "decisions": [
        {"position": 1, "choice": "skip"},
        {"position": 2, "choice": "move", "start_time": "{later}"},
    ],
}
BODIES: dict[str, Any] = {
    "POST /rooms/{room_id}/calendars": FEED,
    "POST /staff/{staff_id}/calendars": FEED,
    "POST /waitlist": {
        "booking": SERIES["booking"],
        "not_before": "{start}",
        "not_after": "{later_end}",
    },
    "POST /booking-series/preview": SERIES,
    "POST /booking-series": SERIES,
    "POST /booking-series/{series_id}/cancel": {"reason": "The club has moved."},
    "POST /bookings/{booking_id}/decline": {"reason_code": "ill", "note": "A fever."},
    "POST /bookings/{booking_id}/choose-staff": {
        "staff_id": "{staff_id}",
        "accept_total": {"amount": 50_000, "currency": "INR"},
    },
}


async def new_room_feed(world: "World", half: "Half") -> dict[str, str]:
    """A calendar that blocks a room of its own."""
    room = await a_room(world.house, half.venue)
    feed = await world.post(f"rooms/{room.id}/calendars", FEED, half.owner.headers)
    return {"room_id": str(room.id), "feed_id": feed["id"]}


async def new_staff_feed(world: "World", half: "Half") -> dict[str, str]:
    """A calendar that blocks a new member of the staff."""
    member = await sellers.new_member(world, half)
    feed = await world.post(f"staff/{member['staff_id']}/calendars", FEED, half.owner.headers)
    return member | {"staff_feed_id": feed["id"]}


async def new_diary(world: "World", half: "Half") -> dict[str, str]:
    """The secret address of somebody who makes no other one."""
    somebody = await world.hire("customer")
    told = await world.post("users/calendar-feed", None, somebody.headers)
    token = told["url"].rpartition("/")[2].removesuffix(".ics")
    return {"calendar_token": token}


async def new_link(world: "World", half: "Half") -> dict[str, str]:
    """The link of a letter by which a booking of its own is cancelled."""
    booking_id = await world.new_booking(half.customer, half.room_id)
    async with open_unit(world.house) as unit:
        links = await offer_links(unit, await get_booking(unit, UUID(booking_id)))
    assert links is not None
    assert links.cancel is not None
    return {"link_token": links.cancel.rpartition("/")[2]}


# These read the body by themselves, so that the documentation knows no shape of it.
RAW_BODIES: dict[str, Any] = {
    "POST /links/{link_token}": {
        "reason": "a change of plans",
        "start_time": "{later}",
        "day": "2030-01-01",
    }
}


async def new_series(world: "World", half: "Half") -> dict[str, str]:
    """Two weeks in a room of its own, paid at once."""
    room = await a_room(world.house, half.venue)
    times = world.next_hour()
    booking = {"room_id": str(room.id), "start_time": times["start"], "end_time": times["end"]}
    body = {"booking": booking, "count": 2}
    series = await world.post("booking-series", body, half.customer.headers)
    await world.post(f"booking-series/{series['id']}/pay", None, half.customer.headers)
    return {"room_id": str(room.id), "series_id": series["id"]}


async def new_wait(world: "World", half: "Half") -> dict[str, str]:
    """The customer waits for an hour that somebody else has."""
    room, other = await a_room(world.house, half.venue), await world.hire("customer")
    times = world.next_hour()
    wish = {"room_id": str(room.id), "start_time": times["start"], "end_time": times["end"]}
    await world.post("bookings", wish, other.headers)
    entry = await world.post("waitlist", {"booking": wish}, half.customer.headers)
    return {"room_id": str(room.id), "entry_id": entry["id"]}


QUERIES: dict[str, dict[str, str]] = {
    "GET /staff/schedule": {"staff_id": "{staff_id}", "month": "{month}"}
}
MAKERS = {
    "feed_id": new_room_feed,
    "staff_feed_id": new_staff_feed,
    "calendar_token": new_diary,
    "link_token": new_link,
    "series_id": new_series,
    "entry_id": new_wait,
}
