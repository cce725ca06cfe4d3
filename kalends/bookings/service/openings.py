"""To which times a booking could move: those that a move would accept."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from kalends.core.errors import Invalid
from kalends.core.unit import Unit

from ..access import access_booking
from ..rules.opening_hours import local_day, zone_named
from ..rules.ranges import Span
from ..types import BookingFacts
from .changes import Opening
from .kinds import KINDS
from .reschedule import balance_in_the_way, check_movable

SEARCHED = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Openings:
    """The times of one local date, by start; `first` and `last` are the dates that may be asked for."""

    booking: BookingFacts
    day: date
    first: date
    last: date
    found: tuple[Opening, ...]


async def openings(unit: Unit, booking_id: UUID, day: date | None = None) -> Openings:
    """Those of the day; without one, of the first day that has any, from the booking's own on.

    Raises NotFound, TransitionNotAllowed, BookingFrozen, Invalid for a day on which nothing is sold.
    """
    seen = await access_booking(unit, booking_id)
    await check_movable(unit, seen)
    booking, zone = seen.booking, zone_named(seen.booking.zone)
    first = unit.now.astimezone(zone).date()
    last = first + timedelta(days=unit.profile.booking.window_days)
    if day is not None and not first <= day <= last:
        raise Invalid(f"choose a day from {first} to {last}")
    begin = day or min(max(first, booking.start.astimezone(zone).date()), last)
    window = local_day(begin, booking.zone)
    if day is None:
        window = Span(window.start, window.start + SEARCHED)
    found = await _found(unit, booking, window)
    if day is None:
        begin = min((_date(one, booking) for one in found), default=begin)
        found = [one for one in found if _date(one, booking) == begin]
    return Openings(booking, begin, first, last, tuple(found))


async def _found(unit: Unit, booking: BookingFacts, window: Span) -> list[Opening]:
    every = await KINDS[booking.kind].openings(unit, booking, window)
    return [
        one
        for one in every
        if window.start <= one.span.start < window.end
        and one.span.start != booking.start
        and not balance_in_the_way(unit, booking, one.span)
    ]


def _date(opening: Opening, booking: BookingFacts) -> date:
    return opening.span.start.astimezone(zone_named(booking.zone)).date()
