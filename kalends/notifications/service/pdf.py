"""PDF documents of a booking: what, when, for how much, what was paid, and the terms."""

from kalends.billing import Grid, Pairs, Section, Sheet, Terms, render_document
from kalends.bookings import BookingFacts

from . import pdf_content
from .pdf_content import Printout


def render_pdf(printout: Printout) -> bytes:
    """The document as PDF bytes; the same input gives the same bytes. Blocks for some milliseconds."""
    return render_document(_sheet(printout))


def _sheet(printout: Printout) -> Sheet:
    booking, terms = printout.booking, printout.brand.terms
    sections = [
        Section("Booking", Pairs(tuple(pdf_content.details(printout)))),
        Section("Timeline", Pairs(tuple(pdf_content.timeline(booking)))),
        Section("Cost", _cost(booking)),
        Section("Payment", Pairs(tuple(pdf_content.payment(printout)))),
    ]
    if terms:
        sections.append(Section("Terms and conditions", Terms(terms)))
    return Sheet(
        brand=printout.brand,
        title=f"{pdf_content.title_of(printout.paper)} {booking.number}",
        opening=pdf_content.opening(printout.paper, booking),
        sections=tuple(sections),
    )


def _cost(booking: BookingFacts) -> Grid:
    return Grid(
        heads=("Item", "Quantity", "Unit price", "Subtotal"),
        widths=(30, 40, 38),
        rows=tuple(pdf_content.cost_lines(booking)),
        sums=(("Total", pdf_content.total(booking)),),
    )
