"""Book somebody's time: one service or several in one visit."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any
from uuid import UUID

from kalends import catalog
from kalends.billing import AppointmentRequest, Job, PriceLine, QuotedVisit, visit_of
from kalends.catalog import StaffFacts
from kalends.core.principal import ActorKind
from kalends.core.unit import Unit

from ...errors import OwnVenue, SlotUnavailable
from ...rules.availability import free_spans, refusal
from ...rules.opening_hours import zone_named
from ...rules.processes import APPOINTMENT
from ...rules.ranges import Span
from ...rules.visits import Shift, slots_of_visit, starts_in
from ...types import BookingFacts, LineFacts
from ..changes import Move, Opening
from ..create import Draft, SlotLost, check_holds, lines_of, place_booking
from .diaries import diaries, refuse
from .lines import live_jobs, people_of
from .matching import team_for

MINUTES_PER_HOUR = 60


async def book_visit(
    unit: Unit, request: AppointmentRequest, series_id: UUID | None = None
) -> BookingFacts:
    """Book for the signed-in user; the time is held until it is paid for or approved.

    Raises NotFound, Invalid, StaffNotQualified, TooFarAway, SlotTaken (with the nearest free times),
    SlotUnavailable (with the reason), QuoteExpired, QuoteMismatch, TooManyHolds, OwnVenue.
    """
    visit = await visit_of(unit, request)
    if unit.principal.manages(visit.provider.id):
        raise OwnVenue("book elsewhere, or give somebody time off instead")
    await check_holds(unit, series_id)
    lost: frozenset[UUID] = frozenset()
    while True:
        team = await team_for(unit, visit, lost)
        draft = replace(_draft(unit, visit, team), series_id=series_id)
        try:
            async with unit.session.begin_nested():
                return await place_booking(unit, draft, ActorKind.customer)
        except SlotLost as gone:
            who = gone.slot.resource_id
            for job in visit.jobs:
                if job.member and job.member.id == who:
                    raise await _gone(unit, visit, job) from None
            lost |= {who}


async def moved_visit(unit: Unit, booking: BookingFacts, span: Span) -> Move:
    """The visit at another time, with the same people at the same price. Raises SlotTaken, SlotUnavailable."""
    if span.length != booking.end - booking.start:
        raise SlotUnavailable(
            "a visit takes as long as it takes; send its new start only",
            reason="another_length",
            blocked=[],
            nearest=[],
        )
    later = span.start - booking.start
    lines = tuple(_moved(line, later) for line in booking.lines)
    provider, members = await people_of(unit, booking)
    found = await diaries(unit, provider, list(members.values()), span, booking.id)
    for job in live_jobs(lines):
        member = members[job.staff_id]
        wanted = Span(job.start, job.end)
        why = refusal(found[member.id], wanted)
        if why or member.status is not catalog.PlaceStatus.active:
            raise await refuse(unit, provider, [member], (wanted, why), booking.id)
    shifts = [
        Shift(job.staff_id, job.start, job.end, _buffer(members[job.staff_id]))
        for job in live_jobs(lines)
    ]
    return Move(span, slots_of_visit(shifts), lines, booking.total, booking.total - booking.total)


async def visit_openings(unit: Unit, booking: BookingFacts, window: Span) -> list[Opening]:
    """Where in the window the visit could begin instead, with the same people at the same price."""
    provider, members = await people_of(unit, booking)
    if any(member.status is not catalog.PlaceStatus.active for member in members.values()):
        return []
    length = booking.end - booking.start
    whole = Span(window.start, window.end + length)
    found = await diaries(unit, provider, list(members.values()), whole, booking.id)
    free = {staff_id: free_spans(found[staff_id], whole) for staff_id in members}
    jobs = live_jobs(booking.lines)

    def fits(start: datetime) -> bool:
        later = start - booking.start
        wanted = [(job.staff_id, Span(job.start + later, job.end + later)) for job in jobs]
        return all(any(span.contains(job) for span in free[who]) for who, job in wanted)

    step = timedelta(minutes=unit.profile.availability.step_minutes)
    nothing = booking.total - booking.total
    starts = starts_in([whole], length, step, zone_named(booking.zone))
    return [Opening(Span(start, start + length), nothing) for start in starts if fits(start)]


async def visit_taken(unit: Unit, booking: BookingFacts, span: Span) -> Exception:
    """The refusal when somebody was faster, with what is free instead."""
    provider, members = await people_of(unit, booking)
    return await refuse(unit, provider, list(members.values())[:1], (span, None), booking.id)


async def _gone(unit: Unit, visit: QuotedVisit, job: Job) -> Exception:
    assert job.member is not None
    return await refuse(unit, visit.provider, [job.member], (Span(job.start, job.end), None))


def _draft(unit: Unit, visit: QuotedVisit, team: Sequence[StaffFacts]) -> Draft:
    provider, first = visit.provider, team[0]
    base = provider.base.address if provider.base else ""
    names = list(dict.fromkeys(member.name for member in team))
    asked_first = unit.profile.booking.approval == "before_payment"
    shifts = [
        Shift(member.id, job.start, job.end, _buffer(member))
        for job, member in zip(visit.jobs, team, strict=True)
    ]
    return Draft(
        process=APPOINTMENT,
        customer_id=unit.user_id,
        provider_id=provider.id,
        staff_id=first.id,
        staff_user_ids=tuple(dict.fromkeys(m.user_id for m in team if m.user_id)),
        span=Span(visit.jobs[0].start, visit.jobs[-1].end),
        zone=provider.zone,
        lines=tuple(_lines(visit, team)),
        slots=slots_of_visit(shifts),
        total=visit.price.total,
        place={
            "resource": ", ".join(names),
            "name": provider.name,
            "address": visit.at.address if visit.at else base,
        },
        category=visit.jobs[0].service.category,
        state="awaiting_provider" if asked_first else None,
        waits="approval" if asked_first else "hold",
        details=_details(visit),
        minutes=_minutes(unit),
    )


def _lines(visit: QuotedVisit, team: Sequence[StaffFacts]) -> Iterator[LineFacts]:
    for job, member in zip(visit.jobs, team, strict=True):
        for line in job.lines:
            yield _line(line, member.id, job)
    yield from lines_of(visit.more)


def _line(line: PriceLine, staff_id: UUID, job: Job) -> LineFacts:
    return LineFacts(
        line.kind,
        line.ref_id,
        line.name,
        line.quantity,
        line.unit_price,
        line.subtotal,
        staff_id,
        job.start,
        job.end,
    )


def _moved(line: LineFacts, later: timedelta) -> LineFacts:
    if line.start is None or line.end is None:
        return line
    return replace(line, start=line.start + later, end=line.end + later)


def _details(visit: QuotedVisit) -> dict[str, Any]:
    """The steps of the work as they are now, each with the place of its line, and where the customer is."""
    first = accumulate((len(job.lines) for job in visit.jobs), initial=0)
    steps = [
        {"text": item.text, "mandatory": item.mandatory, "done": False, "line": line}
        for line, job in zip(first, visit.jobs, strict=False)
        for item in job.service.checklist
    ]
    found: dict[str, Any] = {"checklist": steps}
    if visit.at:
        found["location"] = {"lat": visit.at.lat, "lng": visit.at.lng}
    return found


def _minutes(unit: Unit) -> dict[str, int]:
    """The clocks that only appointments have."""
    rules = unit.profile.booking
    return {
        "approval": rules.approval_hours * MINUTES_PER_HOUR,
        "early_start": rules.early_start_minutes,
        "at_risk": rules.at_risk_minutes,
        "silence": rules.silence_hours * MINUTES_PER_HOUR,
    }


def _buffer(member: StaffFacts) -> timedelta:
    return timedelta(minutes=member.buffer_minutes)
