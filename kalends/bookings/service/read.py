"""Reading bookings: one, a list, what may be done with it."""

from dataclasses import replace
from uuid import UUID

from kalends.core.errors import NotFound
from kalends.core.paging import PageQuery, Slice
from kalends.core.principal import ActorKind
from kalends.core.process import Transition
from kalends.core.unit import Unit

from ..access import actors_of
from ..repository import bookings
from ..repository.bookings import BookingFilter
from ..rules.processes import PROCESSES
from ..types import BookingFacts

PERSONS = (ActorKind.customer, ActorKind.provider, ActorKind.staff, ActorKind.operator)


async def get_booking(unit: Unit, booking_id: UUID) -> BookingFacts:
    """The booking, for code that is entitled to it anyway (reactions, documents). Raises NotFound."""
    booking = await bookings.find(unit, booking_id)
    if booking is None:
        raise NotFound
    return booking


def actions_of(
    unit: Unit, booking: BookingFacts, actors: frozenset[ActorKind] | None = None
) -> list[str]:
    """The transitions that the caller may fire now, and `pay` for a customer who still owes."""
    mine = actors_of(unit.principal, booking) if actors is None else actors
    found = [
        t.name
        for t in PROCESSES[booking.kind].leaving(booking.state)
        if any(actor in mine for actor in t.by if actor in PERSONS) and _open(unit, booking, t)
    ]
    if ActorKind.customer in mine and booking.state == "awaiting_payment":
        found.insert(0, "pay")
    return found


def _open(unit: Unit, booking: BookingFacts, transition: Transition) -> bool:
    return "before_start" not in transition.guards or unit.now < booking.start


async def bookings_in_reach(
    unit: Unit, wanted: BookingFilter, page: PageQuery
) -> Slice[BookingFacts]:
    """What the caller may see: everything for operators, the managed venues', else the caller's own."""
    principal = unit.principal
    if principal.is_operator:
        return await bookings.page_of(unit, wanted, page)
    places = frozenset(m.place_id for m in principal.memberships if m.place_id)
    whole = frozenset(m.provider_id for m in principal.memberships if m.place_id is None)
    if principal.memberships:
        reach = replace(wanted, venue_ids=places, provider_ids=whole)
    else:
        reach = replace(wanted, customer_id=unit.user_id)
    return await bookings.page_of(unit, reach, page)
