"""Move a booking: the new time is taken and the old one freed in one step, with the same id and number."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from kalends.core.errors import Invalid
from kalends.core.principal import ActorKind
from kalends.core.states import Order, fire, refusal
from kalends.core.unit import Unit

from ..access import Seen, access_booking
from ..errors import BalanceFirst, SlotTaken
from ..repository import bookings
from ..rules.guards import columns_of, owes_balance
from ..rules.policy import minutes_of
from ..rules.processes import MAY_OWE, PROCESSES
from ..rules.ranges import Span
from ..types import BookingFacts
from .changes import Move
from .kinds import KINDS
from .machine import MACHINE
from .read import get_booking


@dataclass(frozen=True, slots=True)
class NewTime:
    """The time that somebody asks to move to."""

    span: Span
    reason: str | None


async def preview_reschedule(unit: Unit, booking_id: UUID, new: NewTime) -> Move:
    """What the move would cost, by the same guards and arithmetic, without doing it."""
    seen = await access_booking(unit, booking_id)
    await check_movable(unit, seen)
    _check_balance(unit, seen.booking, new.span)
    return await KINDS[seen.booking.kind].moved(unit, seen.booking, new.span)


async def reschedule_booking(unit: Unit, booking_id: UUID, new: NewTime) -> BookingFacts:
    """Move the booking. A dearer time is charged to the customer's wallet, a cheaper one refunded to it.

    Raises NotFound, TransitionNotAllowed, SlotTaken, SlotUnavailable, InsufficientFunds (top up first),
    BalanceFirst for a start so near that an open balance would be due, Invalid when the venue or an operator asks for a dearer time.
    """
    seen = await access_booking(unit, booking_id)
    await bookings.lock(unit, booking_id)
    actor = await check_movable(unit, seen)
    booking = await get_booking(unit, booking_id)
    _check_balance(unit, booking, new.span)
    kind = KINDS[booking.kind]
    move = await kind.moved(unit, booking, new.span)
    if actor is not ActorKind.customer and move.difference.amount > 0:
        raise Invalid("only the customer can move a booking to a dearer time")
    try:
        await fire(unit, MACHINE, booking_id, "reschedule", Order(actor, new.reason, move))
    except SlotTaken:
        raise await kind.taken(unit, booking, new.span) from None
    return await get_booking(unit, booking_id)


async def move_to(
    unit: Unit, booking_id: UUID, start: datetime, reason: str | None
) -> BookingFacts:
    """Move the booking, as long as it is, to another start. Raises what `reschedule_booking` raises."""
    booking = (await access_booking(unit, booking_id)).booking
    span = Span(start, start + (booking.end - booking.start))
    return await reschedule_booking(unit, booking_id, NewTime(span, reason))


async def check_movable(unit: Unit, seen: Seen) -> ActorKind:
    """In which capacity the caller may move it now. Raises TransitionNotAllowed, BookingFrozen."""
    actor = seen.actor_for(PROCESSES[seen.booking.kind].get("reschedule"))
    row = await bookings.look(unit, seen.booking.id)
    problem = refusal(MACHINE, row, "reschedule", {actor}, unit.now)
    if problem:
        raise problem
    return actor


def balance_in_the_way(unit: Unit, booking: BookingFacts, span: Span) -> bool:
    """An open balance is due before the start, so it stands in the way of an early one."""
    due = span.start - timedelta(minutes=minutes_of(booking.policy)["balance_due"])
    unpaid = booking.state in MAY_OWE and owes_balance(columns_of(booking), unit.now) is None
    return unpaid and due <= unit.now


def _check_balance(unit: Unit, booking: BookingFacts, span: Span) -> None:
    if balance_in_the_way(unit, booking, span):
        raise BalanceFirst("with that start the balance would be due already; pay it, then move")
