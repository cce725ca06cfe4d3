"""Letters about enquiries, events and waitlists: who is asked for an answer, and what came of it."""

from typing import Any
from uuid import UUID

from kalends import identity
from kalends.bookings import (
    ConsentWanted,
    EnquiryEnded,
    EnquiryFacts,
    EventLineAnswered,
    EventLineAsked,
    OfferMade,
    ProposalAccepted,
    ProposalFacts,
    ProposalMade,
    TrialOver,
    event_lines,
    first_code,
    get_booking,
    get_enquiry,
    get_wait,
)
from kalends.core.unit import Unit

from .booking_letters import Notice, tell_party
from .write import Letter, write_letter


async def ask_provider(unit: Unit, event: OfferMade) -> None:
    """Unless the turn is over before the letter is written."""
    enquiry = await get_enquiry(unit, event.enquiry_id)
    offer = enquiry.live_offer
    if offer is None or offer.id != event.offer_id:
        return
    facts = {"start": enquiry.start, "zone": enquiry.zone, "offer": offer}
    await _tell_managers(unit, offer.provider_id, ("offer_made", str(offer.id)), facts)


async def ask_for_consent(unit: Unit, event: ConsentWanted) -> None:
    enquiry = await get_enquiry(unit, event.enquiry_id)
    if enquiry.consent is None:
        return
    facts = {"start": enquiry.start, "zone": enquiry.zone, "most": enquiry.max_price}
    occasion = f"{enquiry.id}:{enquiry.consent['position']}"
    await _tell_customer(unit, enquiry, ("consent_wanted", occasion), facts)


async def tell_end(unit: Unit, event: EnquiryEnded) -> None:
    """Who withdrew knows it already."""
    enquiry = await get_enquiry(unit, event.enquiry_id)
    if event.outcome != "withdrawn":
        facts = {"start": enquiry.start, "zone": enquiry.zone}
        await _tell_customer(unit, enquiry, ("enquiry_ended", str(enquiry.id)), facts)


async def tell_proposal(unit: Unit, event: ProposalMade) -> None:
    """To the other side, unless something else has been proposed or agreed on since."""
    enquiry = await get_enquiry(unit, event.enquiry_id)
    last = enquiry.proposals[-1]
    if last.version == event.version and last.accepted_at is None:
        await _tell_side(unit, enquiry, last, "proposal_made", to_author=False)


async def tell_agreement(unit: Unit, event: ProposalAccepted) -> None:
    """To whoever had proposed it."""
    enquiry = await get_enquiry(unit, event.enquiry_id)
    agreed = next(one for one in enquiry.proposals if one.version == event.version)
    await _tell_side(unit, enquiry, agreed, "proposal_accepted", to_author=True)


async def tell_trial_over(unit: Unit, event: TrialOver) -> None:
    """Unless the customer has decided already."""
    booking = await get_booking(unit, event.booking_id)
    if booking.state == "trial_completed":
        await tell_party(unit, booking, Notice("trial_over", copies=False))


async def tell_arrival(unit: Unit, booking_id: UUID) -> None:
    """With the code that ends the job, if the customer has none yet."""
    booking = await get_booking(unit, booking_id)
    if booking.state == "arrived":
        code = await first_code(unit, booking_id)
        notice = Notice("provider_arrived", facts={"code": code}, copies=False)
        await tell_party(unit, booking, notice)


async def ask_vendor(unit: Unit, event: EventLineAsked) -> None:
    booking = await get_booking(unit, event.booking_id)
    line = (await event_lines(unit, event.booking_id))[event.line_id]
    occasion = f"{event.line_id}:{booking.start.isoformat()}"
    facts = {"booking": booking, "service": line.service_name, "price": line.price}
    await _tell_managers(unit, event.provider_id, ("event_line_asked", occasion), facts)


async def tell_answer(unit: Unit, event: EventLineAnswered) -> None:
    """To the organiser: what a vendor said."""
    booking = await get_booking(unit, event.booking_id)
    line = (await event_lines(unit, event.booking_id))[event.line_id]
    facts = {"vendor": line.provider_name, "answer": event.answer, "price": line.countered}
    occasion = f"{event.line_id}:{event.answer}:{line.countered}"
    notice = Notice("event_line_answered", (), facts, occasion, copies=False)
    await tell_party(unit, booking, notice)


async def tell_waitlist_offer(unit: Unit, entry_id: UUID) -> None:
    """With the deadline, unless it is over before the letter is written."""
    entry = await get_wait(unit, entry_id)
    if entry.state != "offered":
        return
    people = await identity.people(unit, [entry.customer_id])
    for person in people.values():
        letter = Letter("waitlist_offered", str(entry.id), person, {"entry": entry})
        await write_letter(unit, letter)


async def _tell_managers(
    unit: Unit, provider_id: UUID, what: tuple[str, str], facts: dict[str, Any]
) -> None:
    template, occasion = what
    for person in await identity.managers_of(unit, provider_id):
        await write_letter(unit, Letter(template, occasion, person, facts))


async def _tell_side(
    unit: Unit, enquiry: EnquiryFacts, proposal: ProposalFacts, template: str, *, to_author: bool
) -> None:
    facts = {
        "start": proposal.start or enquiry.start,
        "zone": enquiry.zone,
        "price": proposal.price,
        "note": proposal.note,
    }
    what = (template, f"{enquiry.id}:{proposal.version}")
    if (proposal.by == "customer") == to_author:
        await _tell_customer(unit, enquiry, what, facts)
    else:
        await _tell_managers(unit, enquiry.provider_id, what, facts)


async def _tell_customer(
    unit: Unit, enquiry: EnquiryFacts, what: tuple[str, str], facts: dict[str, Any]
) -> None:
    template, occasion = what
    people = await identity.people(unit, [enquiry.customer_id])
    for person in people.values():
        await write_letter(unit, Letter(template, occasion, person, facts))
