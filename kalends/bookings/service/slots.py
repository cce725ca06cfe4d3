"""Is this time free, and if not: why, and what is near? The one kernel answers for every caller."""

from collections.abc import Hashable, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Protocol
from uuid import UUID

from kalends.catalog import RoomFacts, SpecialDays, Week
from kalends.core.reading import Reading
from kalends.core.unit import Unit

from ..errors import SlotTaken, SlotUnavailable
from ..repository.allocations import Times, claim, taken_spans, taken_times
from ..rules.availability import (
    Calendar,
    Limits,
    Reason,
    bookable,
    free_inside,
    nearest_free,
    refusal,
)
from ..rules.opening_hours import OpeningHours, Period, local_day
from ..rules.ranges import Span, clipped

NEARBY = timedelta(days=7)
MAX_DAYS = 62
Slots = tuple[tuple[datetime, datetime], ...]


class Bookable(Hashable, Protocol):
    """Whoever or whatever has a calendar: hashable, so that what follows from its hours is remembered."""

    @property
    def id(self) -> UUID: ...
    @property
    def zone(self) -> str: ...
    @property
    def weekly(self) -> Week: ...
    @property
    def exceptions(self) -> SpecialDays: ...


_NOTHING: Times = ((), ())


@lru_cache(maxsize=4096)
def opening_hours(room: Bookable) -> OpeningHours:
    """The hours as the kernel reads them; a change of them is a new key."""
    weekly: dict[int, list[Period]] = {}
    for weekday, opens, closes in room.weekly:
        weekly.setdefault(weekday, []).append(Period(opens, closes))
    exceptions = {day: tuple(Period(*period) for period in open_) for day, open_ in room.exceptions}
    return OpeningHours(room.zone, {d: tuple(p) for d, p in weekly.items()}, exceptions)


def rental_limits(unit: Unit) -> Limits:
    booking = unit.profile.booking
    return Limits(booking.min_minutes, booking.max_minutes, booking.window_days)


def calendar_of(unit: Unit, room: Bookable, taken: Sequence[Span]) -> Calendar:
    return Calendar(opening_hours(room), tuple(taken), rental_limits(unit), unit.now)


async def free_slots(reading: Reading, rooms: Sequence[RoomFacts], day: date) -> dict[UUID, Slots]:
    """What can be booked on that local date, per room, clipped to the day. One statement for all rooms."""
    if not rooms:
        return {}
    windows = {zone: local_day(day, zone) for zone in {room.zone for room in rooms}}
    around = Span(min(w.start for w in windows.values()), max(w.end for w in windows.values()))
    taken = await taken_times(reading, [room.id for room in rooms], around)
    booking = reading.profile.booking
    limits = Limits(booking.min_minutes, booking.max_minutes, booking.window_days)
    reach = bookable(limits, reading.now)
    inside = {zone: clipped([window], reach) for zone, window in windows.items()}
    return {
        room.id: _free(room, window[0], taken.get(room.id, _NOTHING), limits.min_minutes)
        if (window := inside[room.zone])
        else ()
        for room in rooms
    }


@lru_cache(maxsize=1 << 14)
def _free(room: RoomFacts, window: Span, taken: Times, shortest: int) -> Slots:
    """Remembered by all that it depends on: most days of most rooms are as they were when last asked for."""
    spans = [Span(start, end) for start, end in zip(*taken, strict=True)]
    free = free_inside(opening_hours(room), window, spans, timedelta(minutes=shortest))
    return tuple((span.start, span.end) for span in free)


async def check_free(
    unit: Unit, room: Bookable, wanted: Span, *, ignoring: UUID | None = None
) -> None:
    """Return when the time can be booked. Raises SlotTaken or SlotUnavailable, with the nearest free times."""
    taken = await taken_spans(unit, [room.id], wanted, ignoring=ignoring)
    refused = refusal(calendar_of(unit, room, taken[room.id]), wanted)
    if refused is None:
        return
    if refused.reason is Reason.TAKEN:
        raise await slot_taken(unit, room, wanted, ignoring=ignoring)
    raise SlotUnavailable(
        _SENTENCES[refused.reason],
        reason=refused.reason.value,
        blocked=[wire(span) for span in refused.blocked],
        nearest=await _nearest(unit, room, wanted, ignoring),
    )


async def take(
    unit: Unit, room: Bookable, wanted: Span, *, booking_id: UUID, expires_at: Any
) -> None:
    """Take the time for the booking. Raises SlotTaken when somebody was faster."""
    if not await claim(unit, room.id, wanted, booking_id, expires_at):
        raise await slot_taken(unit, room, wanted, ignoring=booking_id)


async def slot_taken(
    unit: Unit, room: Bookable, wanted: Span, *, ignoring: UUID | None = None
) -> SlotTaken:
    """The refusal to raise, with what is free instead."""
    return SlotTaken(
        "somebody else has this time; the nearest free times are listed",
        reason=Reason.TAKEN.value,
        nearest=await _nearest(unit, room, wanted, ignoring),
    )


async def _nearest(
    unit: Unit, room: Bookable, wanted: Span, ignoring: UUID | None
) -> list[dict[str, str]]:
    if wanted.length > timedelta(minutes=unit.profile.booking.max_minutes):
        return []
    around = Span(wanted.start - NEARBY - wanted.length, wanted.end + NEARBY + wanted.length)
    taken = await taken_spans(unit, [room.id], around, ignoring=ignoring)
    found = nearest_free(calendar_of(unit, room, taken[room.id]), wanted, horizon=NEARBY)
    return [wire(span) for span in found]


def wire(span: Span) -> dict[str, str]:
    return {
        "start": span.start.isoformat().replace("+00:00", "Z"),
        "end": span.end.isoformat().replace("+00:00", "Z"),
    }


_SENTENCES = {
    Reason.TOO_SHORT: "this is shorter than the shortest booking",
    Reason.TOO_LONG: "this is longer than the longest booking",
    Reason.IN_THE_PAST: "this time has passed",
    Reason.TOO_FAR_AHEAD: "this is further ahead than bookings are taken",
    Reason.CLOSED_THAT_DAY: "the room is closed that day",
    Reason.OUTSIDE_OPENING_HOURS: "the room is not open for all of this time",
}
