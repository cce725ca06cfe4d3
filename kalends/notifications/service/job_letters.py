"""Letters to those who do the work: a job is paid and stands, or no longer takes place."""

from datetime import datetime
from typing import Any
from uuid import UUID

from kalends import identity
from kalends.bookings import BookingFacts, EventLineEnded, event_lines, get_booking
from kalends.core.unit import Unit

from .write import Letter, write_letter

# Asked for like this, the provider has agreed before anybody paid.
_AGREED_BEFORE = frozenset({"instant", "flexi", "trial"})
_EVENT, _STANDS = "event", frozenset({"confirmed", "preparing"})


async def tell_paid_job(unit: Unit, booking_id: UUID) -> None:
    """To the artist, or to each vendor of an event."""
    booking = await get_booking(unit, booking_id)
    if booking.state not in _STANDS:
        return
    if booking.kind == _EVENT:
        for line in (await event_lines(unit, booking_id)).values():
            if line.state == "approved":
                facts = _facts(booking, line.service_name)
                await _tell(unit, line.provider_id, ("job_confirmed", str(line.id)), facts)
    elif booking.kind in _AGREED_BEFORE:
        what = ("job_confirmed", str(booking.id))
        await _tell(unit, booking.provider_id, what, _facts(booking, booking.lines[0].name))


async def tell_ended_job(unit: Unit, booking_id: UUID, by: str) -> None:
    """To the artist, unless it was they who called it off. Vendors are told by line."""
    booking = await get_booking(unit, booking_id)
    if booking.kind in _AGREED_BEFORE and by != "provider":
        what = ("job_ended", str(booking.id))
        facts = _facts(booking, booking.lines[0].name) | {"reason": booking.cancel_reason}
        await _tell(unit, booking.provider_id, what, facts)


async def tell_ended_line(unit: Unit, event: EventLineEnded) -> None:
    """To a vendor that is no longer wanted."""
    booking = await get_booking(unit, event.booking_id)
    line = (await event_lines(unit, event.booking_id))[event.line_id]
    facts = _facts(booking, line.service_name) | {"reason": booking.cancel_reason}
    await _tell(unit, event.provider_id, ("job_ended", str(line.id)), facts)


def _facts(booking: BookingFacts, service: str) -> dict[str, Any]:
    start: datetime = booking.start
    return {
        "service": service,
        "start": start,
        "zone": booking.zone,
        "number": booking.number,
    }


async def _tell(
    unit: Unit, provider_id: UUID, what: tuple[str, str], facts: dict[str, Any]
) -> None:
    template, occasion = what
    for person in await identity.managers_of(unit, provider_id):
        await write_letter(unit, Letter(template, occasion, person, facts))
