"""The work itself: saying yes, beginning, ticking steps off, adding to it, ending it, or waiting in vain."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any
from uuid import UUID

from kalends import catalog
from kalends.catalog import PriceUnit, ServiceFacts
from kalends.core.errors import Invalid, NotFound, TransitionNotAllowed
from kalends.core.money import Money
from kalends.core.principal import ActorKind
from kalends.core.process import Transition
from kalends.core.states import Order, fire
from kalends.core.unit import Unit

from ...access import Seen, access_booking
from ...repository import bookings
from ...rules.guards import GUARDS
from ...rules.processes import PROCESSES
from ...types import BookingFacts, LineFacts
from ..changes import Extra
from ..machine import MACHINE
from ..read import actions_of, get_booking
from .lines import EXTRA

MAX_LINES = 100
MINUTES_PER_HOUR = 60
_APPROVING = ("approve", "approve_unpaid", "approve_ahead")
_ABSENT = {"customer": "customer_no_show", "provider": "provider_no_show"}
_SAYS = {
    ActorKind.customer: "provider",
    ActorKind.staff: "customer",
    ActorKind.provider: "customer",
}


async def approve_booking(unit: Unit, booking_id: UUID) -> BookingFacts:
    """Whoever serves says yes, before or after it is paid. Raises NotFound, TransitionNotAllowed."""
    return await take_step(unit, booking_id, _APPROVING)


async def start_job(unit: Unit, booking_id: UUID) -> BookingFacts:
    """The work begins. Raises NotFound, TransitionNotAllowed."""
    return await take_step(unit, booking_id, ("start", "start_service"))


async def complete_job(unit: Unit, booking_id: UUID) -> BookingFacts:
    """The work is done. Raises NotFound, TransitionNotAllowed, ChecklistOpen."""
    return await take_step(unit, booking_id, ("complete",))


async def report_absence(
    unit: Unit, booking_id: UUID, absent: str | None, note: str | None
) -> BookingFacts:
    """The other side did not come, and one has waited long enough.

    Raises NotFound, TransitionNotAllowed, BookingFrozen, Invalid when it isn't clear who is meant.
    """
    seen = await access_booking(unit, booking_id)
    said = absent or next((_SAYS[actor] for actor in _SAYS if actor in seen.actors), None)
    if said is None:
        raise Invalid("absent: say who did not come, customer or provider")
    return await take_step(unit, booking_id, (_ABSENT[said],), reason=note)


async def tick(unit: Unit, booking_id: UUID, steps: Sequence[tuple[int, bool]]) -> BookingFacts:
    """Tick steps of the work off, or on again, while it goes on.

    Raises NotFound, TransitionNotAllowed, Invalid for a step that there is not.
    """
    row = await _at_work(unit, await access_booking(unit, booking_id))
    items = [dict(item) for item in row.details.get("checklist", [])]
    for position, done in steps:
        if position >= len(items):
            raise Invalid(f"items: this work has {len(items)} steps, counted from 0")
        items[position]["done"] = done
    await bookings.change(unit, booking_id, details=row.details | {"checklist": items})
    return await get_booking(unit, booking_id)


async def add_extra(
    unit: Unit, booking_id: UUID, wishes: Sequence[tuple[UUID, int]]
) -> BookingFacts:
    """Add services of the same provider to a job that goes on; they are paid when it is done.

    Raises NotFound, TransitionNotAllowed, Invalid.
    """
    seen = await access_booking(unit, booking_id)
    booking = seen.booking
    known = await catalog.services_by_id(unit, {service_id for service_id, _ in wishes})
    lines = tuple(_extra(booking, known.get(one), quantity) for one, quantity in wishes)
    if len(booking.lines) + len(lines) > MAX_LINES:
        raise Invalid(f"items: a booking has at most {MAX_LINES} lines")
    amount = Money(sum(line.subtotal.amount for line in lines), booking.total.currency)
    return await take_step(unit, booking_id, ("add_extra",), given=Extra(lines, amount))


async def take_step(
    unit: Unit,
    booking_id: UUID,
    names: Sequence[str],
    *,
    reason: str | None = None,
    given: Any = None,
) -> BookingFacts:
    """Fire whichever of these steps the booking is open to. Raises NotFound, and why none is."""
    seen = await access_booking(unit, booking_id)
    row = await bookings.lock(unit, booking_id)
    assert row is not None
    known = [t for t in PROCESSES[row.process].transitions if t.name in names]
    if not known:
        raise _not_here(unit, seen.booking)
    step = next((t for t in known if _open(t, row, unit)), known[0])
    await fire(unit, MACHINE, booking_id, step.name, Order(seen.actor_for(step), reason, given))
    return await get_booking(unit, booking_id)


def _open(step: Transition, row: Any, unit: Unit) -> bool:
    guards = (GUARDS[guard](row, unit.now) for guard in step.guards)
    return row.state in step.sources and not any(guards)


async def _at_work(unit: Unit, seen: Seen) -> Any:
    """The row of a job that goes on, locked, for who serves or runs the provider."""
    row = await bookings.lock(unit, seen.booking.id)
    assert row is not None
    if row.state != "in_progress" or not seen.actors & {ActorKind.staff, ActorKind.provider}:
        raise _not_here(unit, seen.booking)
    return row


def _not_here(unit: Unit, booking: BookingFacts) -> TransitionNotAllowed:
    return TransitionNotAllowed(
        f"this is not possible for a {booking.kind} that is {booking.state}",
        state=booking.state,
        actions=actions_of(unit, booking),
    )


def _extra(booking: BookingFacts, service: ServiceFacts | None, quantity: int) -> LineFacts:
    if service is None or not service.bookable or service.provider_id != booking.provider_id:
        raise NotFound("there is no such service of this provider")
    cost = service.price.times(quantity)
    if service.price_unit is PriceUnit.per_hour:
        cost = service.price.times(Fraction(quantity, MINUTES_PER_HOUR))
    return LineFacts(EXTRA, service.id, service.name, quantity, service.price, cost)
