"""Somebody who was booked says that they cannot come."""

from uuid import UUID

from kalends import catalog
from kalends.core.errors import NotFound
from kalends.core.principal import ActorKind
from kalends.core.states import Order, fire
from kalends.core.unit import Unit

from ...access import Seen, access_booking
from ...repository import bookings
from ...rules.processes import PROCESSES
from ...types import BookingFacts, DeclineReason, Proposal
from ..appointments.lines import live_jobs
from ..handover import Leaving
from ..machine import MACHINE
from ..read import get_booking
from .candidates import who_could

DECLINE = "decline"


async def decline_booking(
    unit: Unit, booking_id: UUID, reason: DeclineReason, note: str
) -> BookingFacts:
    """Give one's jobs back; the next best who is free is proposed to the customer at the same price.

    Who runs the provider declines for whoever was booked first. Raises NotFound, TransitionNotAllowed.
    """
    seen = await access_booking(unit, booking_id)
    if not seen.actors & {ActorKind.staff, ActorKind.provider}:
        raise NotFound
    await bookings.lock(unit, booking_id)
    booking = await get_booking(unit, booking_id)
    leaving = await _who(unit, booking)
    if leaving is None:
        await fire(unit, MACHINE, booking_id, DECLINE, Order(ActorKind.anonymous))
        raise NotFound
    proposal = await _proposal(unit, booking, leaving)
    # The timeline is the customer's, too; why it is stands with the declines.
    why = Leaving(leaving, reason, note, proposal)
    await fire(unit, MACHINE, booking_id, DECLINE, Order(_actor(seen), None, why))
    return await get_booking(unit, booking_id)


async def _who(unit: Unit, booking: BookingFacts) -> UUID | None:
    """Oneself where one serves, else whoever was booked first."""
    serving = list(dict.fromkeys(job.staff_id for job in live_jobs(booking.lines)))
    known = await catalog.staff_by_id(unit, serving)
    own = [staff_id for staff_id in serving if known[staff_id].user_id == unit.principal.user_id]
    return next(iter(own or serving), booking.staff_id)


async def _proposal(unit: Unit, booking: BookingFacts, leaving: UUID) -> Proposal | None:
    """The best who is free. The owner is proposed only in the owner's place: a price never rises unasked."""
    was_owner = (await catalog.staff_by_id(unit, [leaving]))[leaving].is_owner
    members = await who_could(unit, booking, leaving)
    fitting = [member for member in members if was_owner or not member.is_owner]
    return Proposal(fitting[0].id, fitting[0].name) if fitting else None


def _actor(seen: Seen) -> ActorKind:
    return seen.actor_for(PROCESSES[seen.booking.kind].find(DECLINE))
