"""Letters about disputes: to both sides, the customer and those who manage the venue."""

from typing import Any
from uuid import UUID

from kalends import bookings, identity, trust
from kalends.core.unit import Unit

from .write import Letter, write_letter

_REASONS = {
    trust.DisputeReason.not_provided: "it was not provided",
    trust.DisputeReason.not_as_described: "it was not as described",
    trust.DisputeReason.damage: "damage",
    trust.DisputeReason.amount: "the amount",
    trust.DisputeReason.conduct: "somebody's conduct",
    trust.DisputeReason.other: "something else",
}


async def tell_both_sides(unit: Unit, template: str, dispute_id: UUID, **facts: Any) -> None:
    """Write this letter about a dispute to each side, once. Who is gone is not told."""
    dispute = await trust.get_dispute(unit, dispute_id)
    booking = await bookings.get_booking(unit, dispute.booking_id)
    words = unit.profile.words
    sides = {"customer": words.customer, "provider": words.provider}
    told = {
        "booking": booking,
        "dispute": dispute,
        "reason": _REASONS[dispute.reason],
        "who": sides[dispute.role.value],
        "sides": sides,
        **facts,
    }
    customer = await identity.people(unit, [dispute.customer_id])
    managers = await identity.managers_of(unit, dispute.provider_id, dispute.venue_id)
    for person in {person.id: person for person in (*customer.values(), *managers)}.values():
        await write_letter(unit, Letter(template, str(dispute.id), person, told))
