"""Effects of the booking machine on who has which time."""

from kalends.core.states import Move

from ...errors import SlotTaken
from ...repository import allocations, bookings
from .due import relocation


async def make_firm(move: Move) -> None:
    """The hold becomes a booking. One that has lapsed is taken anew, if nobody was faster."""
    if not await allocations.make_firm(move.unit, move.subject.id):
        await win_back(move)
    await bookings.change(move.unit, move.subject.id, hold_expires_at=None)


async def win_back(move: Move) -> None:
    """Take the time again for money that came late. Raises SlotTaken when it is gone."""
    unit, booking_id = move.unit, move.subject.id
    await allocations.free(unit, booking_id)
    slots = await allocations.slots_of(unit, booking_id)
    if await allocations.claim_all(unit, booking_id, slots, None):
        raise SlotTaken("the slot went to somebody else before the money came")
    await bookings.change(unit, booking_id, hold_expires_at=None)


async def free_slot(move: Move) -> None:
    await allocations.free(move.unit, move.subject.id)
    await bookings.change(move.unit, move.subject.id, hold_expires_at=None)


async def swap_slot(move: Move) -> None:
    """Free the old time and take the new one in one step; on SlotTaken all of it rolls back."""
    row, to = move.subject, relocation(move)
    await allocations.free(move.unit, row.id)
    await allocations.replace_slots(move.unit, row.id, to.slots)
    if await allocations.claim_all(move.unit, row.id, to.slots, row.hold_expires_at):
        raise SlotTaken("somebody else took this time a moment ago", reason="taken", nearest=[])
    await bookings.add_reschedule(move.unit, row, to.span, to.difference.amount, move.reason)
    await bookings.replace_lines(move.unit, row.id, to.lines)
    await bookings.change(
        move.unit,
        row.id,
        start_at=to.span.start,
        end_at=to.span.end,
        total=to.total.amount,
        rescheduled=True,
    )


EFFECTS = (make_firm, win_back, free_slot, swap_slot)
