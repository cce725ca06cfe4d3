"""Wire shapes of documents."""

from typing import Annotated, Self
from uuid import UUID

from fastapi import Query

from kalends.core.edge import API_PREFIX
from kalends.core.money import Money
from kalends.core.paging import PageQuery
from kalends.core.wire import Instant, Line, MoneyRead, Out

from ..types import MAX_NUMBER, DocumentFacts, DocumentKind

PARTS_AS_STORED = (
    "issuer", "recipient", "service_code", "place_of_supply", "reverse_charge", "tax_included", "words",
    "facts", "references", "notes",
)  # fmt: skip


class DocumentQuery(PageQuery):
    kind: DocumentKind | None = None
    number: Annotated[Line, Query(max_length=MAX_NUMBER)] | None = None


class DocumentSummary(Out):
    """A document in a list."""

    id: UUID
    kind: DocumentKind
    title: str
    number: str
    subject: str
    total: MoneyRead
    tax: MoneyRead
    issued_at: Instant
    pdf_url: str

    @classmethod
    def of(cls, document: DocumentFacts) -> Self:
        return cls(**_summary(document))


class PartyRead(Out):
    name: str
    address: str
    tax_id: str
    state: str


class DocumentLineRead(Out):
    description: str
    quantity: str
    unit_price: MoneyRead | None
    amount: MoneyRead


class TaxPartRead(Out):
    name: str
    basis_points: int | None
    amount: MoneyRead


class DocumentRead(DocumentSummary):
    """A document as it was issued. `tax_included`: the lines contain the taxes, else they come on top."""

    issuer: PartyRead
    recipient: PartyRead
    service_code: str
    place_of_supply: str
    reverse_charge: bool
    lines: list[DocumentLineRead]
    taxable: MoneyRead
    taxes: list[TaxPartRead]
    tax_included: bool
    words: str
    facts: list[tuple[str, str]]
    references: list[str]
    notes: list[str]

    @classmethod
    def of(cls, document: DocumentFacts) -> Self:
        said, currency = document.content, document.total.currency
        return cls(
            **_summary(document),
            **{name: said[name] for name in PARTS_AS_STORED},
            lines=[_with_money(line, currency) for line in said["lines"]],
            taxable=_money(said["taxable"], currency),
            taxes=[_with_money(part, currency) for part in said["taxes"]],
        )


class DocumentList(Out):
    """Oldest first."""

    items: list[DocumentSummary]


def _summary(document: DocumentFacts) -> dict[str, object]:
    return {
        "id": document.id,
        "kind": document.kind,
        "title": document.content["title"],
        "number": document.number,
        "subject": document.subject,
        "total": MoneyRead.of(document.total),
        "tax": MoneyRead.of(document.tax),
        "issued_at": document.issued_at,
        "pdf_url": f"{API_PREFIX}/documents/{document.id}/document.pdf",
    }


def _with_money(row: dict[str, object], currency: str) -> dict[str, object]:
    money = {k: _money(row[k], currency) for k in ("amount", "unit_price") if k in row}
    return row | money


def _money(amount: object, currency: str) -> MoneyRead | None:
    return MoneyRead.of(Money(amount, currency)) if isinstance(amount, int) else None
