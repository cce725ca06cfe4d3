"""Which providers have time left on a day."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from uuid import UUID

from kalends import catalog
from kalends.core.unit import Unit

from ..repository.allocations import taken_spans
from ..rules.availability import free_spans
from ..rules.opening_hours import local_day
from ..rules.ranges import Span
from .appointments.diaries import teams_free_in
from .enquiries.calendars import Diary, diaries_of


async def providers_free_on(unit: Unit, provider_ids: Collection[UUID], day: date) -> set[UUID]:
    """Those of whom somebody on the staff, or who themselves without a staff, could still be booked for a
    while that day, on the calendar of where they are. Three statements, and three for each time zone.
    """
    free: set[UUID] = set()
    diaries = await diaries_of(unit, provider_ids)
    staff = await catalog.on_duty(unit, provider_ids)
    for window, here in _by_zone(day, diaries.values()):
        teams = [(one.provider, staff[one.provider.id]) for one in here if one.provider.id in staff]
        free |= await teams_free_in(unit, teams, window)
        free |= await _alone(unit, [one for one in here if one.provider.id not in staff], window)
    return free


def _by_zone(day: date, diaries: Iterable[Diary]) -> Iterable[tuple[Span, list[Diary]]]:
    """Who is where the day is this span of time; nobody where it does not exist."""
    zones: dict[str, list[Diary]] = {}
    for diary in diaries:
        zones.setdefault(diary.provider.zone, []).append(diary)
    for zone, here in zones.items():
        try:
            yield local_day(day, zone), here
        except ValueError:
            continue


async def _alone(unit: Unit, diaries: Collection[Diary], window: Span) -> set[UUID]:
    taken: Mapping[UUID, list[Span]] = await taken_spans(
        unit, [resource for diary in diaries for resource in diary.resource_ids], window
    )
    calendars = {diary.provider.id: diary.calendar(unit, taken) for diary in diaries}
    return {one for one, calendar in calendars.items() if free_spans(calendar, window)}
