"""Stretches of time: half-open, in UTC, and the four sums that are done with them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Span:
    """The instants from `start` up to, and without, `end`.

    Any aware datetimes are taken and kept as UTC. Raises ValueError for a naive datetime, for one
    that UTC cannot express, and unless `end` is after `start`.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        # Adding a timedelta to a datetime of another zone moves its wall clock, not the instant.
        if self.start.tzinfo is not UTC:
            object.__setattr__(self, "start", as_utc(self.start))
        if self.end.tzinfo is not UTC:
            object.__setattr__(self, "end", as_utc(self.end))
        if self.end <= self.start:
            raise ValueError("a span ends after it starts")

    @property
    def length(self) -> timedelta:
        """Elapsed time, which is what is sold: a night of 23:00-05:00 may last 5, 6 or 7 hours."""
        return self.end - self.start

    @property
    def minutes(self) -> int:
        """Whole elapsed minutes."""
        return self.length // _MINUTE

    def overlaps(self, other: "Span") -> bool:
        """Whether the two share an instant; spans that only touch do not."""
        return self.start < other.end and self.end > other.start

    def contains(self, other: "Span") -> bool:
        return self.start <= other.start and other.end <= self.end


def as_utc(moment: datetime) -> datetime:
    """The same instant in UTC. Raises ValueError for a naive or inexpressible datetime."""
    if moment.utcoffset() is None:
        raise ValueError("a moment needs its offset from UTC")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("a moment outside the calendar") from None


def clipped(spans: Iterable[Span], window: Span) -> list[Span]:
    """What of each span lies inside the window, by start. Spans outside are left out."""
    inside = [
        span
        if window.contains(span)
        else Span(max(span.start, window.start), min(span.end, window.end))
        for span in spans
        if span.overlaps(window)
    ]
    return sorted(inside, key=_by_start)


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same instants as disjoint spans by start; overlapping and touching ones become one."""
    result: list[Span] = []
    for span in sorted(spans, key=_by_start):
        if not result or span.start > result[-1].end:
            result.append(span)
        elif span.end > result[-1].end:
            result[-1] = Span(result[-1].start, span.end)
    return result


def without(spans: Iterable[Span], removed: Iterable[Span]) -> list[Span]:
    """The instants of `spans` that are in none of `removed`, as disjoint spans by start."""
    holes = merged(removed)
    result: list[Span] = []
    first = 0
    for span in merged(spans):
        while first < len(holes) and holes[first].end <= span.start:
            first += 1
        cursor = span.start
        for hole in holes[first:]:
            if hole.start >= span.end:
                break
            if hole.start > cursor:
                result.append(Span(cursor, hole.start))
            cursor = hole.end
        if cursor < span.end:
            result.append(Span(cursor, span.end))
    return result


def _by_start(span: Span) -> datetime:
    return span.start
