"""Periods of the marketplace's calendar, as instants."""

from collections.abc import Iterator
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

DECEMBER = 12
LONGEST_DAYS = 366


def month_of(month: str, zone: str) -> tuple[datetime, datetime]:
    """The instants from which and until which a month (``2026-11``) lasts in the marketplace's zone."""
    year, number = (int(part) for part in month.split("-"))
    following = (year + 1, 1) if number == DECEMBER else (year, number + 1)
    return _begin(date(year, number, 1), zone), _begin(date(*following, 1), zone)


def months_to(day: date, count: int) -> Iterator[str]:
    """So many months up to that of the day (``2026-11``), the last one first."""
    for back in range(count):
        year, number = divmod(day.year * DECEMBER + day.month - 1 - back, DECEMBER)
        yield f"{year}-{number + 1:02d}"


def days_of(first: date, after: date, zone: str) -> tuple[datetime, datetime]:
    """From the first day until the day after the last. Raises ValueError unless that is 1 to 366 days."""
    if not 0 < (after - first).days <= LONGEST_DAYS:
        raise ValueError(f"ask for 1 to {LONGEST_DAYS} days")
    return _begin(first, zone), _begin(after, zone)


def _begin(day: date, zone: str) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(zone))
