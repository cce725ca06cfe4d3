"""Jobs of people, one after the other: what they keep of whose time, and where one more fits."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from uuid import UUID

from ..types import Slot
from .ranges import Span

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Shift:
    """One job of a visit: whose it is, when, and what that person needs after a job."""

    staff_id: UUID
    start: datetime
    end: datetime
    buffer: timedelta


def slots_of_visit(shifts: Sequence[Shift]) -> tuple[Slot, ...]:
    """What each job keeps of a calendar. Between two jobs of one visit nobody needs more than there is."""
    return tuple(
        Slot("staff", one.staff_id, one.start, one.end, _busy_until(one, shifts)) for one in shifts
    )


def _busy_until(one: Shift, shifts: Sequence[Shift]) -> datetime:
    own = [s.start for s in shifts if s.staff_id == one.staff_id and s.start >= one.end]
    return min([one.end + one.buffer, *own])


def kept_apart(taken: Iterable[Span], buffer: timedelta) -> list[Span]:
    """What is taken for somebody who needs a buffer after the next job: it has to end earlier."""
    return [Span(span.start - buffer, span.end) for span in taken]


def starts_in(
    free: Iterable[Span], length: timedelta, step: timedelta, zone: tzinfo
) -> Iterator[datetime]:
    """Where a job of this length may begin: on whole steps of the place's clock, as long as it fits."""
    for span in free:
        ahead = zone.utcoffset(span.start.astimezone(zone)) or timedelta()
        start = span.start + (_EPOCH - span.start - ahead) % step
        while start + length <= span.end:
            yield start
            start += step
