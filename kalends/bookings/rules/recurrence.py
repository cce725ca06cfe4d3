"""The repetitions of a foreign calendar's entry. A rule that could be searched for ever is not read."""

from collections.abc import Iterable
from datetime import datetime
from itertools import islice, takewhile
from typing import Any

from dateutil.rrule import rrulestr

EARLIEST = 1990
_LONGEST = dict(enumerate((31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), start=1))
_FILTERS = {
    "DAILY": {"BYDAY", "BYMONTH"},
    "WEEKLY": {"BYDAY", "BYMONTH"},
    "MONTHLY": {"BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS"},
    "YEARLY": {"BYDAY", "BYMONTHDAY", "BYMONTH"},
}
# A longer step may miss what the filter wants every time.
_WITH_STEPS = {
    "DAILY": set[str](),
    "WEEKLY": {"BYDAY"},
    "MONTHLY": {"BYDAY", "BYMONTHDAY", "BYSETPOS"},
    "YEARLY": _FILTERS["YEARLY"],
}
_BOUNDS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"}
_MOST_PLACE, _MOST_WEEK = 4, 53


def repeated(rule: Any, first: datetime, until: datetime) -> Iterable[datetime]:
    """The starts from `first` up to `until`, by the wall clock of `first`. Raises ValueError.

    The rule's own count and end are taken off it: the search is bounded by `until` first.
    """
    parts = {str(name).upper(): values for name, values in rule.items()}
    if first.year < EARLIEST or not _always_found(parts, first):
        raise ValueError("the rule is not read")
    count = int(parts["COUNT"][0]) if "COUNT" in parts else None
    kept = type(rule)({k: v for k, v in parts.items() if k not in {"COUNT", "UNTIL"}})
    found = rrulestr(kept.to_ical().decode(), dtstart=first).replace(until=until)
    return takewhile(lambda start: start <= until, islice(found, count))


def _always_found(parts: dict[str, Any], first: datetime) -> bool:
    """Whether the search finds something again and again, so that it comes to `until`."""
    named = [str(step).upper() for step in parts.get("FREQ", [])]
    if len(named) != 1 or named[0] not in _FILTERS:
        return False
    step, filters = int(parts.get("INTERVAL", [1])[0]), parts.keys() - _BOUNDS
    allowed = _FILTERS[named[0]] if step == 1 else _WITH_STEPS[named[0]]
    return step >= 1 and filters <= allowed and _days_exist(parts, first) and _places_exist(parts)


def _days_exist(parts: dict[str, Any], first: datetime) -> bool:
    days = [int(day) for day in parts.get("BYMONTHDAY", [])]
    if not days and "BYDAY" not in parts:
        days = [first.day]
    months = [int(month) for month in parts.get("BYMONTH", _LONGEST)]
    lengths = [_LONGEST.get(month, 0) for month in months]
    return not days or any(1 <= abs(day) <= length for day in days for length in lengths)


def _places_exist(parts: dict[str, Any]) -> bool:
    places = [int(place) for place in parts.get("BYSETPOS", [])]
    weeks = [abs(day.relative or 1) for day in parts.get("BYDAY", [])]
    if places and ("BYDAY" not in parts or "BYMONTHDAY" in parts):
        return False
    near = all(1 <= abs(place) <= _MOST_PLACE for place in places)
    most = _MOST_WEEK if parts["FREQ"] == ["YEARLY"] and "BYMONTH" not in parts else 5
    return near and all(1 <= week <= most for week in weeks)
