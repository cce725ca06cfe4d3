"""Letters about a booking: to the customer, with the other people of the booking in copy."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from kalends import identity, payments
from kalends.bookings import BookingCancelled, BookingFacts, BookingRescheduled
from kalends.core.money import Money
from kalends.core.unit import Unit

from ..types import Paper
from .booking_links import offer_links
from .papers import issued_papers, paper_for
from .pdf_content import is_under_way, still_due
from .write import Letter, write_letter

_NOT_MOVED_ANY_MORE = frozenset({"cancelled", "expired"})


@dataclass(frozen=True, slots=True)
class Notice:
    """What to tell about a booking, with or without copies to its participants.

    `occasion` tells apart what can happen to a booking more than once.
    """

    template: str
    papers: tuple[Paper, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    occasion: str = "once"
    copies: bool = True


async def tell_party(unit: Unit, booking: BookingFacts, notice: Notice) -> None:
    """Write the notice to the customer, in copy to the participants. Who is gone is not told."""
    others = [user_id for user_id, _ in booking.participants] if notice.copies else []
    people = await identity.people(unit, [booking.customer_id, *others])
    customer = people.get(booking.customer_id)
    if customer is None:
        return
    papers = [
        attachment
        for paper in notice.papers
        for attachment in await issued_papers(unit, booking, customer.name, paper)
    ]
    copies = dict.fromkeys(person.email for person in people.values() if person != customer)
    letter = Letter(
        template=notice.template,
        occasion=f"{booking.id}:{notice.occasion}",
        to=customer,
        facts={**notice.facts, "booking": booking},
        cc=tuple(copies),
        attachments=tuple(papers),
    )
    await write_letter(unit, letter)


async def tell_with_links(unit: Unit, booking: BookingFacts, notice: Notice) -> None:
    """With links by which the customer cancels or moves the booking.

    Whoever holds such a link may use it: where others are in copy it comes in a letter of its own.
    """
    links = await offer_links(unit, booking)
    alone = all(user_id == booking.customer_id for user_id, _ in booking.participants)
    facts = {**notice.facts, "links": links if alone else None}
    await tell_party(unit, booking, replace(notice, facts=facts))
    if links and not alone:
        own = Notice(
            "booking_links", facts={"links": links}, occasion=notice.template, copies=False
        )
        await tell_party(unit, booking, own)


async def tell_cancelled(unit: Unit, booking: BookingFacts, event: BookingCancelled) -> None:
    """Who cancelled, what comes back, and what was kept."""
    words, made = unit.profile.words, await payments.refunds_of(unit, f"booking:{booking.id}")
    callers = {"customer": f"the {words.customer}", "provider": f"the {words.provider}"}
    facts = {
        "who": callers.get(event.by, unit.profile.branding.name),
        "percent": event.refund_percent,
        "refund": Money(event.refund_amount, event.currency),
        "fee": Money(event.fee, event.currency),
        "to_wallet": event.refund_to == "wallet",
        "waits": any(is_under_way(refund) for refund in made),
    }
    papers = (Paper.cancellation, Paper.calendar)
    await tell_party(unit, booking, Notice("booking_cancelled", papers, facts))


async def tell_rescheduled(unit: Unit, booking: BookingFacts, event: BookingRescheduled) -> None:
    """From when to when. A move that was itself overtaken is not told: the later one says what holds."""
    last = booking.reschedules[-1]
    overtaken = (last.original_start, last.original_end) != (
        event.previous_start,
        event.previous_end,
    )
    if overtaken or booking.state in _NOT_MOVED_ANY_MORE:
        return
    facts = {
        "previous": (event.previous_start, event.previous_end),
        "difference": Money(event.difference, event.currency),
        "due": still_due(booking),
    }
    papers = (paper_for(booking.state), Paper.calendar)
    occasion = str(len(booking.reschedules))
    await tell_party(unit, booking, Notice("booking_rescheduled", papers, facts, occasion))
