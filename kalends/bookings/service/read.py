"""Reading bookings: one, a list, what may be done with it."""

from dataclasses import replace
from datetime import datetime
from functools import cache
from uuid import UUID

from kalends.core.errors import NotFound
from kalends.core.paging import PageQuery, Slice
from kalends.core.principal import MANAGING_ROLES, ActorKind
from kalends.core.process import Transition
from kalends.core.reading import Reading
from kalends.core.unit import Unit

from ..access import actors_of
from ..repository import bookings, pages
from ..repository.pages import BookingFilter
from ..rules.guards import GUARDS, Columns, columns_of, owes
from ..rules.processes import MAY_OWE, PROCESSES
from ..types import BookingFacts, WrittenBooking

PENDING = frozenset({"draft", "awaiting_payment", "awaiting_provider"})
CANCELLED = frozenset({"cancelled", "expired", "no_show"})
PERSONS = (ActorKind.customer, ActorKind.provider, ActorKind.staff, ActorKind.operator)


async def get_booking(unit: Unit, booking_id: UUID) -> BookingFacts:
    """The booking, for code that is entitled to it anyway (reactions, documents). Raises NotFound."""
    booking = await bookings.find(unit, booking_id)
    if booking is None:
        raise NotFound
    return booking


def actions_of(
    asked: Unit | Reading,
    booking: BookingFacts | WrittenBooking,
    actors: frozenset[ActorKind] | None = None,
) -> list[str]:
    """The transitions that the caller may fire now, and `pay` for a customer who can pay something."""
    mine = actors_of(asked.principal, booking) if actors is None else actors
    row, now = columns_of(booking), asked.now
    found = [
        t.name
        for t in _may_fire(booking.kind, booking.state, mine)
        if not any(GUARDS[guard](row, now) for guard in t.guards)
    ]
    if ActorKind.customer in mine and _can_pay(row, now):
        found.insert(0, "pay")
    return found


@cache
def _may_fire(kind: str, state: str, mine: frozenset[ActorKind]) -> tuple[Transition, ...]:
    persons = mine.intersection(PERSONS)
    return tuple(t for t in PROCESSES[kind].leaving(state) if persons.intersection(t.by))


def _can_pay(row: Columns, now: datetime) -> bool:
    if row.state == "awaiting_payment":
        return True
    return row.state in MAY_OWE and owes(row, now) is None


async def own_bookings(
    reading: Reading, page: PageQuery
) -> tuple[Slice[WrittenBooking], dict[str, int]]:
    """The caller's own, newest first, and how many of all are what, in the words that people use."""
    found, counts = await pages.own_page(reading, page, PENDING, CANCELLED)
    confirmed = counts.total - counts.pending - counts.cancelled  # completed ones too
    return found, counts._asdict() | {"confirmed": confirmed}


async def bookings_in_reach(
    reading: Reading, wanted: BookingFilter, page: PageQuery
) -> Slice[WrittenBooking]:
    """What the caller may see: all for operators, what they manage, what they serve at, else their own."""
    principal = await reading.caller()
    if principal.is_operator:
        return await pages.page_of(reading, wanted, page)
    managed = [m for m in principal.memberships if m.role in MANAGING_ROLES]
    places = frozenset(m.place_id for m in managed if m.place_id)
    whole = frozenset(m.provider_id for m in managed if m.place_id is None)
    if managed:
        reach = replace(wanted, venue_ids=places, provider_ids=whole)
    elif principal.memberships:
        reach = replace(wanted, works_for=frozenset(m.provider_id for m in principal.memberships))
    else:
        reach = replace(wanted, own=True)
    return await pages.page_of(reading, reach, page)
