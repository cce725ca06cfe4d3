"""Create a booking: price it, take the slot, write it down, start its clock."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from kalends.billing import PriceLine, Quoted, RentalRequest, price_of, terms_for
from kalends.core.ids import new_id
from kalends.core.principal import ActorKind
from kalends.core.states import begin
from kalends.core.unit import Unit

from ..errors import OwnVenue, TooManyHolds
from ..repository import allocations
from ..repository.bookings import facts_of
from ..repository.creation import insert_booking
from ..rules.policy import Policy
from ..rules.processes import RENTAL
from ..rules.ranges import Span
from ..types import BookingFacts, LineFacts
from .instalments import agreed_anew
from .machine import MACHINE
from .slots import check_free, take


async def create_booking(unit: Unit, request: RentalRequest) -> BookingFacts:
    """Book a room for the signed-in user; it is held until paid or until the hold ends.

    Raises NotFound, SlotTaken (with the nearest free times), SlotUnavailable (with the reason),
    QuoteExpired, QuoteMismatch, AddonUnavailable, TooManyHolds, OwnVenue.
    """
    quoted = await price_of(unit, request)
    span = Span(request.start_time, request.end_time)
    await _may_book(unit, quoted)
    await check_free(unit, quoted.room, span)
    booking_id = new_id()
    policy = await _policy(unit, quoted, span)
    expires = unit.now + timedelta(minutes=policy.minutes["hold"])
    await take(unit, quoted.room, span, booking_id=booking_id, expires_at=expires)
    values = _values(unit, booking_id, quoted, (span, policy)) | {"hold_expires_at": expires}
    prefix = f"{unit.profile.booking.number_prefix}-{unit.now.year}-"
    row = await insert_booking(unit, prefix, values, _lines(quoted.price.lines))
    await begin(unit, MACHINE, row, ActorKind.customer)
    return facts_of(unit, row)


async def _policy(unit: Unit, quoted: Quoted, span: Span) -> Policy:
    """What governs the booking, with the commission and the taxes that hold now."""
    terms = await terms_for(unit, quoted.room.provider_id, None, unit.now)
    return replace(
        Policy.of(unit.profile, now=unit.now, start=span.start),
        commission_bp=terms.commission_bp,
        taxes=terms.taxes,
        commission_base=terms.commission_base,
        price_tax_bp=terms.price_tax_bp,
    )


async def _may_book(unit: Unit, quoted: Quoted) -> None:
    room = quoted.room
    if unit.principal.manages(room.provider_id, room.venue_id):
        raise OwnVenue("book at another venue, or block the time instead")
    limit = unit.profile.booking.max_live_holds
    if await allocations.live_holds(unit, unit.user_id) >= limit:
        raise TooManyHolds(f"you hold {limit} unpaid bookings already", limit=limit)


def _values(
    unit: Unit, booking_id: UUID, quoted: Quoted, terms: tuple[Span, Policy]
) -> dict[str, Any]:
    (span, policy), room, total = terms, quoted.room, quoted.price.total
    return {
        "id": booking_id,
        "process": RENTAL.name,
        "state": RENTAL.initial,
        "state_since": unit.now,
        "version": 1,
        "customer_id": unit.user_id,
        "provider_id": room.provider_id,
        "venue_id": room.venue_id,
        "room_id": room.id,
        "start_at": span.start,
        "end_at": span.end,
        "zone": room.zone,
        "currency": total.currency,
        "total": total.amount,
        "policy": agreed_anew(policy.write(), total, start=span.start, now=unit.now),
        "place": {"room": room.name, "venue": room.venue_name, "address": room.address},
        "created_at": unit.now,
        "updated_at": unit.now,
    }


def _lines(lines: tuple[PriceLine, ...]) -> list[LineFacts]:
    return [
        LineFacts(n.kind, n.ref_id, n.name, n.quantity, n.unit_price, n.subtotal) for n in lines
    ]
