"""Call one service of a visit off: its people are free, and its share of the money goes back."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from kalends import billing
from kalends.billing import LineRefund, Sale, SoldLine
from kalends.catalog import StaffFacts
from kalends.core.errors import Invalid, NotFound
from kalends.core.money import Money
from kalends.core.principal import ActorKind
from kalends.core.states import Order, fire, refusal
from kalends.core.unit import Unit
from kalends.payments import Destination

from ...access import access_booking
from ...repository import bookings
from ...rules.policy import Policy
from ...rules.processes import PROCESSES
from ...rules.visits import Shift, slots_of_visit
from ...types import BookingFacts, LineFacts, subject_of
from ..changes import DroppedLine
from ..machine import MACHINE
from ..read import get_booking
from ..tiers import customer_percent
from .lines import FEE, SERVICE, live_jobs, people_of, premium_of
from .work import take_step


async def drop_line(
    unit: Unit, booking_id: UUID, position: int, reason: str, refund_to: Destination | None = None
) -> BookingFacts:
    """Raises NotFound, TransitionNotAllowed, BookingFrozen, Invalid for the last service of a visit."""
    seen = await access_booking(unit, booking_id)
    step = PROCESSES[seen.booking.kind]
    if all(t.name != "drop_line" for t in step.transitions):
        return await take_step(unit, booking_id, ("drop_line",))
    actor = seen.actor_for(step.find("drop_line"))
    row = await bookings.lock(unit, booking_id)
    assert row is not None
    problem = refusal(MACHINE, row, "drop_line", {actor}, unit.now)
    if problem:
        raise problem
    booking = await get_booking(unit, booking_id)
    given = replace(await _without(unit, booking, position, actor), refund_to=refund_to)
    await fire(unit, MACHINE, booking_id, "drop_line", Order(actor, reason, given))
    return await get_booking(unit, booking_id)


async def _without(
    unit: Unit, booking: BookingFacts, position: int, actor: ActorKind
) -> DroppedLine:
    jobs = live_jobs(booking.lines)
    if all(job.position != position for job in jobs):
        raise NotFound("there is no such service in this visit any more")
    rest = [job for job in jobs if job.position != position]
    if not rest:
        raise Invalid("this is all that is left of the visit; cancel the booking instead")
    _, people = await people_of(unit, booking)
    refund = await _refund(unit, booking, position, actor)
    gone = _positions(booking.lines, position)
    price = _sum((booking.lines[n] for n in gone), booking)
    lines = [
        replace(line, cancelled_at=unit.now) if n in gone else line
        for n, line in enumerate(booking.lines)
    ]
    if refund.fee:
        lines.append(_fee(booking.lines[position], refund.fee))
    shifts = [Shift(j.staff_id, j.start, j.end, _buffer(people[j.staff_id])) for j in rest]
    left = [people[staff_id] for staff_id in dict.fromkeys(job.staff_id for job in rest)]
    return DroppedLine(
        position,
        tuple(lines),
        slots_of_visit(shifts),
        booking.total - price + refund.fee,
        refund,
        _columns(shifts, left) | _shown(booking, position, left),
    )


def _columns(shifts: Sequence[Shift], people: Sequence[StaffFacts]) -> dict[str, Any]:
    """When the rest is, and who does it."""
    return {
        "start_at": min(shift.start for shift in shifts),
        "end_at": max(shift.end for shift in shifts),
        "staff_id": people[0].id,
        "staff_user_ids": [member.user_id for member in people if member.user_id],
    }


def _shown(booking: BookingFacts, gone: int, people: Sequence[StaffFacts]) -> dict[str, Any]:
    """Whom the customer meets, and the steps of the work that is left."""
    names = ", ".join(dict.fromkeys(member.name for member in people))
    place = {"resource": names, "name": booking.place_name, "address": booking.address}
    steps = [step for step in booking.details.get("checklist", ()) if step.get("line") != gone]
    return {"place": place, "details": {**booking.details, "checklist": steps}}


async def _refund(unit: Unit, booking: BookingFacts, position: int, actor: ActorKind) -> LineRefund:
    """By the tier for the customer, in full when the provider or an operator takes it out."""
    percent = Policy.read(booking.policy).provider_fault_percent
    if actor is ActorKind.customer:
        percent = customer_percent(booking.policy, booking.start, unit.now)
    return await billing.line_refund(unit, _sale(booking), str(position), percent)


def _sale(booking: BookingFacts) -> Sale:
    """What was sold: each service with its premium as one line. A fee is no part of it.

    A premium that ended with a handover stays a line of its own: it was paid, and went back.
    """
    together = {
        place
        for n, line in enumerate(booking.lines)
        if line.kind == SERVICE and (place := premium_of(booking.lines, n)) is not None
    }
    sold = [
        SoldLine(
            str(n), line.name, _sum(_with_premium(booking.lines, n), booking), line.cancelled_at
        )
        for n, line in enumerate(booking.lines)
        if line.kind != FEE and n not in together
    ]
    total = Money(sum(line.price.amount for line in sold), booking.total.currency)
    return Sale(subject_of(booking.id), tuple(sold), total)


def _with_premium(lines: Sequence[LineFacts], position: int) -> Iterator[LineFacts]:
    return (lines[n] for n in _positions(lines, position))


def _positions(lines: Sequence[LineFacts], position: int) -> list[int]:
    """Of a service, and of its premium."""
    premium = premium_of(lines, position) if lines[position].kind == SERVICE else None
    return [position] if premium is None else [position, premium]


def _fee(line: LineFacts, fee: Money) -> LineFacts:
    return LineFacts(FEE, line.ref_id, f"{line.name}: kept for the late cancellation", 1, fee, fee)


def _sum(lines: Any, booking: BookingFacts) -> Money:
    return Money(sum(line.subtotal.amount for line in lines), booking.total.currency)


def _buffer(member: StaffFacts) -> timedelta:
    return timedelta(minutes=member.buffer_minutes)
