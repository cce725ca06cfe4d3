"""A visit that is made again and again, by whoever was named or by whoever is free each time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kalends.billing import AppointmentRequest, QuotedVisit, visit_of
from kalends.catalog import StaffFacts
from kalends.core.money import Money
from kalends.core.unit import Unit

from ...errors import OwnVenue
from ...rules.availability import Calendar, Reason, nearest_free, refusal
from ...rules.ranges import Span
from ...types import BookingFacts
from ..appointments.booking import book_visit
from ..appointments.diaries import diaries
from ..appointments.matching import able
from ..slots import NEARBY
from .plan import Obstacle, around, near

# So many near times of the first job are looked at for one that suits all jobs of the visit.
LOOKED_AT, SHOWN = 12, 3
Diaries = Mapping[UUID, Calendar]


@dataclass(frozen=True, slots=True)
class VisitPlan:
    """`choices` are those who may do each job of the visit."""

    request: AppointmentRequest
    visit: QuotedVisit
    choices: tuple[tuple[StaffFacts, ...], ...]

    @property
    def first(self) -> Span:
        return Span(self.visit.jobs[0].start, self.visit.jobs[-1].end)

    @property
    def zone(self) -> str:
        return self.visit.provider.zone

    @property
    def title(self) -> str:
        names = ", ".join(job.service.name for job in self.visit.jobs)
        return f"{names}, {self.visit.provider.name}"

    @property
    def provider_id(self) -> UUID:
        return self.visit.provider.id

    @property
    def venue_id(self) -> UUID | None:
        return None

    @property
    def total(self) -> Money:
        return self.visit.price.total

    @property
    def resource_ids(self) -> Sequence[UUID]:
        return list(self._members)

    @property
    def _members(self) -> dict[UUID, StaffFacts]:
        return {member.id: member for members in self.choices for member in members}

    async def calendars(self, unit: Unit, window: Span) -> Sequence[Calendar]:
        members = list(self._members.values())
        found = await diaries(unit, self.visit.provider, members, window) if members else {}
        return list(found.values())

    async def obstacles(self, unit: Unit, spans: Sequence[Span]) -> list[Obstacle | None]:
        members = list(self._members.values())
        if not members:
            return [Obstacle("nobody_qualified")] * len(spans)
        found = await diaries(unit, self.visit.provider, members, around(spans))
        return [self._obstacle(found, span) for span in spans]

    async def book(self, unit: Unit, span: Span, series_id: UUID) -> BookingFacts:
        end = span.end if self.request.end_time else None
        times = {"start_time": span.start, "end_time": end}
        return await book_visit(unit, self.request.model_copy(update=times), series_id)

    def _obstacle(self, found: Diaries, span: Span) -> Obstacle | None:
        close = {staff_id: near(calendar, span) for staff_id, calendar in found.items()}
        reason = self._reason(close, span.start)
        if reason is None:
            return None
        first = self._jobs_at(span.start)[0]
        starts = {
            free.start
            for member in self.choices[0]
            for free in nearest_free(close[member.id], first, limit=LOOKED_AT, horizon=NEARBY)
        }
        fitting = [start for start in starts if self._reason(close, start) is None]
        fitting.sort(key=lambda start: (abs(start - span.start), start))
        nearest = tuple(Span(start, start + span.length) for start in fitting[:SHOWN])
        return Obstacle(reason.value, nearest)

    def _reason(self, found: Diaries, start: datetime) -> Reason | None:
        """Why the visit cannot begin then: the first job that nobody can do says it."""
        for job, members in zip(self._jobs_at(start), self.choices, strict=True):
            refused = [refusal(found[member.id], job) for member in members]
            if None not in refused:
                reasons = [one.reason for one in refused if one is not None]
                return Reason.TAKEN if Reason.TAKEN in reasons else reasons[0]
        return None

    def _jobs_at(self, start: datetime) -> list[Span]:
        later = start - self.first.start
        return [Span(job.start + later, job.end + later) for job in self.visit.jobs]


async def plan_visit(unit: Unit, request: AppointmentRequest) -> VisitPlan:
    """Raises NotFound, Invalid, StaffNotQualified, TooFarAway, OwnVenue."""
    visit = await visit_of(unit, request)
    if unit.principal.manages(visit.provider.id):
        raise OwnVenue("book elsewhere, or give somebody time off instead")
    named = {job.service.id for job in visit.jobs if job.member is None}
    free = {service_id: tuple(await able(unit, service_id)) for service_id in sorted(named)}
    choices = tuple((job.member,) if job.member else free[job.service.id] for job in visit.jobs)
    return VisitPlan(request, visit, choices)
