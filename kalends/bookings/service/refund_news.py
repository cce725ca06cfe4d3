"""What operators decide about refunds of bookings, and what the bookings do about it."""

from typing import Any
from uuid import UUID

from kalends.core.money import Money
from kalends.core.states import set_timers
from kalends.core.stops import MONEY_OUT, Postponed, wait_while_stopped
from kalends.core.unit import Unit
from kalends.payments import RefundApproved, RefundRejected, refunds_of

from ..repository import bookings
from ..rules.processes import EVENT
from ..types import booking_of
from .effects.release import empty_escrow
from .events.money import keep_of_line
from .events.tally import tally
from .machine import MACHINE
from .pay import note_paid

# What was kept for a refund goes where the rest went when the booking came here.
SETTLED_AS = {"cancelled": "fee", "no_show": "fee", "released": "release", "closed": "release"}


async def note_refund(unit: Unit, event: RefundApproved) -> None:
    """A refund counts from its approval: the booking shows it."""
    booking_id = booking_of(event.subject)
    await bookings.lock(unit, booking_id)
    await note_paid(unit, booking_id)
    await set_timers(unit, MACHINE, booking_id)


async def release_kept(unit: Unit, event: RefundRejected) -> None:
    """The money is free that was kept for a refund; a booking that was settled passes it on now.

    Raises Postponed while no money goes out; the reaction is then tried again.
    """
    row = await bookings.lock(unit, booking_of(event.subject))
    if row is None or row.state not in SETTLED_AS:
        return
    await wait_while_stopped(unit, MONEY_OUT)
    if row.held_by:
        raise Postponed(f"the money is kept back by {row.held_by}")
    if row.process == EVENT.name and await _goes_to_its_line(unit, row, event):
        return
    await empty_escrow(unit, row, SETTLED_AS[row.state], again=f":{event.refund_id}")


async def _goes_to_its_line(unit: Unit, row: Any, event: RefundRejected) -> bool:
    """What was kept for a refund of an event's line is that vendor's, if it was of a line."""
    known = await refunds_of(unit, event.subject)
    line = next((one.line for one in known if one.id == event.refund_id), None)
    if line is None:
        return False
    kept = Money(event.amount, event.currency)
    await keep_of_line(unit, row, UUID(line), kept, f"{SETTLED_AS[row.state]}:{event.refund_id}")
    await tally(unit, row.id)
    return True
