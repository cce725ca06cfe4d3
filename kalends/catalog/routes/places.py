"""The endpoints of venues, rooms and add-ons."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from kalends.core.edge import CurrentUnit, Routes
from kalends.core.errors import NotFound
from kalends.core.paging import Page, Paged

from ..schemas import (
    AddonCreate,
    AddonQuery,
    AddonRead,
    AddonUpdate,
    HoursIn,
    HoursRead,
    RoomCreate,
    RoomPageRead,
    RoomRead,
    RoomUpdate,
    VenueCreate,
    VenueQuery,
    VenueRead,
    VenueUpdate,
    page_of,
    position,
)
from ..service import addons, rooms, venues

routes = Routes("places", feature="venues")
_GONE = {"status_code": 204, "response_class": Response}


@routes.add("GET /venues", summary="Venues, oldest first, of one city if it is named")
async def list_venues(unit: CurrentUnit, query: Annotated[VenueQuery, Query()]) -> Page[VenueRead]:
    found = await venues.list_venues(unit, query.city, position(query))
    return page_of(found, VenueRead.of)


@routes.add("POST /venues", status_code=201, summary="Open a venue")
async def create_venue(unit: CurrentUnit, body: VenueCreate) -> VenueRead:
    return VenueRead.of(await venues.create_venue(unit, body.new()))


@routes.add("GET /venues/{venue_id}", errors=[NotFound], summary="One venue")
async def get_venue(unit: CurrentUnit, venue_id: UUID) -> VenueRead:
    return VenueRead.of(await venues.get_venue(unit, venue_id))


@routes.add("PATCH /venues/{venue_id}", errors=[NotFound], summary="Change a venue")
async def change_venue(unit: CurrentUnit, venue_id: UUID, body: VenueUpdate) -> VenueRead:
    return VenueRead.of(await venues.change_venue(unit, venue_id, body.changes()))


@routes.add(
    "DELETE /venues/{venue_id}",
    errors=[NotFound],
    summary="Close a venue for good",
    description="Its rooms take no new bookings; the bookings that exist go on as agreed.",
    **_GONE,
)
async def delete_venue(unit: CurrentUnit, venue_id: UUID) -> None:
    await venues.delete_venue(unit, venue_id)


@routes.add("GET /venues/{venue_id}/rooms", errors=[NotFound], summary="The rooms of a venue")
async def list_rooms(unit: CurrentUnit, venue_id: UUID, query: Paged) -> Page[RoomRead]:
    found = await rooms.list_rooms(unit, venue_id, position(query))
    return page_of(found, RoomRead.of)


@routes.add(
    "POST /venues/{venue_id}/rooms",
    errors=[NotFound],
    status_code=201,
    summary="Add a room to a venue",
)
async def create_room(unit: CurrentUnit, venue_id: UUID, body: RoomCreate) -> RoomPageRead:
    return RoomPageRead.of_page(await rooms.create_room(unit, venue_id, body.new()))


@routes.add(
    "GET /rooms/{room_id}",
    errors=[NotFound],
    summary="One room, with its venue, hours and rating",
)
async def get_room(unit: CurrentUnit, room_id: UUID) -> RoomPageRead:
    return RoomPageRead.of_page(await rooms.show_room(unit, room_id))


@routes.add(
    "PATCH /rooms/{room_id}",
    errors=[NotFound],
    summary="Change a room",
    description="Bookings keep the price that they were made at.",
)
async def change_room(unit: CurrentUnit, room_id: UUID, body: RoomUpdate) -> RoomPageRead:
    return RoomPageRead.of_page(await rooms.change_room(unit, room_id, body.changes()))


@routes.add(
    "DELETE /rooms/{room_id}",
    errors=[NotFound],
    summary="Close a room for good",
    description="It takes no new bookings; the bookings that exist go on as agreed.",
    **_GONE,
)
async def delete_room(unit: CurrentUnit, room_id: UUID) -> None:
    await rooms.delete_room(unit, room_id)


@routes.add("GET /rooms/{room_id}/hours", errors=[NotFound], summary="When a room is open")
async def get_hours(unit: CurrentUnit, room_id: UUID) -> HoursRead:
    page = await rooms.show_room(unit, room_id)
    return HoursRead.of(page.hours, page.facts.zone)


@routes.add(
    "PUT /rooms/{room_id}/hours",
    errors=[NotFound],
    summary="Set when a room is open",
    description="Replaces the whole week and all exceptions. Existing bookings are not touched.",
)
async def replace_hours(unit: CurrentUnit, room_id: UUID, body: HoursIn) -> HoursRead:
    page = await rooms.replace_hours(unit, room_id, body.hours())
    return HoursRead.of(page.hours, page.facts.zone)


@routes.add("GET /addons", summary="The add-ons of a venue")
async def list_addons(unit: CurrentUnit, query: Annotated[AddonQuery, Query()]) -> Page[AddonRead]:
    place = (query.venue_id, query.room_id)
    found = await addons.list_addons(unit, place, position(query))
    return page_of(found, AddonRead.of)


@routes.add("POST /addons", errors=[NotFound], status_code=201, summary="Offer an add-on")
async def create_addon(unit: CurrentUnit, body: AddonCreate) -> AddonRead:
    return AddonRead.of(await addons.create_addon(unit, body.new()))


@routes.add("PATCH /addons/{addon_id}", errors=[NotFound], summary="Change an add-on")
async def change_addon(unit: CurrentUnit, addon_id: UUID, body: AddonUpdate) -> AddonRead:
    return AddonRead.of(await addons.change_addon(unit, addon_id, body.changes()))


@routes.add(
    "DELETE /addons/{addon_id}",
    errors=[NotFound],
    summary="Withdraw an add-on",
    description="Bookings that have it keep it. `PATCH` with `active: true` offers it again.",
    **_GONE,
)
async def delete_addon(unit: CurrentUnit, addon_id: UUID) -> None:
    await addons.delete_addon(unit, addon_id)
