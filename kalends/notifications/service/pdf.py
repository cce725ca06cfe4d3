"""PDF documents of a booking: what, when, for how much, what was paid, and the terms."""

import threading
from collections.abc import Iterable, Sequence
from functools import partial
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table

from kalends.bookings import BookingFacts
from kalends.core.profile import Branding

from ..rules.glyphs import printable
from ..rules.wording import ink_on, plain
from . import pdf_content
from .pdf_content import Printout

_MARGIN, _BAND = 18 * mm, 26 * mm
_WIDTH = A4[0] - 2 * _MARGIN
# Every viewer has these two, so they are not embedded: a document is 3 KB, not 40. They speak Latin only.
_REGULAR, _BOLD = "Helvetica", "Helvetica-Bold"
_GLYPHS = frozenset(map(ord, bytes(range(32, 256)).decode("cp1252", errors="ignore")))
_BODY = ParagraphStyle("body", fontName=_REGULAR, fontSize=9.5, leading=13.5)
_SMALL = ParagraphStyle("small", parent=_BODY, fontSize=8, leading=11.5)
_NUMBER = ParagraphStyle("number", parent=_BODY, alignment=2)
_STRONG = ParagraphStyle("strong", parent=_BODY, fontName=_BOLD)
_STRONG_NUMBER = ParagraphStyle("strong_number", parent=_STRONG, alignment=2)
_RULE = HexColor("#d8d2c8")
# ReportLab does not promise to be safe in threads, and under the interpreter's lock nothing is lost.
_one_at_a_time = threading.Lock()


def render_pdf(printout: Printout) -> bytes:
    """The document as PDF bytes; the same input gives the same bytes. Blocks for some milliseconds."""
    buffer = BytesIO()
    title = f"{pdf_content.title_of(printout.paper)} {printout.booking.number}"
    document = SimpleDocTemplate(
        buffer,
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_BAND + 10 * mm,
        bottomMargin=20 * mm,
        title=_text(title),
        author=_text(printout.brand.name),
        invariant=1,
    )
    page = partial(_page_frame, printout.brand, title)
    with _one_at_a_time:
        document.build(_story(printout), onFirstPage=page, onLaterPages=page)
    return buffer.getvalue()


def _story(printout: Printout) -> list[Flowable]:
    accent = HexColor(printout.brand.colour)
    heading = ParagraphStyle(
        "heading",
        parent=_STRONG,
        fontSize=11.5,
        leading=15,
        textColor=accent,
        spaceBefore=12,
        spaceAfter=4,
    )
    booking = printout.booking
    story: list[Flowable] = [_paragraph(pdf_content.opening(printout.paper, booking))]
    story += [_paragraph("Booking", heading), _pairs(pdf_content.details(printout))]
    story += [_paragraph("Timeline", heading), _pairs(pdf_content.timeline(booking))]
    story += [_paragraph("Cost", heading), _cost(booking)]
    story += [_paragraph("Payment", heading), _pairs(pdf_content.payment(booking))]
    if printout.brand.terms:
        story += [_paragraph("Terms and conditions", heading), *_terms(printout.brand.terms)]
    return story


def _pairs(pairs: Iterable[tuple[str, str]]) -> Table:
    rows = [[_paragraph(name, _STRONG), _paragraph(value)] for name, value in pairs]
    return Table(rows, colWidths=[42 * mm, _WIDTH - 42 * mm], style=_lines())


def _cost(booking: BookingFacts) -> Table:
    head = [_paragraph("Item", _STRONG)]
    head += [_paragraph(name, _STRONG_NUMBER) for name in ("Quantity", "Unit price", "Subtotal")]
    body = [_cost_row(cells, _NUMBER) for cells in pdf_content.cost_lines(booking)]
    total = [
        _paragraph("Total", _STRONG),
        "",
        "",
        _paragraph(pdf_content.total(booking), _STRONG_NUMBER),
    ]
    widths = [_WIDTH - 108 * mm, 30 * mm, 40 * mm, 38 * mm]
    return Table([head, *body, total], colWidths=widths, repeatRows=1, style=_lines())


def _cost_row(cells: Sequence[str], style: ParagraphStyle) -> list[Paragraph]:
    return [_paragraph(cells[0]), *(_paragraph(cell, style) for cell in cells[1:])]


def _terms(terms: Iterable[str]) -> list[Flowable]:
    numbered = (f"{number}. {term}" for number, term in enumerate(terms, 1))
    return [part for line in numbered for part in (_paragraph(line, _SMALL), Spacer(0, 3))]


def _lines() -> list[tuple[Any, ...]]:
    return [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, _RULE),
        ("LEFTPADDING", (0, 0), (0, -1), 0),
        ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 3),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ]


def _paragraph(text: str, style: ParagraphStyle = _BODY) -> Paragraph:
    return Paragraph(escape(_text(text)), style)


def _text(text: str) -> str:
    return printable(plain(text), _GLYPHS)


def _page_frame(brand: Branding, title: str, canvas: Any, document: Any) -> None:
    width, height = A4
    canvas.saveState()
    canvas.setFillColor(HexColor(brand.colour))
    canvas.rect(0, height - _BAND, width, _BAND, stroke=0, fill=1)
    canvas.setFillColor(HexColor(ink_on(brand.colour)))
    canvas.setFont(_BOLD, 16)
    canvas.drawString(_MARGIN, height - 13 * mm, _text(brand.name))
    canvas.setFont(_REGULAR, 9)
    canvas.drawString(_MARGIN, height - 19 * mm, _text(brand.tagline))
    canvas.drawRightString(width - _MARGIN, height - 13 * mm, _text(title))
    canvas.setFillColor(HexColor("#666666"))
    canvas.setFont(_REGULAR, 8)
    canvas.drawString(_MARGIN, 10 * mm, _text(f"{brand.name} · {brand.support_email}"))
    canvas.drawRightString(width - _MARGIN, 10 * mm, f"Page {document.page}")
    canvas.restoreState()
