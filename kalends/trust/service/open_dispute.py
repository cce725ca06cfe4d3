"""One side of a booking complains, and adds to what it said."""

from uuid import UUID

from kalends import bookings
from kalends.bookings import BookingFacts
from kalends.core.errors import NotFound
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
from ..types import Claim, DisputeFacts, DisputeRole, NewDispute
from .claims import claims_of, shares
from .dispute_machine import MACHINE
from .read_disputes import get_dispute

_SENTENCES = {
    Hindrance.not_completed: "a booking can be disputed when its time is over",
    Hindrance.window_closed: "the time in which this booking could be disputed is over",
}


async def open_dispute(unit: Unit, new: NewDispute) -> list[DisputeFacts]:
    """Complain about a booking that is over; the money that it is about is kept back at once.

    One dispute; about a whole event one for each line that was paid for. Raises NotFound, NotDisputable,
    AlreadyDisputed, OutcomeImpossible for more than was paid.
    """
    booking, role = await access_disputable(unit, new.booking_id)
    # Every step of a dispute holds the booking's lock, so that what is looked at here stays so.
    booking = await bookings.lock_booking(unit, booking.id)
    window = unit.profile.disputes.window_days
    reason = hindrance(booking.state, booking.end, window, unit.now)
    if reason is not None:
        raise NotDisputable(_SENTENCES[reason], reason=reason.value)
    claims = _claimed(new, await _open_claims(unit, new, booking, role))
    opened = {}
    for claim in sorted(claims, key=lambda one: one.provider_id):  # who wait for each other's money
        row = await disputes.add(unit, new, booking, role, claim)
        await begin(unit, MACHINE, row, ActorKind(role.value))
        opened[claim.line_id] = await get_dispute(unit, row.id)
    return [opened[claim.line_id] for claim in claims]


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


async def _open_claims(
    unit: Unit, new: NewDispute, booking: BookingFacts, role: DisputeRole
) -> list[Claim]:
    """What of the booking the caller may complain about now."""
    live = await disputes.live_lines(unit, booking.id)
    mine = [c for c in await claims_of(unit, booking) if _concerns(unit, new, c, role)]
    if new.line_id is not None and not mine:
        raise NotFound("this is no line of yours that was paid for")
    if mine and all(claim.line_id in live for claim in mine):
        raise AlreadyDisputed("add a note to it instead")
    found = [claim for claim in mine if claim.line_id not in live and claim.amount.amount > 0]
    if not found:
        raise NotDisputable(
            "nothing was paid that is not on its way back already", reason="nothing_left"
        )
    return found


def _concerns(unit: Unit, new: NewDispute, claim: Claim, role: DisputeRole) -> bool:
    """The line that is named, or any; a vendor of an event complains about its own ones only."""
    meant = new.line_id in {None, claim.line_id}
    customers = role is DisputeRole.customer
    return meant and (customers or unit.principal.manages(claim.provider_id, claim.venue_id))


def _claimed(new: NewDispute, claims: list[Claim]) -> list[Claim]:
    left = sum((claim.amount for claim in claims[1:]), claims[0].amount)
    if new.amount is None:
        return claims
    if new.amount.currency != left.currency or new.amount > left:
        raise OutcomeImpossible(f"at most {left} can be claimed", left=left.amount)
    return shares(claims, new.amount)
