"""Who says that the provider gets the money: the customer, an operator; and who keeps it back."""

from uuid import UUID

from kalends.core.audit import Deed, record
from kalends.core.errors import NotFound
from kalends.core.principal import ActorKind
from kalends.core.states import Order, fire
from kalends.core.stops import Postponed
from kalends.core.unit import Unit

from ..access import access_booking, access_own_booking
from ..errors import ReleasePaused
from ..repository import bookings
from ..types import BookingFacts
from .machine import MACHINE
from .read import get_booking


async def confirm_release(unit: Unit, booking_id: UUID) -> BookingFacts:
    """The customer is content: the provider gets the money at once.

    Raises NotFound, TransitionNotAllowed, BookingFrozen, ReleasePaused.
    """
    await access_own_booking(unit, booking_id)
    await fire_release(unit, booking_id, "confirm_release", Order(ActorKind.customer))
    return await get_booking(unit, booking_id)


async def approve_release(unit: Unit, booking_id: UUID, reason: str) -> BookingFacts:
    """An operator lets the money go that waits for somebody's word. Audited.

    Raises NotFound, TransitionNotAllowed, BookingFrozen, ReleasePaused.
    """
    await access_booking(unit, booking_id)
    order = Order(ActorKind.operator, reason)
    await fire_release(unit, booking_id, "approve_release", order)
    await record(unit, Deed("booking.released", "booking", str(booking_id), {"reason": reason}))
    return await get_booking(unit, booking_id)


async def fire_release(unit: Unit, booking_id: UUID, step: str, order: Order) -> None:
    """Fire a step that lets money go and that a person asked for, who is told why it cannot."""
    try:
        await fire(unit, MACHINE, booking_id, step, order)
    except Postponed as wait:
        raise ReleasePaused(f"no money goes out at the moment: {wait}") from wait


async def lock_booking(unit: Unit, booking_id: UUID) -> BookingFacts:
    """The booking, locked until the unit ends, for who is about to move its money. Raises NotFound."""
    if await bookings.lock(unit, booking_id) is None:
        raise NotFound
    return await get_booking(unit, booking_id)


async def freeze_booking(unit: Unit, booking_id: UUID, by: str) -> None:
    """Keep the booking's money back until the same `by` lets it go, beside whoever else keeps it.

    Timers that would let it go wait, and people are refused. Asking twice changes nothing. `by` is one
    word, such as ``dispute:<id>``; one that begins with `OF_LINE` keeps nothing back of the other lines,
    so that only people are refused. Raises NotFound.
    """
    holders = await _holders(unit, booking_id)
    if by not in holders:
        await bookings.change(unit, booking_id, held_by=" ".join([*holders, by]))


async def unfreeze_booking(unit: Unit, booking_id: UUID, by: str) -> None:
    """Let go what `by` keeps back, if it does; once nobody does, the timers that waited fire within ten
    minutes. Raises NotFound."""
    holders = await _holders(unit, booking_id)
    if by in holders:
        left = [holder for holder in holders if holder != by]
        await bookings.change(unit, booking_id, held_by=" ".join(left) or None)


async def _holders(unit: Unit, booking_id: UUID) -> list[str]:
    row = await bookings.lock(unit, booking_id)
    if row is None:
        raise NotFound
    return (row.held_by or "").split()
