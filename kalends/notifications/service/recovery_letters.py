"""Letters about jobs that were given back: to the customer at once, to the owner when nothing happens, and
to both sides of a business when it happens too often.
"""

from uuid import UUID

from kalends import catalog, identity
from kalends.bookings import BookingFacts, RankingReviewStarted, get_booking
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


async def tell_review(unit: Unit, event: RankingReviewStarted) -> None:
    """To whoever declined too often and to who runs the provider; each decline more moves the end."""
    [member] = (await catalog.staff_by_id(unit, [event.staff_id])).values()
    rules = unit.profile.decline
    facts = {
        "member": member.name,
        "limit": rules.review_after,
        "left": rules.penalty_percent,
        "until": event.until,
        "zone": member.zone,
    }
    theirs = await identity.people(unit, [member.user_id] if member.user_id else [])
    running = await identity.managers_of(unit, event.provider_id)
    for person in {person.id: person for person in (*theirs.values(), *running)}.values():
        occasion = f"{event.staff_id}:{event.until.isoformat()}"
        await write_letter(unit, Letter("ranking_review", occasion, person, facts))


def _occasion(booking: BookingFacts) -> str:
    return f"{booking.id}:{booking.details['replacement']['instead_of']}"
