"""Letters that are not about the course of a booking: refunds, reviews, a welcome."""

from dataclasses import dataclass
from uuid import UUID

from kalends import bookings, catalog, identity
from kalends.core.money import Money
from kalends.core.unit import Unit
from kalends.identity import Person
from kalends.payments import RefundCompleted
from kalends.trust import ReviewFacts, ReviewSubject

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
    """Thanks to the reviewer, and word to those who manage; what is said of a customer is not written about."""
    if review.subject_type is ReviewSubject.customer:
        return
    about = await _about(unit, review)
    facts = {"review": review, "room": about}
    author = await _person(unit, review.author_id)
    if author is not None:
        await write_letter(unit, Letter("review_thanks", str(review.id), author, facts))
    for manager in await identity.managers_of(unit, review.provider_id, about.venue_id):
        await write_letter(unit, Letter("review_posted", str(review.id), manager, facts))


@dataclass(frozen=True, slots=True)
class About:
    """What was reviewed: its name and that of its place; a provider is its own place."""

    name: str
    venue_name: str
    venue_id: UUID | None = None


async def _about(unit: Unit, review: ReviewFacts) -> About:
    if review.subject_type is ReviewSubject.room:
        room = await catalog.get_room(unit, review.subject_id)
        return About(room.name, room.venue_name, room.venue_id)
    provider = await catalog.get_provider(unit, review.provider_id)
    if review.subject_type is ReviewSubject.staff:
        members = await catalog.staff_by_id(unit, [review.subject_id])
        return About(members[review.subject_id].name, provider.name)
    return About(provider.name, unit.profile.branding.name)


async def welcome(unit: Unit, user_id: UUID) -> None:
    person = await _person(unit, user_id)
    if person is not None:
        await write_letter(unit, Letter("welcome", str(user_id), person, {}))


async def _person(unit: Unit, user_id: UUID) -> Person | None:
    return (await identity.people(unit, [user_id])).get(user_id)
