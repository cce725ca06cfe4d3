"""Making, changing, finding and closing rooms."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from kalends.core.errors import Invalid, NotFound
from kalends.core.paging import Slice
from kalends.core.reading import Reading
from kalends.core.unit import Unit

from ..access import access_page, access_room, access_venue, see_room, see_venue, visible_statuses
from ..events import RoomChanged
from ..repository import finding
from ..repository import rooms as stored
from ..rules import check_hours
from ..types import Hours, NewRoom, PlaceStatus, RoomFacts, RoomFilter, RoomPage
from .audit import difference, note
from .prices import accept_price


async def get_room(unit: Unit, room_id: UUID) -> RoomFacts:
    """A room that was not deleted, whoever asks; `status` says whether it can be booked. Raises NotFound."""
    room = (await stored.rooms_by_id(unit, [room_id])).get(room_id)
    if room is None or room.status is PlaceStatus.deleted:
        raise NotFound
    return room


async def rooms_by_id(unit: Unit, ids: Collection[UUID]) -> dict[UUID, RoomFacts]:
    """Those of the rooms that ever were, deleted ones too: old bookings and favourites name them."""
    return await stored.rooms_by_id(unit, ids)


async def find_rooms(reading: Reading, wanted: RoomFilter) -> list[RoomFacts]:
    """The rooms that can be booked and fit the filter, by id. One statement, and one for rooms not seen before."""
    return await finding.find_rooms(reading, wanted)


async def show_room(unit: Unit, room_id: UUID) -> RoomPage:
    """The room's page; an inactive one only for who may run its venue. Raises NotFound."""
    return await see_room(unit, room_id)


async def list_rooms(unit: Unit, venue_id: UUID, page: tuple[int, UUID | None]) -> Slice[RoomFacts]:
    """A venue's rooms, oldest first; who may run it sees inactive ones too. Raises NotFound."""
    venue = await see_venue(unit, venue_id)
    return await stored.rooms_of(unit, venue_id, visible_statuses(unit.principal, venue), page)


async def create_room(unit: Unit, venue_id: UUID, new: NewRoom) -> RoomPage:
    """Add a room to a venue that one may run. Raises NotFound, Invalid for its price or hours."""
    await access_venue(unit, venue_id)
    accept_price(unit, new.rate)
    accepted = replace(new, hours=accept_hours(new.hours))
    room_id = await stored.add_room(unit, venue_id, accepted)
    unit.emit(RoomChanged(room_id=room_id))
    await note(unit, "room.created", room_id, {"name": new.name, "rate": str(new.rate)})
    return await access_page(unit, room_id)


async def change_room(unit: Unit, room_id: UUID, changes: Mapping[str, Any]) -> RoomPage:
    """Set the named fields of a room, `rate` as Money; none changes nothing.

    Bookings keep the price that they were made at. Raises NotFound, Invalid for a price.
    """
    before = await access_page(unit, room_id)
    if not changes:
        return before
    columns = dict(changes)
    if "rate" in columns:
        rate = accept_price(unit, columns.pop("rate"))
        columns |= {"rate_per_hour": rate.amount, "currency": rate.currency}
    await stored.change_room(unit, room_id, columns)
    unit.emit(RoomChanged(room_id=room_id))
    known = asdict(before.facts) | {"description": before.description, "status": before.own_status}
    await note(unit, "room.changed", room_id, difference(known, changes))
    return await access_page(unit, room_id)


async def delete_room(unit: Unit, room_id: UUID) -> None:
    """Take a room out of the catalogue for good. Raises NotFound.

    The catalogue does not know bookings: those that exist go on as agreed, new ones are refused.
    """
    before = await access_room(unit, room_id)
    await stored.change_room(unit, room_id, {"status": PlaceStatus.deleted.value})
    unit.emit(RoomChanged(room_id=room_id))
    await note(unit, "room.deleted", room_id, {"name": before.name})


async def replace_hours(unit: Unit, room_id: UUID, hours: Hours) -> RoomPage:
    """Give a room these weekly hours and exceptions instead of all that it had.

    Bookings that were made inside the old ones go on. Raises NotFound, Invalid for overlapping
    periods, two exceptions on a date, or more than 400 of them.
    """
    await access_room(unit, room_id)
    accepted = accept_hours(hours)
    await stored.set_hours(unit, room_id, accepted)
    unit.emit(RoomChanged(room_id=room_id))
    await note(unit, "room.hours_changed", room_id, {"exceptions": len(accepted.days)})
    return await access_page(unit, room_id)


async def set_rating(unit: Unit, room_id: UUID, hundredths: int | None, count: int) -> None:
    """Store what the reviews of a room say: their average (100 to 500, None without any) and number."""
    values = {"rating_hundredths": hundredths, "rating_count": count}
    await stored.change_room(unit, room_id, values)
    unit.emit(RoomChanged(room_id=room_id))


def accept_hours(hours: Hours) -> Hours:
    """The hours, sorted. Raises Invalid with the rule that they break."""
    try:
        return check_hours(hours)
    except ValueError as error:
        raise Invalid(str(error)) from error
