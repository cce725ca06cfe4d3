"""Book a room by the hour."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from kalends import catalog
from kalends.billing import Quoted, RentalRequest, price_of, rent
from kalends.core.money import Money
from kalends.core.principal import ActorKind
from kalends.core.unit import Unit

from ..errors import OwnVenue
from ..repository.allocations import taken_spans
from ..rules.availability import free_spans
from ..rules.opening_hours import zone_named
from ..rules.processes import RENTAL
from ..rules.ranges import Span
from ..rules.visits import starts_in
from ..types import BookingFacts, LineFacts, Slot
from .changes import Move, Opening
from .create import Draft, SlotLost, check_holds, lines_of, place_booking
from .slots import calendar_of, check_free, slot_taken


async def book_room(
    unit: Unit, request: RentalRequest, series_id: UUID | None = None
) -> BookingFacts:
    """Book a room for the signed-in user; it is held until paid or until the hold ends.

    Raises NotFound, SlotTaken (with the nearest free times), SlotUnavailable (with the reason),
    QuoteExpired, QuoteMismatch, AddonUnavailable, TooManyHolds, OwnVenue.
    """
    quoted = await price_of(unit, request)
    room, span = quoted.room, Span(request.start_time, request.end_time)
    if unit.principal.manages(room.provider_id, room.venue_id):
        raise OwnVenue("book at another venue, or block the time instead")
    await check_holds(unit, series_id)
    await check_free(unit, room, span)
    draft = replace(_draft(unit, quoted, span), series_id=series_id)
    try:
        return await place_booking(unit, draft, ActorKind.customer)
    except SlotLost as lost:
        raise await slot_taken(unit, room, span, ignoring=lost.booking_id) from None


async def moved_room(unit: Unit, booking: BookingFacts, span: Span) -> Move:
    """The rental at another time, at the unit prices that were agreed. Raises SlotTaken, SlotUnavailable."""
    assert booking.room_id is not None
    room = await catalog.get_room(unit, booking.room_id)
    await check_free(unit, room, span, ignoring=booking.id)
    lines, total = _agreed_prices(booking, span)
    return Move(span, (_slot(room.id, span),), lines, total, total - booking.total)


async def room_openings(unit: Unit, booking: BookingFacts, window: Span) -> list[Opening]:
    """Where in the window the rental could begin instead, as long as it is."""
    assert booking.room_id is not None
    room = await catalog.get_room(unit, booking.room_id)
    length = booking.end - booking.start
    whole = Span(window.start, window.end + length)
    taken = await taken_spans(unit, [room.id], whole, ignoring=booking.id)
    free = free_spans(calendar_of(unit, room, taken[room.id]), whole)
    step = timedelta(minutes=unit.profile.availability.step_minutes)
    starts = starts_in(free, length, step, zone_named(room.zone))
    spans = [Span(start, start + length) for start in starts]
    return [Opening(span, _agreed_prices(booking, span)[1] - booking.total) for span in spans]


async def room_taken(unit: Unit, booking: BookingFacts, span: Span) -> Exception:
    """The refusal when somebody was faster, with what is free instead."""
    assert booking.room_id is not None
    room = await catalog.get_room(unit, booking.room_id)
    return await slot_taken(unit, room, span, ignoring=booking.id)


def _draft(unit: Unit, quoted: Quoted, span: Span) -> Draft:
    room = quoted.room
    return Draft(
        process=RENTAL,
        customer_id=unit.user_id,
        provider_id=room.provider_id,
        venue_id=room.venue_id,
        room_id=room.id,
        span=span,
        zone=room.zone,
        lines=lines_of(quoted.price.lines),
        slots=(_slot(room.id, span),),
        total=quoted.price.total,
        place={"resource": room.name, "name": room.venue_name, "address": room.address},
    )


def _slot(room_id: UUID, span: Span) -> Slot:
    return Slot("room", room_id, span.start, span.end, span.end)


def _agreed_prices(booking: BookingFacts, span: Span) -> tuple[tuple[LineFacts, ...], Money]:
    """The lines at that time and their total, at the unit prices of the booking."""
    lines = tuple(_repriced(line, span.minutes) for line in booking.lines)
    return lines, Money(sum(line.subtotal.amount for line in lines), booking.total.currency)


def _repriced(line: LineFacts, minutes: int) -> LineFacts:
    if line.kind != "room":
        return line
    new = rent(line.ref_id, line.name, line.unit_price, minutes)
    return LineFacts(new.kind, new.ref_id, new.name, new.quantity, new.unit_price, new.subtotal)
