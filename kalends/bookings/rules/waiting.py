"""Where the wish of somebody who waits fits into what has become free."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from .availability import Calendar, free_spans
from .ranges import Span


@dataclass(frozen=True, slots=True)
class Longing:
    """A wish for so much time inside a window, not beginning before `earliest`."""

    window: Span
    length: timedelta
    earliest: datetime

    @property
    def reach(self) -> Span | None:
        """Where it may still lie; None when it is too late for it."""
        start = max(self.window.start, self.earliest)
        return Span(start, self.window.end) if start + self.length <= self.window.end else None


def place_for(calendar: Calendar, longing: Longing, freed: Span) -> Span | None:
    """The first time that fits and takes some of what was freed; None when there is none."""
    reach = longing.reach
    if reach is None:
        return None
    for free in free_spans(calendar, reach):
        latest = free.end - longing.length
        if latest < free.start:
            continue
        start = min(max(freed.start, free.start), latest)
        place = Span(start, start + longing.length)
        if place.overlaps(freed):
            return place
    return None


def any_place_for(calendar: Calendar, longing: Longing) -> Span | None:
    """The first time that fits at all."""
    return place_for(calendar, longing, longing.window)
