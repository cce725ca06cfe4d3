"""Move a booking: the new time is taken and the old one freed in one step, with the same id and number."""

from dataclasses import dataclass
from datetime import timedelta
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
    actor = _actor(seen)
    problem = refusal(
        MACHINE, await bookings.look(unit, booking_id), "reschedule", {actor}, unit.now
    )
    if problem:
        raise problem
    _check_balance(unit, seen.booking, new.span)
    return await KINDS[seen.booking.kind].moved(unit, seen.booking, new.span)


async def reschedule_booking(unit: Unit, booking_id: UUID, new: NewTime) -> BookingFacts:
    """Move the booking. A dearer time is charged to the customer's wallet, a cheaper one refunded to it.

    Raises NotFound, TransitionNotAllowed, SlotTaken, SlotUnavailable, InsufficientFunds (top up first),
    BalanceFirst for a start so near that an open balance would be due, Invalid when the venue or an operator asks for a dearer time.
    """
    seen = await access_booking(unit, booking_id)
    actor = _actor(seen)
    await bookings.lock(unit, booking_id)
    booking = await get_booking(unit, booking_id)
    problem = refusal(
        MACHINE, await bookings.look(unit, booking_id), "reschedule", {actor}, unit.now
    )
    if problem:
        raise problem
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


def _actor(seen: Seen) -> ActorKind:
    return seen.actor_for(PROCESSES[seen.booking.kind].get("reschedule"))


def _check_balance(unit: Unit, booking: BookingFacts, span: Span) -> None:
    """An open balance is due before the start, so it stands in the way of an early one."""
    due = span.start - timedelta(minutes=minutes_of(booking.policy)["balance_due"])
    unpaid = booking.state in MAY_OWE and owes_balance(columns_of(booking), unit.now) is None
    if unpaid and due <= unit.now:
        raise BalanceFirst("with that start the balance would be due already; pay it, then move")
