"""Opening hours in the wall time of a place, and the instants that they mean.

One rule turns wall time into instants everywhere: **a wall time means the first instant at which the
place's clock shows it or a later one.** From it follows that

* 09:00-17:00 stays 09:00-17:00 on every date;
* a boundary in the hour that is skipped in spring moves to the moment of the jump, and a period that
  lies wholly in that hour vanishes for the day;
* a boundary in the hour that is repeated in autumn means its first occurrence, for opening as for
  closing: people open and lock up when the clock first says so;
* the order of wall times is the order of instants, so touching periods stay touching and a place that
  is open round the clock is open round the clock, for 23, 24 or 25 hours.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from kalends.bookings.rules.ranges import Span, clipped, merged

MINUTES_PER_DAY = 24 * 60
_DAY = timedelta(days=1)
_SUNDAY = 6


@dataclass(frozen=True, slots=True)
class Period:
    """Open from `opens` to `closes`, in wall-clock minutes since midnight.

    `opens` is 0..1439, `closes` 0..1440; a `closes` that is not after `opens` is on the next day,
    so (1080, 120) is 18:00-02:00 and (0, 1440) a whole day. Raises ValueError outside these.
    """

    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not 0 <= self.opens < MINUTES_PER_DAY:
            raise ValueError("a period opens between 00:00 and 23:59")
        if not 0 <= self.closes <= MINUTES_PER_DAY:
            raise ValueError("a period closes between 00:00 and 24:00")


@dataclass(frozen=True, slots=True, eq=False)
class OpeningHours:
    """When a place is open: periods by weekday (Monday is 0), in the wall time of its IANA zone.

    One is equal only to itself, so that what follows from it can be remembered cheaply.

    `exceptions` replace the periods that begin on a date; with none the place is closed on it. A
    night that began the day before still ends at its own time. A place without periods is closed.
    Raises ValueError for an unknown zone or weekday.
    """

    zone: str
    weekly: Mapping[int, tuple[Period, ...]]
    exceptions: Mapping[date, tuple[Period, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        zone_named(self.zone)
        if not all(0 <= weekday <= _SUNDAY for weekday in self.weekly):
            raise ValueError("weekdays go from 0, Monday, to 6, Sunday")

    def on(self, day: date) -> tuple[Period, ...]:
        """The periods that begin on this date."""
        special = self.exceptions.get(day)
        return self.weekly.get(day.weekday(), ()) if special is None else special


@cache
def zone_named(name: str) -> ZoneInfo:
    """The zone of this IANA name. Raises ValueError when there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        raise ValueError(f"there is no time zone {name!r}") from None


def resolve_local(wall: datetime, zone: str) -> datetime | None:
    """The instant, in UTC, that a person means by a naive wall time at the place.

    None when the clocks skip that time; its first occurrence when they repeat it. Raises ValueError
    for an aware datetime, an unknown zone, or a time outside the calendar.
    """
    instant = _first_instant(zone, wall)
    shown = instant.astimezone(zone_named(zone)).replace(tzinfo=None)
    return instant if shown == wall else None


def local_day(day: date, zone: str) -> Span:
    """A date of the place, midnight to midnight: 24 hours, 23 or 25 when the clocks change.

    Raises ValueError for an unknown zone and for a date that the calendar or the zone does not have
    (Samoa left out 30 December 2011).
    """
    midnight = datetime.combine(day, time.min)
    try:
        return Span(_first_instant(zone, midnight), _first_instant(zone, midnight + _DAY))
    except OverflowError:
        raise ValueError("a date outside the calendar") from None


def local_dates(span: Span, zone: str) -> list[date]:
    """The dates that the place's calendar shows from the start to the end of the span, in order."""
    tz = zone_named(zone)
    # An end is no part of its span, so an end at midnight does not touch the day that begins there.
    ends = (span.start.astimezone(tz), (span.end - timedelta.resolution).astimezone(tz))
    # Sorted, because clocks that go back just after midnight go back to the day before.
    first, last = sorted(moment.date() for moment in ends)
    return [first + n * _DAY for n in range((last - first).days + 1)]


def open_spans(hours: OpeningHours, window: Span) -> list[Span]:
    """When the place is open inside the window: disjoint, by start, clipped to it.

    Touching periods become one span, also over midnight, so a booking may cover both.
    """
    days = local_dates(window, hours.zone)
    # A night of the day before may reach into the window, and where the clocks go back just after
    # midnight the day after may have begun inside it.
    periods = (
        span
        for day in (days[0] - _DAY, *days, days[-1] + _DAY)
        for span in _opened_on(day, hours)
        if span.overlaps(window)
    )
    return clipped(merged(periods), window)


@lru_cache(maxsize=1 << 15)
def _opened_on(day: date, hours: OpeningHours) -> tuple[Span, ...]:
    return tuple(_opened(day, hours))


def _opened(day: date, hours: OpeningHours) -> Iterator[Span]:
    midnight = datetime.combine(day, time.min)
    for period in hours.on(day):
        closing_midnight = midnight if period.closes > period.opens else midnight + _DAY
        opens = _first_instant(hours.zone, midnight + timedelta(minutes=period.opens))
        closes = _first_instant(hours.zone, closing_midnight + timedelta(minutes=period.closes))
        if opens < closes:
            yield Span(opens, closes)


@lru_cache(maxsize=1 << 14)
def _first_instant(zone: str, wall: datetime) -> datetime:
    """The first instant, in UTC, at which the zone's clock shows `wall` or later."""
    if wall.tzinfo is not None:
        raise ValueError("a wall time has no offset of its own")
    tz = zone_named(zone)

    def clock(instant: datetime) -> datetime:
        return instant.astimezone(tz).replace(tzinfo=None)

    try:
        instant = wall.replace(tzinfo=tz, fold=0).astimezone(UTC)
        if clock(instant) == wall:
            return instant
        # The clocks skip this time: the two readings of it lie on either side of the jump.
        before = wall.replace(tzinfo=tz, fold=1).astimezone(UTC)
        seconds = range((instant - before) // timedelta(seconds=1) + 1)
        jump = bisect_left(seconds, wall, key=lambda s: clock(before + timedelta(seconds=s)))
        return before + timedelta(seconds=jump)
    except OverflowError:
        raise ValueError("a time outside the calendar") from None
