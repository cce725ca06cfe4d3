"""When the bookings of a series begin: by the wall clock of the place, whatever its clocks do in between."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from .opening_hours import resolve_local, zone_named
from .ranges import Span, as_utc

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One turn of a series, counted from 0. `exists` is False in the hour that clocks skip: then the span
    is the nearest that there is. `chosen`: the customer moved it there. A `skipped` one is not booked.
    """

    position: int
    span: Span
    exists: bool = True
    chosen: bool = False
    skipped: bool = False


def weekly(first: Span, zone: str, every_weeks: int, count: int) -> list[Occurrence]:
    """So many turns, each as long as the first, at the time that the place's clock shows at the first.

    Raises ValueError for an unknown zone and for times outside the calendar.
    """
    shown = first.start.astimezone(zone_named(zone)).replace(tzinfo=None)
    found = [Occurrence(0, first)]
    for n in range(1, count):
        start, exists = _instant(shown + n * every_weeks * WEEK, zone)
        found.append(Occurrence(n, Span(start, start + first.length), exists))
    return found


def decided(
    turns: Sequence[Occurrence], skipped: set[int], moved: dict[int, datetime]
) -> list[Occurrence]:
    """The turns as the customer wants them."""
    return [_decided(turn, skipped, moved) for turn in turns]


def in_each_others_way(turns: Sequence[Occurrence]) -> set[int]:
    """The positions of those that overlap one before them; what is skipped is in nobody's way."""
    wanted = sorted((t for t in turns if not t.skipped), key=lambda t: (t.span.start, t.position))
    found, end = set(), None
    for turn in wanted:
        if end is not None and turn.span.start < end:
            found.add(turn.position)
        end = turn.span.end if end is None else max(end, turn.span.end)
    return found


def _decided(turn: Occurrence, skipped: set[int], moved: dict[int, datetime]) -> Occurrence:
    if turn.position in skipped:
        return replace(turn, skipped=True)
    start = moved.get(turn.position)
    if start is None:
        return turn
    return replace(turn, span=Span(start, start + turn.span.length), exists=True, chosen=True)


def _instant(wall: datetime, zone: str) -> tuple[datetime, bool]:
    instant = resolve_local(wall, zone)
    if instant is not None:
        return instant, True
    return as_utc(wall.replace(tzinfo=zone_named(zone))), False
