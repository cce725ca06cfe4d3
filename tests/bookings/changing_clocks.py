"""Twelve zones, the weeks of 2024-2035 in which their clocks change, and a model of opening by the clock."""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from kalends.bookings.rules.opening_hours import OpeningHours, Period
from kalends.bookings.rules.ranges import Span

CHANGING = (
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Africa/Cairo",
    "Australia/Sydney",
    "Pacific/Chatham",
)
STEADY = ("Pacific/Apia", "Asia/Kathmandu", "Asia/Kolkata", "America/Sao_Paulo", "UTC")
ZONES = CHANGING + STEADY
DAY, HOUR, QUARTER = timedelta(days=1), timedelta(hours=1), timedelta(minutes=15)
FROM, TO = datetime(2024, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)


@cache
def changes(zone: str) -> list[datetime]:
    """Every instant of 2024-2035 at which the zone's offset changes; else one a year, as a control."""
    tz = ZoneInfo(zone)
    midnights = [FROM + n * DAY for n in range((TO - FROM).days + 1)]
    found = []
    for before, after in pairwise(midnights):
        old = before.astimezone(tz).utcoffset()
        if after.astimezone(tz).utcoffset() != old:
            steps = [before + n * QUARTER for n in range(97)]
            changed = [step.astimezone(tz).utcoffset() != old for step in steps]
            found.append(steps[bisect_left(changed, x=True)])
    return found or [datetime(year, 3, 31, 12, tzinfo=UTC) for year in range(2024, 2036)]


@dataclass(frozen=True)
class Week:
    """The days around a change, quarter by quarter, with what the place's clock shows at each."""

    zone: str
    change: datetime

    def ticks(self) -> list[tuple[datetime, datetime]]:
        tz = ZoneInfo(self.zone)
        first = self.change - 4 * DAY
        instants = [first + n * QUARTER for n in range(8 * 96)]
        return [(instant, instant.astimezone(tz).replace(tzinfo=None)) for instant in instants]

    @property
    def middle(self) -> Span:
        return Span(self.change - 36 * HOUR, self.change + 36 * HOUR)

    @property
    def dates(self) -> list[date]:
        day = self.change.astimezone(ZoneInfo(self.zone)).date()
        return [day + n * DAY for n in range(-3, 4)]


def weeks(zone: str) -> list[Week]:
    return [Week(zone, change) for change in changes(zone)]


def every_day(*periods: tuple[int, int]) -> dict[int, tuple[Period, ...]]:
    return {weekday: tuple(Period(*period) for period in periods) for weekday in range(7)}


def daily(zone: str, *periods: tuple[int, int]) -> OpeningHours:
    return OpeningHours(zone, every_day(*periods))


def opened_by_the_clock(hours: OpeningHours, week: Week) -> set[datetime]:
    """The model: staff watch the clock, and open and close when it first shows the time or a later."""
    ticks, is_open = week.ticks(), set()
    walls = [wall for _, wall in ticks]

    def first_at(day: date, minutes: int) -> int:
        wanted = datetime.combine(day, time.min) + timedelta(minutes=minutes)
        return next((n for n, wall in enumerate(walls) if wall >= wanted), len(walls))

    for day in week.dates:
        for period in hours.on(day):
            overnight = 0 if period.closes > period.opens else 1440
            first, end = first_at(day, period.opens), first_at(day, period.closes + overnight)
            is_open.update(instant for instant, _ in ticks[first:end])
    return {instant for instant in is_open if week.middle.start <= instant < week.middle.end}


def quarters(spans: list[Span]) -> set[datetime]:
    return {span.start + n * QUARTER for span in spans for n in range(span.length // QUARTER)}
