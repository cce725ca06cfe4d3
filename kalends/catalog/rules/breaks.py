"""Working hours without the breaks in them."""

from collections.abc import Iterable, Iterator

from ..types import Breaks, Minutes, SpecialDays, Week
from .hours import MINUTES_PER_DAY, WEEKDAYS

MAX_BREAKS = 6 * len(WEEKDAYS)


def check_breaks(breaks: Breaks) -> Breaks:
    """The same breaks, sorted. Raises ValueError with a sentence for those that nobody can mean."""
    for weekday, start, end in breaks:
        if weekday not in WEEKDAYS:
            raise ValueError("weekdays go from 0, Monday, to 6, Sunday")
        if not 0 <= start < end < MINUTES_PER_DAY:
            raise ValueError("a break begins and ends, later, on the same day")
    if len(breaks) > MAX_BREAKS:
        raise ValueError(f"at most {MAX_BREAKS} breaks in a week")
    return tuple(sorted(breaks))


def week_without(week: Week, breaks: Breaks) -> Week:
    """The periods of the week, each cut where its own weekday has a break.

    A break of the day on which a night's period ends does not cut it.
    """
    return tuple(
        (weekday, *piece)
        for weekday, opens, closes in week
        for piece in _cut((opens, closes), _of(weekday, breaks))
    )


def days_without(days: SpecialDays, breaks: Breaks) -> SpecialDays:
    """The special dates, each cut where its weekday has a break."""
    return tuple(
        (day, tuple(p for period in periods for p in _cut(period, _of(day.weekday(), breaks))))
        for day, periods in days
    )


def _of(weekday: int, breaks: Breaks) -> list[Minutes]:
    return sorted((start, end) for day, start, end in breaks if day == weekday)


def _cut(period: Minutes, breaks: Iterable[Minutes]) -> Iterator[Minutes]:
    """What is left of the period, in pieces; written like it, with a close that may be next day's."""
    opens, closes = period
    end = closes if closes > opens else closes + MINUTES_PER_DAY
    for pause, resume in breaks:
        if resume <= opens or pause >= end:
            continue
        if pause > opens:
            yield opens, pause
        opens = resume
    if opens < end:
        yield opens, end if end <= MINUTES_PER_DAY else end - MINUTES_PER_DAY
