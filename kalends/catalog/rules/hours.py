"""What makes opening hours and zones acceptable, and how hours are written down."""

import json
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Any
from zoneinfo import available_timezones

from ..types import ALWAYS_OPEN, Hours, Minutes, SpecialDay, SpecialDays, Week

MINUTES_PER_DAY = 1440
WEEKDAYS = range(7)
MAX_PERIODS = 12
MAX_SPECIAL_DAYS = 400
_ROOMS_REMEMBERED = 2048


def check_hours(hours: Hours) -> Hours:
    """The same hours, sorted. Raises ValueError with a sentence for those that nobody can mean."""
    if any(weekday not in WEEKDAYS for weekday, _, _ in hours.weekly):
        raise ValueError("weekdays go from 0, Monday, to 6, Sunday")
    for weekday in WEEKDAYS:
        periods = [(opens, closes) for day, opens, closes in hours.weekly if day == weekday]
        _check_day(periods, f"weekday {weekday}")
    days = sorted(hours.days, key=lambda special: special.day)
    for one, next_one in pairwise(days):
        if one.day == next_one.day:
            raise ValueError(f"{one.day} has two exceptions; put its periods into one")
    if len(days) > MAX_SPECIAL_DAYS:
        raise ValueError(f"at most {MAX_SPECIAL_DAYS} exceptions; drop those that are past")
    for special in days:
        _check_day(special.periods, special.day.isoformat())
    return Hours(
        tuple(sorted(hours.weekly)),
        tuple(SpecialDay(d.day, tuple(sorted(d.periods)), d.reason) for d in days),
    )


def _check_day(periods: Iterable[Minutes], where: str) -> None:
    spans = sorted(_span(opens, closes, where) for opens, closes in periods)
    if len(spans) > MAX_PERIODS:
        raise ValueError(f"{where}: at most {MAX_PERIODS} periods in a day")
    for (_, end), (start, _) in pairwise(spans):
        if start < end:
            raise ValueError(f"{where}: two periods overlap; join them into one")


def _span(opens: int, closes: int, where: str) -> Minutes:
    if not 0 <= opens < MINUTES_PER_DAY or not 0 <= closes <= MINUTES_PER_DAY:
        raise ValueError(f"{where}: a period opens from 00:00 to 23:59 and closes until 24:00")
    if opens == closes:
        raise ValueError(f"{where}: a period that is empty; a whole day is 00:00 to 24:00")
    return opens, closes if closes > opens else closes + MINUTES_PER_DAY


def is_zone(name: str) -> bool:
    """Whether this is the name of an IANA time zone, written exactly so."""
    return name in _zones()


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def write_hours(hours: Hours) -> dict[str, Any]:
    """The hours as JSON values, as they are stored."""
    return {
        "weekly": hours.weekly,
        "days": [(d.day.isoformat(), d.periods, d.reason) for d in hours.days],
    }


def read_hours(text: str) -> Hours:
    """The hours that were stored as this JSON text."""
    stored = json.loads(text)
    return Hours(
        tuple((weekday, opens, closes) for weekday, opens, closes in stored["weekly"]),
        tuple(
            SpecialDay(date.fromisoformat(day), tuple((o, c) for o, c in periods), reason)
            for day, periods, reason in stored["days"]
        ),
    )


@lru_cache(maxsize=_ROOMS_REMEMBERED)
def read_opening(text: str) -> tuple[Week, SpecialDays]:
    """The stored hours as RoomFacts has them: the week, and what differs on which dates.

    Remembered by the text itself, so that it can never be stale; a search reads hundreds of them.
    """
    hours = read_hours(text)
    return hours.weekly, tuple((special.day, special.periods) for special in hours.days)


_ALWAYS = json.dumps(write_hours(ALWAYS_OPEN))


def read_stored_hours(text: str | None) -> str:
    """The text of stored hours; where none were, those of round the clock."""
    return _ALWAYS if text is None else text
