"""Searching rooms: what fits, is free on the day, and where little is, what nearly fits."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from kalends.bookings import free_slots
from kalends.catalog import RoomFacts, RoomFilter, find_rooms
from kalends.core.errors import Invalid
from kalends.core.geography import box_around
from kalends.core.reading import Reading

from ..access import check_favourites
from ..repository import favourite_ids
from ..rules.relevance import can_be_widened, matches, may_be_free, widened
from ..types import Fit, Found, Match, Slots, Wanted

MOST_ROOMS = 500


async def search_rooms(reading: Reading, wanted: Wanted) -> list[Found[RoomFacts]]:
    """Rooms with a free time on the day, in the order of `rules.relevance`, at most `wanted.limit`.

    With fewer than `search.fallback_below` exact ones, the search is widened step by step. Looks at
    `MOST_ROOMS` rooms per step. Raises Invalid for a radius beyond the profile's, and Unauthenticated
    when a stranger asks for favourites.
    """
    await _check(reading, wanted)
    among = await favourite_ids(reading) if wanted.favourites_only else None
    exact = await find_rooms(reading, _filter(wanted, among, exact=True))
    if wanted.day and not may_be_free(wanted.day, reading.now, reading.profile.booking.window_days):
        return []
    found = await _free(reading, matches(exact, wanted), wanted)
    enough = reading.profile.search.fallback_below
    if len(found) < min(enough, wanted.limit) and can_be_widened(wanted):
        wider = await find_rooms(reading, _filter(wanted, among, exact=False))
        more = [match for match in matches(wider, wanted) if match.fit is not Fit.exact]
        found = widened([*found, *await _free(reading, more, wanted)], enough)
    return found[: wanted.limit]


async def _check(reading: Reading, wanted: Wanted) -> None:
    furthest = reading.profile.search.max_radius_km
    if wanted.near and wanted.near.radius_km > furthest:
        raise Invalid(f"radius_km goes up to {furthest}; search a smaller circle")
    if wanted.favourites_only:
        await check_favourites(reading)


def _filter(wanted: Wanted, among: frozenset[UUID] | None, *, exact: bool) -> RoomFilter:
    near = wanted.near
    return RoomFilter(
        city=wanted.city,
        min_capacity=wanted.capacity if exact else None,
        amenities=wanted.amenities,
        any_amenity=not exact,
        min_price=wanted.min_price,
        max_price=wanted.max_price,
        box=box_around(near.lat, near.lng, near.radius_km) if near else None,
        ids=among,
        limit=MOST_ROOMS,
    )


async def _free(
    reading: Reading, ranked: Sequence[Match[RoomFacts]], wanted: Wanted
) -> list[Found[RoomFacts]]:
    """The first of these that have a free time; asks for as many at once as are wanted."""
    found: list[Found[RoomFacts]] = []
    for first in range(0, len(ranked), wanted.limit):
        batch = ranked[first : first + wanted.limit]
        slots = await _slots(reading, [match.place for match in batch], wanted.day)
        found += [Found(match, free) for match in batch if (free := slots[match.place.id])]
        if len(found) >= wanted.limit:
            break
    return found


async def _slots(
    reading: Reading, rooms: Sequence[RoomFacts], day: date | None
) -> dict[UUID, Slots]:
    slots: dict[UUID, Slots] = {}
    for local_day, there in _by_day(reading, rooms, day).items():
        slots |= await free_slots(reading, there, local_day)
    return slots


def _by_day(
    reading: Reading, rooms: Sequence[RoomFacts], day: date | None
) -> dict[date, list[RoomFacts]]:
    """The rooms by the date to ask for: the given one, else today where the room is."""
    by_day: dict[date, list[RoomFacts]] = defaultdict(list)
    for room in rooms:
        by_day[day or reading.now.astimezone(ZoneInfo(room.zone)).date()].append(room)
    return by_day
