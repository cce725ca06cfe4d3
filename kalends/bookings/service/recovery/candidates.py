"""Who could take somebody's jobs of a visit over, and what the booking would be then."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import reduce
from uuid import UUID

from kalends import catalog
from kalends.catalog import StaffFacts
from kalends.core.money import Money
from kalends.core.unit import Unit

from ...repository import recovery
from ...rules.availability import refusal
from ...rules.ranges import Span
from ...rules.visits import Shift, slots_of_visit
from ...types import BookingFacts, LineFacts, Slot
from ..appointments.diaries import diaries
from ..appointments.lines import OWNER_PREMIUM, SERVICE, LiveJob, live_jobs, people_of
from ..appointments.matching import in_order
from ..changes import Move
from ..handover import Takeover

People = Mapping[UUID, StaffFacts]


async def who_could(unit: Unit, booking: BookingFacts, leaving: UUID) -> list[StaffFacts]:
    """Those who can do all of these jobs and are free for them, best first; nobody who declined them."""
    jobs = [job for job in live_jobs(booking.lines) if job.staff_id == leaving]
    if not jobs:
        return []
    members = await _able(unit, booking, jobs)
    for declined in {leaving, *await recovery.who_declined(unit, booking.id)}:
        members.pop(declined, None)
    provider, _ = await people_of(unit, booking)
    whole = Span(jobs[0].start, jobs[-1].end)
    found = await diaries(unit, provider, list(members.values()), whole, booking.id)
    free = [
        member
        for member in members.values()
        if not any(refusal(found[member.id], Span(job.start, job.end)) for job in jobs)
    ]
    return [match.member for match in await in_order(unit, provider, free, whole)]


async def _able(
    unit: Unit, booking: BookingFacts, jobs: Sequence[LiveJob]
) -> dict[UUID, StaffFacts]:
    services = {booking.lines[job.position].ref_id for job in jobs}
    able = [{m.id: m for m in await catalog.staff_for(unit, service)} for service in services]
    common = reduce(lambda one, other: one & other.keys(), able[1:], set(able[0]))
    return {staff_id: able[0][staff_id] for staff_id in common}


def takeover(
    unit: Unit, booking: BookingFacts, leaving: UUID, coming: StaffFacts, people: People
) -> Takeover:
    """The booking with somebody else. An owner costs what owners cost; somebody else than the owner less.

    `people` are those who serve until now. No line changes its place, so that its place stays its name.
    """
    premiums = _premiums(booking.lines, leaving)
    kept = [
        _handed_over(line, leaving, coming)
        if place not in premiums
        else replace(line, cancelled_at=unit.now)
        for place, line in enumerate(booking.lines)
    ]
    more = _dearer(booking.lines, leaving, coming, unit.profile.fees.owner_premium_bp)
    lines = (*kept, *more)
    members = {**people, coming.id: coming}
    team = [members[i] for i in dict.fromkeys(job.staff_id for job in live_jobs(lines))]
    total = Money(
        sum(line.subtotal.amount for line in lines if not line.cancelled_at),
        booking.total.currency,
    )
    span = Span(booking.start, booking.end)
    return Takeover(
        leaving=leaving,
        coming=coming.id,
        name=", ".join(dict.fromkeys(member.name for member in team)),
        user_ids=tuple(dict.fromkeys(m.user_id for m in team if m.user_id)),
        premiums=premiums,
        booking=Move(span, _slots(lines, coming), lines, total, total - booking.total),
    )


def _slots(lines: Sequence[LineFacts], coming: StaffFacts) -> tuple[Slot, ...]:
    """Who comes may serve in this visit already: all of their jobs."""
    buffer = timedelta(minutes=coming.buffer_minutes)
    theirs = [job for job in live_jobs(lines) if job.staff_id == coming.id]
    return slots_of_visit([Shift(job.staff_id, job.start, job.end, buffer) for job in theirs])


def _premiums(lines: Sequence[LineFacts], leaving: UUID) -> tuple[int, ...]:
    return tuple(
        place
        for place, line in enumerate(lines)
        if line.kind == OWNER_PREMIUM and line.staff_id == leaving and line.cancelled_at is None
    )


def _handed_over(line: LineFacts, leaving: UUID, coming: StaffFacts) -> LineFacts:
    theirs = line.staff_id == leaving and line.cancelled_at is None
    return replace(line, staff_id=coming.id) if theirs else line


def _dearer(
    lines: Sequence[LineFacts], leaving: UUID, coming: StaffFacts, premium_bp: int
) -> Iterator[LineFacts]:
    """What an owner costs besides, for each service that they take over."""
    for line in lines:
        theirs = line.staff_id == leaving and line.cancelled_at is None
        if theirs and line.kind == SERVICE and coming.is_owner and premium_bp:
            premium = line.subtotal.basis_points(premium_bp)
            yield replace(
                line,
                kind=OWNER_PREMIUM,
                name=f"{line.name}: the owner in person",
                quantity=1,
                unit_price=premium,
                subtotal=premium,
                staff_id=coming.id,
            )
