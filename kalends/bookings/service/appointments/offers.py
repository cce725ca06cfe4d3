"""When a service can be booked, and with whom: what is offered here is what booking accepts."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from kalends import catalog
from kalends.catalog import PlaceStatus, ProviderFacts, StaffFacts
from kalends.core.errors import Invalid, NotFound
from kalends.core.unit import Unit

from ...rules.availability import free_spans
from ...rules.opening_hours import local_day, zone_named
from ...rules.ranges import Span
from ...rules.visits import starts_in
from .diaries import diaries
from .matching import able

MAX_DAYS = 31


@dataclass(frozen=True, slots=True)
class Offer:
    """A time at which a job could begin, and those who could do it."""

    start: datetime
    end: datetime
    staff_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A service on each local date from `first` to `last` (today by default), by anybody or by one member."""

    service_id: UUID
    first: date | None
    last: date | None
    staff_id: UUID | None


async def offers(
    unit: Unit, provider_id: UUID, wanted: Wanted
) -> tuple[ProviderFacts, list[tuple[date, list[Offer]]]]:
    """Raises NotFound, Invalid for more than 31 days or an impossible date."""
    provider = await catalog.get_provider(unit, provider_id)
    service = (await catalog.services_by_id(unit, [wanted.service_id])).get(wanted.service_id)
    if service is None or not service.bookable or service.provider_id != provider_id:
        raise NotFound("there is no such service, or it takes no bookings at the moment")
    length = timedelta(minutes=service.duration_min)
    days = _days(unit, provider, wanted)
    members = await _members(unit, wanted)
    whole = Span(days[0][1].start, days[-1][1].end + length)
    found = await diaries(unit, provider, members, whole)
    step = timedelta(minutes=unit.profile.availability.step_minutes)
    zone = zone_named(provider.zone)
    who: dict[datetime, list[UUID]] = {}
    for staff_id, calendar in found.items():
        for start in starts_in(free_spans(calendar, whole), length, step, zone):
            who.setdefault(start, []).append(staff_id)
    return provider, [
        (
            day,
            [
                Offer(start, start + length, tuple(who[start]))
                for start in sorted(who)
                if window.start <= start < window.end
            ],
        )
        for day, window in days
    ]


async def _members(unit: Unit, wanted: Wanted) -> list[StaffFacts]:
    """The one who was named, even the owner; else all who can do it without being named."""
    if wanted.staff_id is None:
        return await able(unit, wanted.service_id)
    member = (await catalog.staff_by_id(unit, [wanted.staff_id])).get(wanted.staff_id)
    able_to = member is not None and wanted.service_id in member.skills
    if member is None or not able_to or member.status is not PlaceStatus.active:
        raise NotFound("there is no such member of the staff who does this")
    return [member]


def _days(unit: Unit, provider: ProviderFacts, wanted: Wanted) -> list[tuple[date, Span]]:
    first = wanted.first or unit.now.astimezone(zone_named(provider.zone)).date()
    count = ((wanted.last or first) - first).days + 1
    if not 1 <= count <= MAX_DAYS:
        raise Invalid(f"ask for 1 to {MAX_DAYS} days, the first one first")
    try:
        dates = [first + timedelta(days=n) for n in range(count)]
        return [(day, local_day(day, provider.zone)) for day in dates]
    except (OverflowError, ValueError):
        raise Invalid("that date is outside the calendar") from None
