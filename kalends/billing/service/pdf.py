"""The one way in which papers are laid out: a band with the brand, then sections of pairs and tables."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table

from kalends.core.profile import Branding
from kalends.core.wording import ink_on, plain

from ..rules.glyphs import printable

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


@dataclass(frozen=True, slots=True)
class Pairs:
    """A name and what it is, line by line."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: the first column takes the room that `widths` (millimetres) leave, the others are figures.

    `sums` stand below it, each a name and a figure in the last column.
    """

    heads: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    sums: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """Small print, numbered."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    heading: str
    body: Pairs | Grid | Terms


@dataclass(frozen=True, slots=True)
class Sheet:
    """A paper: its title stands on every page, the opening under the first band."""

    brand: Branding
    title: str
    opening: str
    sections: tuple[Section, ...]


def render_document(sheet: Sheet) -> bytes:
    """The paper as PDF bytes; the same input gives the same bytes. Blocks for some milliseconds."""
    buffer = BytesIO()
    document = SimpleDocTemplate(
        buffer,
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_BAND + 10 * mm,
        bottomMargin=20 * mm,
        title=_text(sheet.title),
        author=_text(sheet.brand.name),
        invariant=1,
    )
    page = partial(_page_frame, sheet.brand, sheet.title)
    with _one_at_a_time:
        document.build(_story(sheet), onFirstPage=page, onLaterPages=page)
    return buffer.getvalue()


def _story(sheet: Sheet) -> list[Flowable]:
    heading = ParagraphStyle(
        "heading",
        parent=_STRONG,
        fontSize=11.5,
        leading=15,
        textColor=HexColor(sheet.brand.colour),
        spaceBefore=12,
        spaceAfter=4,
    )
    story: list[Flowable] = [_paragraph(sheet.opening)] if sheet.opening else []
    for section in sheet.sections:
        story += [_paragraph(section.heading, heading), *_body(section.body)]
    return story


def _body(body: Pairs | Grid | Terms) -> list[Flowable]:
    if isinstance(body, Terms):
        return _terms(body.lines)
    return [_pairs(body) if isinstance(body, Pairs) else _grid(body)]


def _pairs(pairs: Pairs) -> Table:
    rows = [[_paragraph(name, _STRONG), _paragraph(value)] for name, value in pairs.rows]
    return Table(rows, colWidths=[42 * mm, _WIDTH - 42 * mm], style=_lines())


def _grid(grid: Grid) -> Table:
    first, *others = grid.heads
    head = [_paragraph(first, _STRONG), *(_paragraph(name, _STRONG_NUMBER) for name in others)]
    body = [
        [_paragraph(row[0]), *(_paragraph(cell, _NUMBER) for cell in row[1:])] for row in grid.rows
    ]
    empty = [""] * (len(others) - 1)
    sums = [
        [_paragraph(name, _STRONG), *empty, _paragraph(figure, _STRONG_NUMBER)]
        for name, figure in grid.sums
    ]
    widths = [_WIDTH - sum(grid.widths) * mm, *(width * mm for width in grid.widths)]
    return Table([head, *body, *sums], colWidths=widths, repeatRows=1, style=_lines())


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
