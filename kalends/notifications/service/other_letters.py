"""Letters that are not about the course of a booking: refunds, reviews, a welcome."""

from uuid import UUID

from kalends import bookings, catalog, identity
from kalends.core.money import Money
from kalends.core.unit import Unit
from kalends.identity import Person
from kalends.payments import RefundCompleted
from kalends.trust import ReviewFacts

from .write import Letter, write_letter


async def tell_refunded(unit: Unit, event: RefundCompleted) -> None:
    """What came back, where to, and from which booking."""
    person = await _person(unit, event.user_id)
    if person is None:
        return
    kind, _, subject_id = event.subject.partition(":")
    booking = await bookings.get_booking(unit, UUID(subject_id)) if kind == "booking" else None
    facts = {
        "amount": Money(event.amount, event.currency),
        "booking": booking,
        "reference": event.refund_id,
        "to_wallet": event.destination == "wallet",
    }
    occasion = str(event.refund_id)
    if not facts["to_wallet"]:
        occasion += ":original_method"  # what a bank sends back may come to the wallet later
    await write_letter(unit, Letter("refund_completed", occasion, person, facts))


async def tell_reviewed(unit: Unit, review: ReviewFacts) -> None:
    """Thanks to the reviewer, and word to those who manage the venue."""
    room = await catalog.get_room(unit, review.room_id)
    facts = {"review": review, "room": room}
    author = await _person(unit, review.author_id)
    if author is not None:
        await write_letter(unit, Letter("review_thanks", str(review.id), author, facts))
    for manager in await identity.managers_of(unit, room.provider_id, room.venue_id):
        await write_letter(unit, Letter("review_posted", str(review.id), manager, facts))


async def welcome(unit: Unit, user_id: UUID) -> None:
    person = await _person(unit, user_id)
    if person is not None:
        await write_letter(unit, Letter("welcome", str(user_id), person, {}))


async def _person(unit: Unit, user_id: UUID) -> Person | None:
    return (await identity.people(unit, [user_id])).get(user_id)
