"""When a demo room is open: its usual week, public holidays, and days of repair."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, cast

from .chance import between, happens, pick
from .shapes import DayException, Kind, OpenHours
from .sources import source

DAYS_BACK = 200
DAYS_AHEAD = 366

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def minutes_of(clock: str) -> int:
    """Turn 'HH:MM' into minutes after midnight; '24:00' is 1440."""
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def clock_of(minutes: int) -> str:
    """Turn minutes after midnight into 'HH:MM'."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def usual_week(kind: Kind) -> tuple[OpenHours, ...]:
    """Return the weekly hours of a kind of room, sorted by weekday and time."""
    week = [stretch for line in source("kinds")[kind]["hours"] for stretch in _stretches(line)]
    return tuple(sorted(week, key=lambda stretch: (stretch.weekday, stretch.opens)))


def exceptions(room_key: str, kind: Kind, today: date) -> tuple[DayException, ...]:
    """Return the room's unusual days around `today`, at most one per date, in order.

    They depend on the calendar alone: another `today` moves the window, not the days in it.
    """
    first, last = today - timedelta(days=DAYS_BACK), today + timedelta(days=DAYS_AHEAD)
    days = {found.day: found for found in _repairs(room_key, kind, first.year, last.year)}
    days |= {found.day: found for found in _holidays(kind, first.year, last.year)}
    return tuple(days[day] for day in sorted(days) if first <= day <= last)


def opening(
    week: tuple[OpenHours, ...], unusual: dict[date, DayException], day: date
) -> list[tuple[int, int]]:
    """Return the minutes between which a room is open on `day`; an exception replaces the week."""
    found = unusual.get(day)
    if found is None:
        usual = (stretch for stretch in week if stretch.weekday == day.weekday())
        return [(minutes_of(stretch.opens), minutes_of(stretch.closes)) for stretch in usual]
    if found.opens is None or found.closes is None:
        return []
    return [(minutes_of(found.opens), minutes_of(found.closes))]


def _stretches(line: str) -> Iterator[OpenHours]:
    days, times = line.split(" ")
    first, _, last = days.partition("-")
    opens, closes = times.split("-")
    for weekday in range(_WEEKDAYS.index(first), _WEEKDAYS.index(last or first) + 1):
        yield OpenHours(weekday, opens, closes)


def _repairs(room_key: str, kind: Kind, first: int, last: int) -> Iterator[DayException]:
    for month in range(first * 12, last * 12 + 12):
        if not happens(20, "repair", room_key, month):
            continue
        day = date(month // 12, month % 12 + 1, between(1, 28, "repair day", room_key, month))
        shut = happens(50, "repair all day", room_key, month)
        reason = pick(source("kinds")[kind]["maintenance"], "repair reason", room_key, month)
        found = _unusual(kind, day, "closed" if shut else "14:00-24:00", reason)
        if found is not None:
            yield found


def _holidays(kind: Kind, first: int, last: int) -> Iterator[DayException]:
    group = source("kinds")[kind]["group"]
    for day, holiday in _dates(first, last):
        if group in holiday:
            found = _unusual(kind, day, holiday[group], holiday["name"])
            if found is not None:
                yield found


def _dates(first: int, last: int) -> Iterator[tuple[date, dict[str, Any]]]:
    for holiday in source("holidays")["movable"]:
        yield from ((cast(date, day), holiday) for day in holiday["dates"])
    for holiday in source("holidays")["fixed"]:
        for year in range(first, last + 1):
            yield date(year, holiday["month"], holiday["day"]), holiday


def _unusual(kind: Kind, day: date, rule: str, reason: str) -> DayException | None:
    """Shorten the usual day by `rule`; None when the room is closed that weekday anyway."""
    usual = opening(usual_week(kind), {}, day)
    if not usual:
        return None
    if rule == "closed":
        return DayException(day, None, None, reason)
    earliest, latest = map(minutes_of, rule.split("-"))
    opens, closes = max(earliest, usual[0][0]), min(latest, usual[-1][1])
    return DayException(day, clock_of(opens), clock_of(closes), reason)
