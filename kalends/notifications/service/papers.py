"""The documents of a booking, as attachments and as downloads. Rendering runs in a thread."""

import asyncio
from uuid import UUID

from kalends import bookings, identity, payments
from kalends.billing import DocumentFacts, DocumentKind, document_pdf
from kalends.bookings import BookingFacts
from kalends.core.ports import Attachment
from kalends.core.unit import Unit

from ..types import Paper
from .ical import calendar_file
from .pdf import render_pdf
from .pdf_content import Printout

_LAPSED = frozenset({"cancelled", "expired"})
_ISSUED = {Paper.invoice: DocumentKind.receipt}


async def make_paper(unit: Unit, booking: BookingFacts, customer: str, paper: Paper) -> Attachment:
    """One document about the booking; `customer` is the name of who booked."""
    if paper is Paper.calendar:
        content = calendar_file(booking, unit.profile.branding.name, unit.now)
        return Attachment(f"booking-{booking.number}.ics", "text/calendar", content)
    made = await payments.refunds_of(unit, f"booking:{booking.id}")
    printout = Printout(paper, booking, customer, unit.profile.branding, unit.now, tuple(made))
    content = await asyncio.to_thread(render_pdf, printout)
    return Attachment(f"{paper}-{booking.number}.pdf", "application/pdf", content)


async def issued_papers(
    unit: Unit, booking: BookingFacts, customer: str, paper: Paper
) -> list[Attachment]:
    """The documents that were issued in place of this paper, else the paper itself.

    They are issued here if nobody was faster, under a lock that ends with the unit: ask for them last.
    """
    wanted = _ISSUED.get(paper)
    known = await bookings.write_papers(unit, booking.id) if wanted else ()
    issued = [document for document in known if document.kind is wanted]
    if not issued:
        return [await make_paper(unit, booking, customer, paper)]
    return [await _issued(unit, document) for document in issued]


async def _issued(unit: Unit, document: DocumentFacts) -> Attachment:
    content = await document_pdf(unit, document)
    return Attachment(f"{document.kind}-{document.number}.pdf", "application/pdf", content)


async def download_paper(unit: Unit, booking_id: UUID) -> Attachment:
    """The PDF that fits the booking's state: request, confirmation or cancellation. Raises NotFound."""
    booking = (await bookings.access_booking(unit, booking_id)).booking
    people = await identity.people(unit, [booking.customer_id])
    names = [person.name for person in people.values()]
    return await make_paper(unit, booking, names[0] if names else "", paper_for(booking.state))


async def download_calendar(unit: Unit, booking_id: UUID) -> Attachment:
    """The booking as a calendar file. Raises NotFound."""
    booking = (await bookings.access_booking(unit, booking_id)).booking
    return await make_paper(unit, booking, "", Paper.calendar)


def paper_for(state: str) -> Paper:
    """Before payment there is no confirmation, and none after the booking fell."""
    if state == "awaiting_payment":
        return Paper.request
    return Paper.cancellation if state in _LAPSED else Paper.confirmation
