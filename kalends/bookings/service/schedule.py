"""The days of somebody on a staff: how many jobs each has, and which."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from kalends.core.unit import Unit

from ..access import access_days
from ..repository import schedule
from ..rules.opening_hours import local_day
from ..rules.ranges import Span
from ..types import BookingFacts


@dataclass(frozen=True, slots=True)
class Days:
    """Local dates of `zone` with their numbers of jobs, and the jobs themselves if one day was asked for."""

    zone: str
    counts: tuple[tuple[date, int], ...]
    jobs: Sequence[BookingFacts] = ()


async def month_of(unit: Unit, staff_id: UUID | None, first: date) -> Days:
    """The dates of the month that have jobs. Raises NotFound."""
    members = await access_days(unit, staff_id)
    zone = members[0].zone
    after = (first + timedelta(days=31)).replace(day=1)
    window = Span(local_day(first, zone).start, local_day(after, zone).start)
    found = await schedule.jobs_per_day(unit, [m.id for m in members], window, zone)
    return Days(zone, tuple((midnight.date(), count) for midnight, count in found))


async def day_of(unit: Unit, staff_id: UUID | None, day: date) -> Days:
    """The jobs that begin on that date. Raises NotFound."""
    members = await access_days(unit, staff_id)
    zone = members[0].zone
    jobs = await schedule.jobs_in(unit, [m.id for m in members], local_day(day, zone))
    return Days(zone, ((day, len(jobs)),), jobs)
