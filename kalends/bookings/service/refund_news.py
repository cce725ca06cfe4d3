"""What operators decide about refunds of bookings, and what the bookings do about it."""

from kalends.core.states import set_timers
from kalends.core.stops import MONEY_OUT, Postponed, wait_while_stopped
from kalends.core.unit import Unit
from kalends.payments import RefundApproved, RefundRejected

from ..repository import bookings
from ..types import booking_of
from .effects.release import empty_escrow
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
    await empty_escrow(unit, row, SETTLED_AS[row.state], again=f":{event.refund_id}")
