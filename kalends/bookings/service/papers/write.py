"""The documents of a booking: one for each thing that the journal says happened to its money.

Whatever was not issued yet is issued, so any event may ask for it, and asking twice changes nothing.
"""

from collections.abc import Sequence
from uuid import UUID

from kalends import billing, catalog, identity, payments
from kalends.billing import DocumentFacts, DocumentKind, FeeTerms, MoneyEvent, Party
from kalends.core.unit import Unit

from ...access import access_booking
from ...rules.policy import Policy
from ...rules.processes import EVENT
from ...types import BookingFacts, LineFacts, subject_of
from ...types.events import EventLine
from ..events.read import event_lines
from ..events.terms import fees_of
from ..read import get_booking
from .case import Case, Sale
from .orders import orders_of

_ORDER = list(DocumentKind)


async def write_papers(unit: Unit, booking_id: UUID) -> Sequence[DocumentFacts]:
    """Issue every document that is due for the booking; return all of them. Raises NotFound."""
    booking = await get_booking(unit, booking_id)
    subject = subject_of(booking_id)
    known = await billing.documents_of(unit, subject)
    orders = orders_of(await _case(unit, booking, await billing.money_events(unit, subject)))
    missing = {(o.kind, o.cause) for o in orders} - {(d.kind, d.cause) for d in known}
    if not missing:
        return known
    for order in sorted(orders, key=lambda o: (_ORDER.index(o.kind), o.issuer.key)):
        if (order.kind, order.cause) in missing:
            await billing.issue(unit, order)
    return await billing.documents_of(unit, subject)


async def documents_in_reach(unit: Unit, booking_id: UUID) -> list[DocumentFacts]:
    """The booking's documents that the caller may read. Raises NotFound for a booking that is not theirs."""
    await access_booking(unit, booking_id)
    found = await billing.documents_of(unit, subject_of(booking_id))
    return [document for document in found if billing.may_read(unit.principal, document)]


async def _case(unit: Unit, booking: BookingFacts, events: Sequence[MoneyEvent]) -> Case:
    subject = subject_of(booking.id)
    people = await identity.people(unit, [booking.customer_id])
    name = people[booking.customer_id].name if booking.customer_id in people else ""
    of_event = booking.kind == EVENT.name
    sales = await _sales_of_lines(unit, booking) if of_event else [await _sale(unit, booking)]
    milestones = await payments.payouts_of(unit, subject) if of_event else ()
    refunds = await payments.refunds_of(unit, subject)
    return Case(
        booking,
        customer=Party(f"user:{booking.customer_id}", name),
        platform=billing.platform_of(unit.profile),
        sales=tuple(sales),
        events=tuple(events),
        parts={str(one.id): one.line for one in (*refunds, *milestones) if one.line},
        due={str(one.id): one.milestone.value for one in milestones if one.milestone},
    )


async def _sale(unit: Unit, booking: BookingFacts) -> Sale:
    """All of the booking, by its provider: as its tax office knows it, else as its place is called."""
    policy = Policy.read(booking.policy)
    told = await catalog.tax_details_of(unit, [booking.provider_id])
    named = (booking.place_name, booking.address)
    provider = _party(booking.provider_id, told[booking.provider_id], named)
    return Sale(
        line=None,
        provider=provider,
        lines=booking.lines,
        terms=FeeTerms(policy.commission_bp, policy.taxes, price_tax_bp=policy.price_tax_bp),
        state=await catalog.state_of_venue(unit, booking.venue_id) or provider.state,
        place_id=booking.venue_id,
    )


async def _sales_of_lines(unit: Unit, booking: BookingFacts) -> list[Sale]:
    """Each line of an event that money came for, by its vendor. The service is supplied at the venue."""
    lines = [line for line in (await event_lines(unit, booking.id)).values() if line.allocated]
    told = await catalog.tax_details_of(unit, [line.provider_id for line in lines])
    place = await _state_of_event(unit, lines, told)
    return [_sale_of(line, told[line.provider_id], place) for line in lines]


def _sale_of(line: EventLine, told: catalog.TaxDetails, place: str) -> Sale:
    provider = _party(line.provider_id, told, (line.provider_name, ""))
    sold = LineFacts("vendor", line.service_id, line.service_name, 1, line.price, line.price)
    return Sale(str(line.id), provider, (sold,), fees_of(line), place or provider.state)


async def _state_of_event(
    unit: Unit, lines: Sequence[EventLine], told: dict[UUID, catalog.TaxDetails]
) -> str:
    """Where its venue lies, as the room's place says it, else the vendor's tax office."""
    venue = next((line for line in lines if line.role == "venue"), None)
    if venue is None:
        return ""
    rooms = await catalog.rooms_by_id(unit, [venue.room_id] if venue.room_id else [])
    place = next((room.venue_id for room in rooms.values()), None)
    return await catalog.state_of_venue(unit, place) or told[venue.provider_id].state


def _party(provider_id: UUID, told: catalog.TaxDetails, named: tuple[str, str]) -> Party:
    name, address = named
    return Party(
        key=f"provider:{provider_id}",
        name=told.legal_name or name,
        address=told.address or address,
        tax_id=told.tax_id,
        state=told.state,
    )
