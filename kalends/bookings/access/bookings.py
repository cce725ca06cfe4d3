"""Who reaches which booking. Fetched and authorised in one step; missing and foreign look the same."""

from dataclasses import dataclass
from uuid import UUID

from kalends.core.errors import NotFound
from kalends.core.principal import ActorKind, Principal
from kalends.core.process import Transition
from kalends.core.unit import Unit

from ..repository import bookings as repository
from ..rules.event_lines import narrowed
from ..types import BookingFacts, WrittenBooking
from .vendors import EVENT_KIND, sees_all, vendors_run_by


@dataclass(frozen=True, slots=True)
class Seen:
    """A booking that the caller may see, and in which capacities the caller acts on it."""

    booking: BookingFacts
    actors: frozenset[ActorKind]

    def actor_for(self, transition: Transition | None) -> ActorKind:
        """The capacity in which the caller fires it: the first that the transition names, else any."""
        named = [a for a in (transition.by if transition else ()) if a in self.actors]
        return named[0] if named else next(iter(self.actors), ActorKind.anonymous)


async def access_booking(unit: Unit, booking_id: UUID) -> Seen:
    """The booking, for its customer, its participants, who serves, who manages, and operators.

    A vendor of an event gets what is its own of it. Raises NotFound.
    """
    booking = await repository.find(unit, booking_id)
    if booking is None:
        raise NotFound
    actors = actors_of(unit.principal, booking)
    takes_part = any(user == unit.principal.user_id for user, _ in booking.participants)
    if not actors and not takes_part and not unit.principal.is_operator:
        raise NotFound
    whole = takes_part or booking.kind != EVENT_KIND or sees_all(unit.principal, booking)
    mine = vendors_run_by(unit.principal, booking.vendor_ids)
    return Seen(booking if whole else narrowed(booking, mine), actors)


async def access_own_booking(unit: Unit, booking_id: UUID) -> BookingFacts:
    """The booking, for its customer alone. Raises NotFound."""
    seen = await access_booking(unit, booking_id)
    if ActorKind.customer not in seen.actors:
        raise NotFound
    return seen.booking


def actors_of(principal: Principal, booking: BookingFacts | WrittenBooking) -> frozenset[ActorKind]:
    """In which capacities the principal may act on the booking."""
    if principal.kind is ActorKind.system:
        return frozenset({ActorKind.system})
    roles = {
        ActorKind.customer: principal.user_id == booking.customer_id,
        ActorKind.provider: _provides(principal, booking),
        ActorKind.staff: _serves(principal, booking),
        ActorKind.operator: principal.runs_marketplace,
    }
    return frozenset(actor for actor, holds in roles.items() if holds)


def _serves(principal: Principal, booking: BookingFacts | WrittenBooking) -> bool:
    """Whether they are booked, and still work there."""
    booked = principal.user_id in booking.staff_user_ids
    return booked and principal.works_for(booking.provider_id)


def _provides(principal: Principal, booking: BookingFacts | WrittenBooking) -> bool:
    """Whether they run who serves. The venue that leads an event has no more rights than its others."""
    if booking.kind == EVENT_KIND:
        return bool(vendors_run_by(principal, booking.vendor_ids))
    return principal.manages(booking.provider_id, booking.venue_id)
