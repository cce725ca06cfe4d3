"""Who reaches which booking. Fetched and authorised in one step; missing and foreign look the same."""

from dataclasses import dataclass
from uuid import UUID

from kalends.core.errors import NotFound
from kalends.core.policy import Rule, UnitKind, Who
from kalends.core.principal import ActorKind, Principal
from kalends.core.process import Transition
from kalends.core.unit import Unit

from .repository import bookings as repository
from .types import BookingFacts, WrittenBooking

_read, _none, _hot = UnitKind.read, UnitKind.none, UnitKind.hot
_own = "own bookings; those at a managed venue; all for operators"

POLICY = {
    "POST /bookings": Rule(Who.signed_in, "for oneself", limit="bookings", keyed=True),
    "GET /bookings": Rule(Who.signed_in, _own, unit=_hot),
    "GET /bookings/me": Rule(Who.signed_in, "own bookings", unit=_hot),
    "GET /bookings/upcoming": Rule(Who.signed_in, "own bookings", unit=_hot),
    "GET /bookings/history": Rule(Who.signed_in, "own bookings", unit=_hot),
    "GET /bookings/{booking_id}": Rule(Who.signed_in, _own, unit=_read),
    "GET /bookings/{booking_id}/status": Rule(Who.signed_in, _own, unit=_read),
    "GET /bookings/{booking_id}/timeline": Rule(Who.signed_in, _own, unit=_read),
    "GET /bookings/{booking_id}/documents": Rule(Who.signed_in, _own, unit=_read),
    "GET /bookings/{booking_id}/cancellation-preview": Rule(Who.signed_in, _own, unit=_read),
    "POST /bookings/{booking_id}/reschedule-preview": Rule(Who.signed_in, _own, unit=_read),
    "POST /bookings/{booking_id}/pay": Rule(Who.signed_in, "own bookings", keyed=True),
    "POST /bookings/{booking_id}/cancel": Rule(Who.signed_in, _own, keyed=True),
    "PUT /bookings/{booking_id}/reschedule": Rule(
        Who.signed_in, _own, limit="bookings", keyed=True
    ),
    "POST /bookings/{booking_id}/participants": Rule(Who.signed_in, "own bookings"),
    "POST /bookings/{booking_id}/tip": Rule(
        Who.signed_in, "own bookings", limit="bookings", keyed=True
    ),
    "POST /bookings/{booking_id}/completion-code": Rule(
        Who.signed_in, "own bookings", limit="bookings"
    ),
    "POST /bookings/{booking_id}/complete": Rule(
        Who.signed_in, _own, unit=_none, limit="bookings", keyed=True
    ),
    "POST /bookings/{booking_id}/confirm-release": Rule(Who.signed_in, "own bookings", keyed=True),
    "POST /payments/create-order": Rule(
        Who.signed_in, "own bookings", unit=_none, limit="bookings"
    ),
    "GET /rooms/{room_id}/availability": Rule(Who.public, unit=_read, limit="search"),
    "GET /rooms/{room_id}/bookings": Rule(Who.manager, "rooms of a managed venue", unit=_read),
    "GET /admin/bookings": Rule(Who.operator, "all", unit=_hot),
    "POST /admin/bookings/{booking_id}/cancel": Rule(
        Who.super_admin, "all", keyed=True, confirm=True
    ),
    "POST /admin/bookings/{booking_id}/force-complete": Rule(
        Who.super_admin, "all", keyed=True, confirm=True
    ),
    "POST /admin/bookings/{booking_id}/release": Rule(
        Who.super_admin, "all", keyed=True, confirm=True
    ),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """A booking that the caller may see, and in which capacities the caller acts on it."""

    booking: BookingFacts
    actors: frozenset[ActorKind]

    def actor_for(self, transition: Transition) -> ActorKind:
        """The capacity in which the caller fires it: the first that the transition names, else any."""
        named = [actor for actor in transition.by if actor in self.actors]
        return named[0] if named else next(iter(self.actors), ActorKind.anonymous)


async def access_booking(unit: Unit, booking_id: UUID) -> Seen:
    """The booking, for its customer, its participants, the venue's managers and operators. Raises NotFound."""
    booking = await repository.find(unit, booking_id)
    if booking is None:
        raise NotFound
    actors = actors_of(unit.principal, booking)
    takes_part = any(user == unit.principal.user_id for user, _ in booking.participants)
    if not actors and not takes_part and not unit.principal.is_operator:
        raise NotFound
    return Seen(booking, actors)


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
        ActorKind.provider: principal.manages(booking.provider_id, booking.venue_id),
        ActorKind.operator: principal.runs_marketplace,
    }
    return frozenset(actor for actor, holds in roles.items() if holds)
