"""What may still be complained about of a booking: all of it, or each vendor's line of an event."""

from kalends import billing, bookings, payments
from kalends.bookings import BookingFacts
from kalends.core.money import Money
from kalends.core.unit import Unit

from ..types import Claim, DisputeFacts


async def claims_of(unit: Unit, booking: BookingFacts) -> list[Claim]:
    """What of the booking's money may go back to the customer, and from whom; the payments stay locked."""
    left = await payments.left_of(unit, bookings.subject_of(booking.id))
    if booking.kind != bookings.EVENT_KIND:
        return [Claim(booking.provider_id, booking.venue_id, None, left)]
    lines = await bookings.event_lines(unit, booking.id)
    paid = [line for line in lines.values() if line.allocated > line.returned]
    parts = [line.allocated - line.returned for line in paid]
    if sum((part.amount for part in parts), 0) > left.amount:  # a card network has some of it
        parts = billing.allocate_over(parts, left)
    return [
        Claim(line.provider_id, None, line.id, part) for line, part in zip(paid, parts, strict=True)
    ]


async def left_to(unit: Unit, booking: BookingFacts, dispute: DisputeFacts) -> Money:
    """What may still go back of what the dispute is about."""
    claims = await claims_of(unit, booking)
    found = next((one.amount for one in claims if one.line_id == dispute.line_id), None)
    return found or Money.zero(dispute.claimed.currency)


def shares(claims: list[Claim], amount: Money) -> list[Claim]:
    """So much of them in all, in proportion to what is left of each."""
    parts = billing.allocate_over([claim.amount for claim in claims], amount)
    return [
        Claim(claim.provider_id, claim.venue_id, claim.line_id, part)
        for claim, part in zip(claims, parts, strict=True)
        if part
    ]
