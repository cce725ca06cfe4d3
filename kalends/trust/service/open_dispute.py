"""One side of a booking complains, and adds to what it said."""

from uuid import UUID

from kalends import bookings, payments
from kalends.core.money import Money
from kalends.core.principal import ActorKind
from kalends.core.states import begin
from kalends.core.unit import Unit

from ..access import access_disputable, access_speaking
from ..errors import (
    AlreadyDisputed,
    DisputeOver,
    NotDisputable,
    OutcomeImpossible,
    TooManyNotes,
)
from ..repository import disputes
from ..rules.disputes import LIVE, MAX_NOTES, Hindrance, hindrance
from ..types import DisputeFacts, DisputeRole, NewDispute
from .dispute_machine import MACHINE
from .read_disputes import get_dispute

_SENTENCES = {
    Hindrance.not_completed: "a booking can be disputed when its time is over",
    Hindrance.window_closed: "the time in which this booking could be disputed is over",
}


async def open_dispute(unit: Unit, new: NewDispute) -> DisputeFacts:
    """Complain about a booking that is over; the money that it is about is kept back at once.

    Raises NotFound, NotDisputable, AlreadyDisputed, OutcomeImpossible for more than was paid.
    """
    booking, role = await access_disputable(unit, new.booking_id)
    # Every step of a dispute holds the booking's lock, so that what is looked at here stays so.
    booking = await bookings.lock_booking(unit, booking.id)
    window = unit.profile.disputes.window_days
    reason = hindrance(booking.state, booking.end, window, unit.now)
    if reason is not None:
        raise NotDisputable(_SENTENCES[reason], reason=reason.value)
    if await disputes.is_live(unit, booking.id):
        raise AlreadyDisputed("add a note to it instead")
    claimed = await _claimed(unit, new)
    row = await disputes.add(unit, new, booking, role, claimed)
    await begin(unit, MACHINE, row, ActorKind(role.value))
    return await get_dispute(unit, row.id)


async def add_note(unit: Unit, dispute_id: UUID, said: str) -> None:
    """Say something more. The sides may while it is not decided; what operators say stays among them.

    Raises NotFound, DisputeOver, TooManyNotes.
    """
    seen = await access_speaking(unit, dispute_id)
    row = await disputes.lock(unit, dispute_id)
    assert row is not None  # disputes are never deleted; for the type checker
    assert seen.role is not None
    if row.state not in LIVE and seen.role is not DisputeRole.operator:
        raise DisputeOver("write to the support instead")
    if await disputes.count_notes(unit, dispute_id, seen.role) >= MAX_NOTES:
        raise TooManyNotes(f"each side writes at most {MAX_NOTES}")
    await disputes.add_note(unit, dispute_id, seen.role, said)


async def _claimed(unit: Unit, new: NewDispute) -> Money:
    left = await payments.left_of(unit, bookings.subject_of(new.booking_id))
    if left.amount <= 0:
        raise NotDisputable(
            "nothing was paid that is not on its way back already", reason="nothing_left"
        )
    if new.amount is None:
        return left
    if new.amount.currency != left.currency or new.amount > left:
        raise OutcomeImpossible(f"at most {left} can be claimed", left=left.amount)
    return new.amount
