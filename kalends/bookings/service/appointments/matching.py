"""Who does a job that nobody was asked for by name: the best of those who can and are free."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from kalends import catalog
from kalends.billing import Job, QuotedVisit
from kalends.catalog import ProviderFacts, StaffFacts
from kalends.core.errors import NotFound
from kalends.core.unit import Unit

from ...errors import SlotUnavailable
from ...repository import recovery, work
from ...rules.availability import Calendar, Reason, Refusal, refusal
from ...rules.matching import Candidate, ranked
from ...rules.opening_hours import local_dates, local_day
from ...rules.ranges import Span
from .diaries import diaries, refuse

WEEK = 7


@dataclass(frozen=True, slots=True)
class Match:
    """Somebody who could do it, with the jobs of that week."""

    member: StaffFacts
    jobs: int


async def match(
    unit: Unit, service_id: UUID, start: datetime, end: datetime | None = None
) -> tuple[list[Match], Span]:
    """Those who could do the service then, best first, and the time that it takes. Raises NotFound."""
    service = (await catalog.services_by_id(unit, [service_id])).get(service_id)
    if service is None or not service.bookable:
        raise NotFound("there is no such service, or it takes no bookings at the moment")
    provider = (await catalog.providers_by_id(unit, [service.provider_id]))[service.provider_id]
    span = Span(start, end or start + timedelta(minutes=service.duration_min))
    members = await able(unit, service_id)
    found = await diaries(unit, provider, members, span)
    free = [member for member in members if refusal(found[member.id], span) is None]
    return await in_order(unit, provider, free, span), span


async def able(unit: Unit, service_id: UUID) -> list[StaffFacts]:
    """Who can do it without being asked for by name: not the owner where that would cost more."""
    members = await catalog.staff_for(unit, service_id)
    dear = unit.profile.fees.owner_premium_bp > 0
    return [member for member in members if not (dear and member.is_owner)]


async def in_order(
    unit: Unit, provider: ProviderFacts, members: Sequence[StaffFacts], span: Span
) -> list[Match]:
    """These members, best first."""
    if not members:
        return []
    jobs = await work.jobs_in(unit, [m.id for m in members], _week_of(span, provider.zone))
    known = {member.id: member for member in members}
    rating = await ratings_to_rank_by(unit, members)
    order = ranked(Candidate(m.id, rating[m.id], jobs.get(m.id, 0)) for m in known.values())
    return [Match(known[one.id], one.jobs) for one in order]


async def ratings_to_rank_by(unit: Unit, members: Sequence[StaffFacts]) -> dict[UUID, int | None]:
    """Their ratings, lowered for who declined too often of late."""
    lowered = await recovery.staff_under_review(unit, [m.id for m in members])
    left = unit.profile.decline.penalty_percent
    return {
        m.id: m.rating_hundredths * left // 100
        if m.rating_hundredths is not None and m.id in lowered
        else m.rating_hundredths
        for m in members
    }


async def team_for(
    unit: Unit, visit: QuotedVisit, lost: frozenset[UUID], ignoring: UUID | None = None
) -> list[StaffFacts]:
    """Who does each job of the visit. `lost` are those whose time went to somebody else meanwhile.

    Raises SlotTaken and SlotUnavailable, with when somebody is free instead.
    """
    choices = [await _choices(unit, job, lost) for job in visit.jobs]
    everybody = {member.id: member for members in choices for member in members}
    whole = Span(visit.jobs[0].start, visit.jobs[-1].end)
    found = await diaries(unit, visit.provider, list(everybody.values()), whole, ignoring)
    team = []
    for job, members in zip(visit.jobs, choices, strict=True):
        team.append(await _best(unit, visit.provider, (job, members), found))
    return team


async def _choices(unit: Unit, job: Job, lost: frozenset[UUID]) -> list[StaffFacts]:
    if job.member is not None:
        return [job.member]
    members = [m for m in await able(unit, job.service.id) if m.id not in lost]
    if not members and not lost:
        raise SlotUnavailable(
            f"nobody does {job.service.name} at the moment",
            reason="nobody_qualified",
            blocked=[],
            nearest=[],
        )
    return members


async def _best(
    unit: Unit,
    provider: ProviderFacts,
    wanted: tuple[Job, Sequence[StaffFacts]],
    found: Mapping[UUID, Calendar],
) -> StaffFacts:
    job, members = wanted
    span = Span(job.start, job.end)
    why = {member.id: refusal(found[member.id], span) for member in members}
    free = [member for member in members if why[member.id] is None]
    if not free:
        reasons = [one for one in why.values() if one is not None]
        able_now = members or await able(unit, job.service.id)
        raise await refuse(unit, provider, able_now, (span, _told(reasons)))
    if len(free) == 1:
        return free[0]
    return (await in_order(unit, provider, free, span))[0].member


def _told(reasons: Sequence[Refusal]) -> Refusal | None:
    """Taken, where anybody could have done it at another time; else the first reason."""
    taken = [one for one in reasons if one.reason is Reason.TAKEN]
    return next(iter(taken or reasons), None)


def _week_of(span: Span, zone: str) -> Span:
    """Monday to Monday in the wall time of the place."""
    day = local_dates(span, zone)[0]
    monday = day - timedelta(days=day.weekday())
    return Span(local_day(monday, zone).start, local_day(monday + timedelta(days=WEEK), zone).start)
