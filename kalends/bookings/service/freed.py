"""Time becomes free: whoever waits for it is asked, after the commit, by a job that commits with it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from kalends.core.unit import Unit

from ..events import TimeFreed
from ..repository import allocations
from ..rules.ranges import Span
from ..types import Slot


async def free_time(unit: Unit, booking_id: UUID) -> None:
    """Let the booking's time go, and tell who waits for it."""
    tell_freed(unit, await allocations.free(unit, booking_id))


async def swap_time(
    unit: Unit, booking_id: UUID, slots: Sequence[Slot], expires_at: datetime | None
) -> Slot | None:
    """Let go of all that the booking has and take these; None, or what is lost: then nothing may be kept."""
    lost, gone = await allocations.swap(unit, booking_id, slots, expires_at)
    if lost is None:
        tell_freed(unit, gone)
    return lost


def tell_freed(unit: Unit, freed: Iterable[tuple[UUID, Span]]) -> None:
    """These calendars are free for so long again."""
    if not unit.profile.features.waitlist:
        return
    for resource_id, span in freed:
        if span.end > unit.now:
            unit.emit(TimeFreed(resource_id=resource_id, start=span.start, end=span.end))
