"""What must hold of bookings and calendars at all times."""

from kalends.core.checks import Rows, check
from kalends.core.unit import Unit

from .repository import checks


@check("A1", "no resource is in two active allocations at one time")
async def overlapping_allocations(unit: Unit) -> Rows:
    return await checks.offending(unit, checks.OVERLAPS)


@check("A4", "a booking that stands has exactly its own time, an ended one has none")
async def bookings_without_their_time(unit: Unit) -> Rows:
    return await checks.offending(unit, checks.ORPHANS)


@check("A6", "no unpaid hold outlives its deadline by more than a minute")
async def stuck_holds(unit: Unit) -> Rows:
    return await checks.offending(unit, checks.STUCK)


@check("A7", "what is offered to somebody who waits is held for them, and nothing else is")
async def offers_without_their_time(unit: Unit) -> Rows:
    return await checks.offending(unit, checks.OFFERS)


@check("A12", "a booking's state is the end of its history")
async def states_without_history(unit: Unit) -> Rows:
    return await checks.offending(unit, checks.HISTORY)


@check("B5.bookings", "a booking shows the money that payments knows of")
async def bookings_with_other_money(unit: Unit) -> Rows:
    return await checks.other_money(unit)
