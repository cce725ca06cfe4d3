"""Favourites: rooms that somebody wants to find again."""

from uuid import UUID

from kalends.catalog import PlaceStatus, RoomFacts, get_room, rooms_by_id
from kalends.core.paging import PageQuery, Slice
from kalends.core.unit import Unit

from .. import repository
from ..types import FavouritePlace, Toggled


async def toggle_favourite(unit: Unit, room_id: UUID) -> Toggled:
    """Make the room a favourite, or no longer one. Raises NotFound for a room that there is not."""
    removed = await repository.remove_favourite(unit, room_id)
    if not removed:
        await get_room(unit, room_id)
        await repository.add_favourite(unit, room_id)
    counts = await repository.favourite_counts(unit, [room_id])
    return Toggled(room_id, not removed, counts[room_id])


async def list_favourites(unit: Unit, page: PageQuery) -> Slice[FavouritePlace[RoomFacts]]:
    """One's own favourites, newest first. Rooms that were deleted since are left out."""
    found = await repository.favourites_page(unit, page)
    ids = [room_id for room_id, _ in found.rows]
    rooms = await rooms_by_id(unit, ids)
    counts = await repository.favourite_counts(unit, ids)
    listed = [
        FavouritePlace(room, counts[room_id], at, room.status is PlaceStatus.active)
        for room_id, at in found.rows
        if (room := rooms[room_id]).status is not PlaceStatus.deleted
    ]
    return Slice(listed, found.next_cursor)
