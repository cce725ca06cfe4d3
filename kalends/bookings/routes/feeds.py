"""Calendars of other systems that block rooms and staff."""

from uuid import UUID

from fastapi import Response

from kalends.core.edge import CurrentUnit, Routes
from kalends.core.errors import NotFound

from ..errors import TooManyCalendars
from ..schemas.feeds import FeedCreate, FeedList, FeedRead
from ..service.feeds import following

feed_routes = Routes("calendars", feature="calendars")
_GONE = {"status_code": 204, "response_class": Response}
_ABOUT = (
    "It is read again and again; what it says is busy cannot be booked. Where a booking stands in the way, "
    "the booking stays and the clash is listed."
)


@feed_routes.add(
    "GET /rooms/{room_id}/calendars", errors=[NotFound], summary="The calendars that block a room"
)
async def calendars_of_room(unit: CurrentUnit, room_id: UUID) -> FeedList:
    return FeedList.of(await following.followed(unit, "room", room_id))


@feed_routes.add(
    "POST /rooms/{room_id}/calendars",
    errors=[NotFound, TooManyCalendars],
    status_code=201,
    summary="Block a room by a calendar from elsewhere",
    description=_ABOUT,
)
async def block_room(unit: CurrentUnit, room_id: UUID, body: FeedCreate) -> FeedRead:
    return FeedRead.of(await following.follow(unit, "room", room_id, body.url))


@feed_routes.add(
    "DELETE /rooms/{room_id}/calendars/{feed_id}",
    errors=[NotFound],
    summary="Stop reading a room's calendar",
    **_GONE,
)
async def free_room(unit: CurrentUnit, room_id: UUID, feed_id: UUID) -> None:
    await following.unfollow(unit, "room", room_id, feed_id)


@feed_routes.add(
    "GET /staff/{staff_id}/calendars",
    errors=[NotFound],
    summary="The calendars that block somebody",
)
async def calendars_of_staff(unit: CurrentUnit, staff_id: UUID) -> FeedList:
    return FeedList.of(await following.followed(unit, "staff", staff_id))


@feed_routes.add(
    "POST /staff/{staff_id}/calendars",
    errors=[NotFound, TooManyCalendars],
    status_code=201,
    summary="Block somebody by a calendar from elsewhere",
    description=_ABOUT,
)
async def block_staff(unit: CurrentUnit, staff_id: UUID, body: FeedCreate) -> FeedRead:
    return FeedRead.of(await following.follow(unit, "staff", staff_id, body.url))


@feed_routes.add(
    "DELETE /staff/{staff_id}/calendars/{staff_feed_id}",
    errors=[NotFound],
    summary="Stop reading somebody's calendar",
    **_GONE,
)
async def free_staff(unit: CurrentUnit, staff_id: UUID, staff_feed_id: UUID) -> None:
    await following.unfollow(unit, "staff", staff_id, staff_feed_id)
