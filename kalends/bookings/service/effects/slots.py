"""Effects of the booking machine on who has which time."""

from datetime import datetime
from typing import Any

from kalends.core.principal import ActorKind
from kalends.core.states import Move

from ...errors import SlotTaken
from ...repository import allocations, bookings
from ...rules.policy import held_until
from ..freed import free_time, swap_time
from ..tiers import after_move
from .due import relocation

# The states in which somebody is waited for, and for how long. In others the time is held up to the start.
_WAITING = {
    "awaiting_payment": "hold",
    "awaiting_provider": "approval",
    "declined_with_option": "approval",
}


async def make_firm(move: Move) -> None:
    """The hold becomes a booking. One that has lapsed is taken anew, if nobody was faster."""
    if not await allocations.make_firm(move.unit, move.subject.id):
        await win_back(move)
    await bookings.change(move.unit, move.subject.id, hold_expires_at=None)


async def win_back(move: Move) -> None:
    """Take the time again for money that came late. Raises SlotTaken when it is gone."""
    await _take_again(move, None, "the slot went to somebody else before the money came")


async def hold_anew(move: Move) -> None:
    """From now on the time is held for as long as one may take to act, and never beyond the start.

    Raises SlotTaken when it was held no longer and is gone.
    """
    row, state = move.subject, move.transition.target or move.subject.state
    until = held_until(row.policy, _WAITING[state], move.unit.now, row.start_at)
    await _take_again(move, until, "somebody else has this time by now")


async def keep_time(move: Move) -> None:
    """What is not paid is held while the customer thinks about who comes, as long as one waits for a yes."""
    if move.subject.hold_expires_at:
        await hold_anew(move)


async def free_slot(move: Move) -> None:
    await free_time(move.unit, move.subject.id)
    await bookings.change(move.unit, move.subject.id, hold_expires_at=None)


async def swap_slot(move: Move) -> None:
    """Free the old time and take the new one in one step; on SlotTaken all of it rolls back."""
    row, to = move.subject, relocation(move)
    until = _held_after_move(row, to.span.start)
    if await swap_time(move.unit, row.id, to.slots, until):
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
        hold_expires_at=until,
        policy=_policy_after_move(move),
    )


async def _take_again(move: Move, until: datetime | None, sorry: str) -> None:
    unit, booking_id = move.unit, move.subject.id
    slots = await allocations.slots_of(unit, booking_id)
    if await swap_time(unit, booking_id, slots, until):
        raise SlotTaken(sorry, reason="taken", nearest=[])
    await bookings.change(unit, booking_id, hold_expires_at=until)


def _policy_after_move(move: Move) -> Any:
    """Who moves a paid booking decides what a cancellation gives back afterwards."""
    row = move.subject
    if row.paid <= row.refunded:
        return row.policy
    by_customer = move.actor is ActorKind.customer
    return after_move(row.policy, row.start_at, move.unit.now, by_customer=by_customer)


def _held_after_move(row: Any, start: datetime) -> datetime | None:
    """The hold ends with its clock, which may be earlier with another start; what is firm stays firm."""
    if row.hold_expires_at is None:
        return None
    clock = _WAITING.get(row.state)
    return held_until(row.policy, clock, row.state_since, start) if clock else start


EFFECTS = (make_firm, win_back, hold_anew, keep_time, free_slot, swap_slot)
