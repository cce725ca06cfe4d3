"""Letters about jobs that were given back: to the customer at once, to the owner when nothing happens."""

from uuid import UUID

from kalends import identity
from kalends.bookings import BookingFacts, get_booking
from kalends.core.unit import Unit

from .booking_letters import Notice, tell_party
from .write import Letter, write_letter

WAITING = "declined_with_option"


async def tell_declined(unit: Unit, booking_id: UUID) -> None:
    """Who could come instead, unless the customer has decided already."""
    booking = await get_booking(unit, booking_id)
    if booking.state != WAITING:
        return
    facts = {"proposed": booking.details["replacement"]["name"]}
    occasion = booking.details["replacement"]["instead_of"]
    await tell_party(unit, booking, Notice("booking_declined", (), facts, occasion, copies=False))


async def tell_at_risk(unit: Unit, booking_id: UUID) -> None:
    """To who runs the provider, unless the customer has decided in between."""
    booking = await get_booking(unit, booking_id)
    if booking.state != WAITING:
        return
    for manager in await identity.managers_of(unit, booking.provider_id, booking.venue_id):
        letter = Letter("job_at_risk", _occasion(booking), manager, {"booking": booking})
        await write_letter(unit, letter)


def _occasion(booking: BookingFacts) -> str:
    return f"{booking.id}:{booking.details['replacement']['instead_of']}"
