"""Times as people in one zone without daylight saving write them, for tests of calendars."""

from datetime import UTC, date, datetime, time, timedelta, timezone

from kalends.bookings.rules.availability import Calendar, Limits, free_spans
from kalends.bookings.rules.opening_hours import OpeningHours, Period, local_day
from kalends.bookings.rules.ranges import Span

INDIA = timezone(timedelta(hours=5, minutes=30))
WEDNESDAY = date(2030, 5, 15)
LONG_BEFORE = datetime(2030, 5, 1, tzinfo=UTC)
ANY_LENGTH = Limits(min_minutes=1, max_minutes=30 * 24 * 60, window_days=365)
QUARTER = timedelta(minutes=15)


def clock(text: str, day: date = WEDNESDAY) -> datetime:
    """'14:30' on a day in India; -2:00 is the evening before, 26:00 the night after."""
    hours, minutes = map(int, text.split(":"))
    midnight = datetime.combine(day, time.min, INDIA)
    return midnight + timedelta(hours=hours, minutes=minutes)


def span(text: str, day: date = WEDNESDAY) -> Span:
    """'14:30-16:00' on a day in India."""
    start, end = text.rsplit("-", 1)
    return Span(clock(start, day), clock(end, day))


def spans(text: str) -> list[Span]:
    return [span(part) for part in text.split()]


def period(text: str) -> Period:
    opens, closes = (
        int(hours) * 60 + int(minutes)
        for hours, minutes in (part.split(":") for part in text.split("-"))
    )
    return Period(opens, closes)


def hours(daily: str, exceptions: dict[date, str] | None = None) -> OpeningHours:
    """The same periods on every weekday, and other ones on some dates."""
    return OpeningHours(
        "Asia/Kolkata",
        {weekday: tuple(map(period, daily.split())) for weekday in range(7)},
        {day: tuple(map(period, other.split())) for day, other in (exceptions or {}).items()},
    )


ALWAYS = hours("00:00-24:00")
OFFICE = hours("09:00-17:00")


def calendar(
    opening: OpeningHours = OFFICE,
    taken: str = "",
    now: datetime = LONG_BEFORE,
    limits: Limits = ANY_LENGTH,
) -> Calendar:
    return Calendar(opening, tuple(spans(taken)), limits, now)


def free(asked: Calendar, day: date = WEDNESDAY) -> list[Span]:
    return free_spans(asked, local_day(day, "Asia/Kolkata"))
