"""What is free, and why the rest is not: one answer for search, hold, confirm and reschedule.

A `Calendar` holds everything that the answer depends on, so two callers with the same calendar cannot
disagree: `refusal` asks `free_spans`, and `nearest_free` proposes only out of it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from kalends.bookings.rules.opening_hours import OpeningHours, local_dates, open_spans
from kalends.bookings.rules.ranges import Span, as_utc, clipped, merged, without

_MINUTE = timedelta(minutes=1)
_QUARTER = timedelta(minutes=15)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Limits:
    """How short and how long a booking may be, and within how many days from now it must end.

    Raises ValueError unless 1 <= min_minutes <= max_minutes and window_days >= 1.
    """

    min_minutes: int
    max_minutes: int
    window_days: int

    def __post_init__(self) -> None:
        if not (1 <= self.min_minutes <= self.max_minutes and self.window_days >= 1):
            raise ValueError("limits need 1 <= min_minutes <= max_minutes and window_days >= 1")


@dataclass(frozen=True, slots=True)
class Calendar:
    """One resource, at one moment: when it is open, what is taken, and what may be asked of it.

    `taken` is whatever the caller counts as taken, in any order; what is shown and what conflicts
    may be different choices. `also` are further hours that must be open at the same time, such as those
    of the house in which somebody works. `now` counts as the next whole minute, since bookings begin on one.
    """

    hours: OpeningHours
    taken: tuple[Span, ...]
    limits: Limits
    now: datetime
    also: tuple[OpeningHours, ...] = ()

    def open_in(self, window: Span) -> list[Span]:
        """When all of the hours are open inside the window: disjoint, by start, clipped to it."""
        found = open_spans(self.hours, window)
        for hours in self.also:
            found = [part for span in found for part in open_spans(hours, span)]
        return found

    @property
    def bookable(self) -> Span:
        """From now to the last moment at which a booking may end."""
        return bookable(self.limits, self.now)


def bookable(limits: Limits, now: datetime) -> Span:
    """From now to the last moment at which a booking may end."""
    start = _round_up(as_utc(now), _MINUTE)
    return Span(start, start + timedelta(days=limits.window_days))


class Reason(StrEnum):
    """Why a time cannot be booked, in the order in which it is looked at."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    IN_THE_PAST = "in_the_past"
    TOO_FAR_AHEAD = "too_far_ahead"
    CLOSED_THAT_DAY = "closed_that_day"
    OUTSIDE_OPENING_HOURS = "outside_opening_hours"
    TAKEN = "taken"


@dataclass(frozen=True, slots=True)
class Refusal:
    """The first reason found, and the parts of the wanted time that it stands in the way of."""

    reason: Reason
    blocked: tuple[Span, ...]


def free_spans(calendar: Calendar, window: Span) -> list[Span]:
    """What can be booked inside the window: disjoint, by start, clipped to it.

    Not in the past, not too far ahead, and nothing shorter than the shortest booking. Any part of a
    span that is neither too short nor too long can be booked; nothing else in the window can.
    """
    shortest = timedelta(minutes=calendar.limits.min_minutes)
    return [
        span
        for inside in clipped([window], calendar.bookable)
        for span in without(calendar.open_in(inside), calendar.taken)
        if span.length >= shortest
    ]


def free_inside(
    hours: OpeningHours, window: Span, taken: Iterable[Span], shortest: timedelta
) -> list[Span]:
    """What is open and not taken in a window that lies between now and the last bookable moment."""
    free = without(open_spans(hours, window), taken)
    return [span for span in free if span.length >= shortest]


def refusal(calendar: Calendar, wanted: Span) -> Refusal | None:
    """Why `wanted` cannot be booked, or None when it can."""
    wrong_length = _wrong_length(calendar.limits, wanted)
    if wrong_length:
        return Refusal(wrong_length, (wanted,))
    if free_spans(calendar, wanted) == [wanted]:
        return None
    return next(Refusal(why, tuple(parts)) for why, parts in _obstacles(calendar, wanted) if parts)


def nearest_free(
    calendar: Calendar, wanted: Span, *, limit: int = 3, horizon: timedelta = timedelta(days=7)
) -> list[Span]:
    """What to offer instead of a refused time: up to `limit` bookable spans of the same length.

    Nearest first, beginning at most `horizon` earlier or later, on a quarter of an hour where one
    fits, and none overlapping another. Empty when the length itself is refused.
    """
    bookable = calendar.bookable
    within_reach = Span(bookable.start - horizon, bookable.end + horizon)
    if _wrong_length(calendar.limits, wanted) or not within_reach.contains(wanted):
        return []
    around = Span(wanted.start - horizon, wanted.end + horizon)
    starts = [
        start for free in free_spans(calendar, around) for start in _starts_in(free, wanted, limit)
    ]
    starts.sort(key=lambda start: (abs(start - wanted.start), start))
    return [Span(start, start + wanted.length) for start in starts[:limit]]


def _wrong_length(limits: Limits, wanted: Span) -> Reason | None:
    if wanted.length < timedelta(minutes=limits.min_minutes):
        return Reason.TOO_SHORT
    if wanted.length > timedelta(minutes=limits.max_minutes):
        return Reason.TOO_LONG
    return None


def _obstacles(calendar: Calendar, wanted: Span) -> Iterator[tuple[Reason, list[Span]]]:
    """Each possible reason with the parts of `wanted` that it blocks, perhaps none."""
    hours, bookable = calendar.hours, calendar.bookable
    too_soon_or_late = without([wanted], [bookable])
    yield Reason.IN_THE_PAST, [part for part in too_soon_or_late if part.start < bookable.start]
    yield Reason.TOO_FAR_AHEAD, too_soon_or_late
    has_hours = any(hours.on(day) for day in local_dates(wanted, hours.zone))
    yield (
        Reason.OUTSIDE_OPENING_HOURS if has_hours else Reason.CLOSED_THAT_DAY,
        without([wanted], calendar.open_in(wanted)),
    )
    yield Reason.TAKEN, merged(clipped(calendar.taken, wanted))


def _starts_in(free: Span, wanted: Span, limit: int) -> list[datetime]:
    """Where spans as long as `wanted` may begin in `free`, from the nearest start outward."""
    step = -(-wanted.length // _QUARTER) * _QUARTER
    earliest, latest = free.start, free.end - wanted.length
    if latest < wanted.start:
        rounded = _round_down(latest, _QUARTER)
        first, step = rounded if rounded >= earliest else latest, -step
    else:
        earliest = max(earliest, wanted.start)
        rounded = _round_up(earliest, _QUARTER)
        first = rounded if rounded <= latest else earliest
    starts = (first + n * step for n in range(limit))
    return [start for start in starts if earliest <= start <= latest]


def _round_down(moment: datetime, step: timedelta) -> datetime:
    # Every zone in use today is a whole number of quarters from UTC, so UTC's grid is everybody's.
    return moment - (moment - _EPOCH) % step


def _round_up(moment: datetime, step: timedelta) -> datetime:
    return moment + (_EPOCH - moment) % step
