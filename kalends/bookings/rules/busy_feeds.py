"""When somebody is busy, by a calendar of another system (RFC 5545). Whatever it says, reading it ends."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain, islice
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar

from .ranges import Span, clipped, merged
from .recurrence import repeated

MOST_EVENTS, MOST_STEPS, MOST_SPANS = 1000, 20_000, 2000
_FREE = frozenset({"TRANSPARENT"})
_DAY = timedelta(days=1)


class NoCalendar(ValueError):
    """The document is no calendar, or more than anybody's."""


@dataclass(frozen=True, slots=True)
class Busy:
    """Disjoint spans by start; `skipped` events could not be understood."""

    spans: tuple[Span, ...]
    skipped: int


def busy_spans(content: bytes, window: Span, zone: str) -> Busy:
    """What of the window the calendar takes. All-day and floating times are in `zone`. Raises NoCalendar."""
    events = _events(content)
    moved = _moved(events, ZoneInfo(zone))
    spans: list[Span] = []
    skipped, steps = 0, MOST_STEPS
    for event in events:
        try:
            found = list(islice(_occurrences(event, window, (ZoneInfo(zone), moved)), steps + 1))
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
            skipped += 1
            continue
        steps -= len(found)
        if steps < 0:
            raise NoCalendar("the calendar repeats itself too often to be read")
        spans += clipped(found, window)
    together = merged(spans)
    if len(together) > MOST_SPANS:
        raise NoCalendar("the calendar is fuller than one person's can be")
    return Busy(tuple(together), skipped)


def _events(content: bytes) -> list[Any]:
    try:
        calendars: list[Any] = list(Calendar.from_ical(content, multiple=True))
        events = [event for calendar in calendars for event in calendar.walk("VEVENT")]
    except (ValueError, IndexError, KeyError, TypeError, AttributeError, RecursionError):
        raise NoCalendar("the document is not a calendar") from None
    if not calendars or any(calendar.name != "VCALENDAR" for calendar in calendars):
        raise NoCalendar("the document is not a calendar")
    if len(events) > MOST_EVENTS:
        raise NoCalendar("the calendar has too many entries")
    return [event for event in events if _takes_time(event)]


def _takes_time(event: Any) -> bool:
    shown = str(event.get("TRANSP", "OPAQUE")).upper()
    return shown not in _FREE and str(event.get("STATUS", "")).upper() != "CANCELLED"


def _moved(events: Iterable[Any], zone: ZoneInfo) -> frozenset[tuple[str, datetime]]:
    """Which occurrences of a series an entry of their own replaces."""
    return frozenset(
        (str(event.get("UID", "")), _moment(event["RECURRENCE-ID"].dt, zone))
        for event in events
        if hasattr(event.get("RECURRENCE-ID"), "dt")
    )


def _occurrences(
    event: Any, window: Span, told: tuple[ZoneInfo, frozenset[tuple[str, datetime]]]
) -> Iterator[Span]:
    zone, moved = told
    first, length = _moment(event["DTSTART"].dt, zone), _length(event, zone)
    if length <= timedelta(0):
        return
    uid, one_of_many = str(event.get("UID", "")), "RECURRENCE-ID" in event
    left_out = _dates(event.get("EXDATE"), zone)
    starts = [first] if one_of_many else _starts(event, first, window.end)
    for start in starts:
        replaced = not one_of_many and (uid, start) in moved
        if start not in left_out and not replaced:
            yield Span(start, _later(start, length, event))


def _starts(event: Any, first: datetime, until: datetime) -> Iterable[datetime]:
    rule = event.get("RRULE")
    extra = sorted(_dates(event.get("RDATE"), first.tzinfo))
    if rule is None:
        return [first, *extra]
    if isinstance(rule, list):
        raise ValueError("more than one rule is not read")  # noqa: TRY004 - what readers of values expect
    ends = [_moment(end, first.tzinfo) for end in rule.get("UNTIL", [])]
    return chain(repeated(rule, first, min([until, *ends])), extra)


def _length(event: Any, zone: ZoneInfo) -> timedelta:
    if "DTEND" in event:
        return _wall(event["DTEND"].dt, zone) - _wall(event["DTSTART"].dt, zone)
    if "DURATION" in event:
        duration: timedelta = event["DURATION"].dt
        return duration
    return _DAY if _is_day(event["DTSTART"].dt) else timedelta(0)


def _later(start: datetime, length: timedelta, event: Any) -> datetime:
    """Days are days of the wall clock, hours are hours that pass."""
    if _is_day(event["DTSTART"].dt):
        return start + length
    return datetime.fromtimestamp(start.timestamp() + length.total_seconds(), start.tzinfo)


def _wall(said: Any, zone: ZoneInfo) -> datetime:
    moment = _moment(said, zone)
    if _is_day(said):
        return moment.replace(tzinfo=None)
    return datetime.fromtimestamp(moment.timestamp(), ZoneInfo("UTC"))


def _dates(lists: Any, zone: Any) -> frozenset[datetime]:
    if lists is None:
        return frozenset()
    each = lists if isinstance(lists, list) else [lists]
    return frozenset(_moment(said.dt, zone) for one in each for said in one.dts)


def _moment(said: Any, zone: Any) -> datetime:
    if isinstance(said, datetime):
        return said if said.tzinfo else said.replace(tzinfo=zone)
    if isinstance(said, date):
        return datetime.combine(said, time(), zone)
    raise ValueError("a period is not read as a time")


def _is_day(said: Any) -> bool:
    return isinstance(said, date) and not isinstance(said, datetime)
