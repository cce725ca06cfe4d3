"""Who could take somebody's jobs of a visit over, and what the booking would be then."""

from collections.abc import Iterator, Sequence
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
from ...types import BookingFacts, LineFacts
from ..appointments.diaries import diaries
from ..appointments.lines import OWNER_PREMIUM, SERVICE, LiveJob, live_jobs, people_of
from ..appointments.matching import in_order
from ..changes import Move
from ..handover import Takeover


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


async def takeover(
    unit: Unit, booking: BookingFacts, leaving: UUID, coming: StaffFacts
) -> Takeover:
    """The booking with somebody else. An owner costs what owners cost; somebody else than the owner less."""
    lines = tuple(_lines(booking.lines, leaving, (coming, unit.profile.fees.owner_premium_bp)))
    _, people = await people_of(unit, booking)
    members = people | {coming.id: coming}
    shifts = [
        Shift(j.staff_id, j.start, j.end, timedelta(minutes=members[j.staff_id].buffer_minutes))
        for j in live_jobs(lines)
    ]
    slots = slots_of_visit(shifts)
    zero = Money(0, booking.total.currency)
    total = sum((line.subtotal for line in lines if not line.cancelled_at), zero)
    team = [members[i] for i in dict.fromkeys(shift.staff_id for shift in shifts)]
    return Takeover(
        leaving=leaving,
        coming=coming.id,
        name=", ".join(dict.fromkeys(member.name for member in team)),
        user_ids=tuple(dict.fromkeys(m.user_id for m in team if m.user_id)),
        new_slots=tuple(slot for slot in slots if slot.resource_id == coming.id),
        booking=Move(Span(booking.start, booking.end), slots, lines, total, total - booking.total),
    )


def _lines(
    lines: Sequence[LineFacts], leaving: UUID, to: tuple[StaffFacts, int]
) -> Iterator[LineFacts]:
    coming, premium_bp = to
    for line in lines:
        theirs = line.staff_id == leaving and line.cancelled_at is None
        if theirs and line.kind == OWNER_PREMIUM:
            continue  # set anew below, where it applies
        yield replace(line, staff_id=coming.id) if theirs else line
        if theirs and line.kind == SERVICE and coming.is_owner and premium_bp:
            premium = line.subtotal.basis_points(premium_bp)
            name = f"{line.name}: the owner in person"
            yield replace(
                line,
                kind=OWNER_PREMIUM,
                name=name,
                quantity=1,
                unit_price=premium,
                subtotal=premium,
                staff_id=coming.id,
            )
