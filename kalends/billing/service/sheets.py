"""Issued documents and statements as papers."""

import asyncio
from collections.abc import Iterator
from typing import Any

from kalends.core.money import BASIS_POINTS, Money
from kalends.core.profile import Branding
from kalends.core.unit import Unit
from kalends.core.wording import coded_money, moment

from ..rules.statements import read_statement
from ..types import DocumentFacts, DocumentKind, StatementContent, StatementLine
from .pdf import Grid, Pairs, Section, Sheet, Terms, render_document

_OPENINGS = {
    DocumentKind.receipt: "We received the payment below. Thank you.",
    DocumentKind.cancellation_note: "The booking below was cancelled. This is what was paid, given back and kept.",
    DocumentKind.commission_invoice: "For the sale of the service below through our marketplace.",
    DocumentKind.credit_note: "The amount below was given back.",
}
_DRAFT = "This is what is booked so far. The statement gets its number when the month is over."
_PERCENT = BASIS_POINTS / 100


async def document_pdf(unit: Unit, document: DocumentFacts) -> bytes:
    """An issued document as PDF, from what was frozen; rendered in a thread."""
    return await asyncio.to_thread(render_document, sheet_of(document, unit.profile.branding))


async def statement_pdf(unit: Unit, content: StatementContent) -> bytes:
    """A provider's statement as PDF; rendered in a thread."""
    return await asyncio.to_thread(render_document, statement_sheet(content, unit.profile.branding))


def sheet_of(document: DocumentFacts, brand: Branding) -> Sheet:
    """The document with everything that the law wants to see on an invoice, as far as it is known."""
    if document.kind is DocumentKind.statement:
        return statement_sheet(read_statement(document), brand, document.number)
    said = document.content
    notes = tuple(said["notes"])
    sections = [
        Section("Document", Pairs(tuple(_head(document)))),
        Section("Issued by", Pairs(tuple(_party(said, "issuer")))),
        Section("Issued to", Pairs(tuple(_party(said, "recipient")))),
        Section("Amounts", _amounts(document)),
    ]
    if notes:
        sections.append(Section("Notes", Terms(notes)))
    title = f"{said['title']} {document.number}"
    return Sheet(brand, title, _OPENINGS.get(document.kind, ""), tuple(sections))


def statement_sheet(content: StatementContent, brand: Branding, number: str = "") -> Sheet:
    """Opening balance, every movement, closing balance. Without a number it is a draft."""
    period = f"{content.first.isoformat()} to {content.last.isoformat()}"
    heads = Pairs(
        (
            ("For", content.provider.name),
            ("Period", period),
            ("Opening balance", coded_money(content.opening)),
        )
    )
    table = Grid(
        ("Movement", "Date", "Amount", "Balance"),
        (30, 36, 36),
        tuple(_moved(line) for line in content.lines),
        (("Closing balance", coded_money(content.closing)),),
    )
    sections = [Section("Statement", heads), Section("Movements", table)]
    if content.sums:
        sums = Pairs(tuple((name, coded_money(money)) for name, money in content.sums))
        sections.append(Section("In sum", sums))
    title = f"Statement {number}" if number else f"Draft of a statement, {period}"
    return Sheet(brand, title, "" if number else _DRAFT, tuple(sections))


def _moved(line: StatementLine) -> tuple[str, ...]:
    day = line.at.date().isoformat()
    return line.what, day, coded_money(line.amount), coded_money(line.balance)


def _head(document: DocumentFacts) -> Iterator[tuple[str, str]]:
    said = document.content
    yield "Number", document.number
    yield "Date", moment(document.issued_at, said["zone"])
    yield from said["facts"]
    if said["references"]:
        yield "Refers to", ", ".join(said["references"])
    if said["service_code"]:
        yield "Service code (SAC)", said["service_code"]
    if said["place_of_supply"]:
        yield "Place of supply", said["place_of_supply"]
    if said["taxes"]:
        yield "Reverse charge", "Yes" if said["reverse_charge"] else "No"


def _party(said: Any, side: str) -> Iterator[tuple[str, str]]:
    party = said[side]
    yield "Name", party["name"]
    if party["address"]:
        yield "Address", party["address"]
    if party["tax_id"]:
        yield said["tax_id_name"], party["tax_id"]
    if party["state"]:
        yield "State code", party["state"]


def _amounts(document: DocumentFacts) -> Grid:
    said, currency = document.content, document.total.currency
    rows = tuple(_row(line, currency) for line in said["lines"])
    heads = ("Item", "Quantity", "Unit price", "Amount")
    return Grid(heads, (30, 40, 38), rows, tuple(_sums(document)))


def _row(line: Any, currency: str) -> tuple[str, ...]:
    unit_price = line["unit_price"]
    price = "" if unit_price is None else coded_money(Money(unit_price, currency))
    amount = coded_money(Money(line["amount"], currency))
    return line["description"], line["quantity"], price, amount


def _sums(document: DocumentFacts) -> Iterator[tuple[str, str]]:
    said, currency = document.content, document.total.currency
    if said["taxes"]:
        yield "Taxable value", coded_money(Money(said["taxable"], currency))
    for tax in said["taxes"]:
        rate = "" if tax["basis_points"] is None else f" {tax['basis_points'] / _PERCENT:g} %"
        yield f"{tax['name']}{rate}", coded_money(Money(tax["amount"], currency))
    yield "Total", coded_money(document.total)
    yield said["words"], ""
