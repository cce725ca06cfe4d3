"""Statements of providers: issued when a month is over, a draft before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog

from kalends import catalog, payments
from kalends.core.house import House
from kalends.core.paging import PageQuery, Slice
from kalends.core.unit import Unit, open_unit
from kalends.payments import MonthBooks

from ..errors import TotalsDiffer
from ..events import StatementIssued
from ..repository import documents
from ..repository.documents import DocumentFilter
from ..rules.contents import platform_of
from ..rules.statements import check, compose_statement, month_before, running
from ..types import (
    DocumentFacts,
    DocumentKind,
    DocumentOrder,
    Movement,
    Party,
    StatementContent,
)
from .documents import enter
from .sheets import document_pdf, statement_pdf

_PAGE = 200
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Issued:
    """What a round of issuing statements did."""

    made: int = 0
    refused: int = 0


async def issue_statements(house: House) -> Issued:
    """Issue the statement of the month that has just ended to every provider whose money moved in it.

    Runs for a week after the month's end, each provider in a unit of its own, each once.
    """
    async with open_unit(house, read_only=True) as unit:
        month = month_before(unit.now, house.profile.time_zone)
    made = refused = 0
    after: UUID | None = None
    while month is not None:
        async with open_unit(house, read_only=True) as unit:
            page = await payments.providers_moved(unit, month, after, _PAGE)
            known = await _known(unit, page, month)
        for provider_id in page:
            if provider_id not in known:
                done = await _issued(house, provider_id, month)
                made, refused = made + done, refused + (not done)
        if len(page) < _PAGE:
            break
        after = page[-1]
    return Issued(made, refused)


async def issue_statement(unit: Unit, provider_id: UUID, month: str) -> DocumentFacts:
    """Issue the statement of a month that is over, or return it. Raises TotalsDiffer, ValueError before
    the month's end.
    """
    order = _order(unit, await _party(unit, provider_id), month)
    known = await issued_statement(unit, provider_id, month)
    if known is not None:
        return known
    books = await payments.month_books(unit, provider_id, month)
    if unit.now < books.until:
        raise ValueError(f"{month} is not over")
    content = _content(unit, order.recipient, books)
    check(content)
    made = await enter(unit, order, compose_statement(content, books.until, unit.profile))
    unit.emit(StatementIssued(document_id=made.id, provider_id=provider_id, month=month))
    return made


async def issued_statement(unit: Unit, provider_id: UUID, month: str) -> DocumentFacts | None:
    """The statement that was issued of this month, if it was."""
    subject = _subject(provider_id)
    return await documents.by_cause(unit, subject, DocumentKind.statement, month)


async def statement_paper(unit: Unit, provider_id: UUID | None, month: str) -> tuple[str, bytes]:
    """Name and PDF of the issued statement, else of a draft without a number.

    Raises NotFound, UnknownProvider.
    """
    owner = await payments.provider_in_reach(unit, provider_id)
    known = await issued_statement(unit, owner, month)
    if known is not None:
        return f"statement-{known.number}.pdf", await document_pdf(unit, known)
    books = await payments.month_books(unit, owner, month)
    content = _content(unit, await _party(unit, owner), books)
    return f"draft-of-statement-{month}.pdf", await statement_pdf(unit, content)


async def list_statements(
    unit: Unit, provider_id: UUID | None, page: PageQuery
) -> Slice[DocumentFacts]:
    """A provider's issued statements, newest first. Raises NotFound, UnknownProvider."""
    owner = await payments.provider_in_reach(unit, provider_id)
    wanted = DocumentFilter(DocumentKind.statement, subject=_subject(owner))
    return await documents.page_of(unit, wanted, page)


async def get_document(unit: Unit, document_id: UUID) -> DocumentFacts:
    """A document, for code that is entitled to it anyway. Raises LookupError when there is none."""
    found = await documents.by_id(unit, document_id)
    if found is None:
        raise LookupError(f"there is no document {document_id}")
    return found


async def _known(unit: Unit, providers: Sequence[UUID], month: str) -> set[UUID]:
    subjects = {_subject(one): one for one in providers}
    found = await documents.subjects_with(unit, list(subjects), DocumentKind.statement, month)
    return {subjects[subject] for subject in found}


async def _issued(house: House, provider_id: UUID, month: str) -> bool:
    """Whether it could be issued; what is wrong with one keeps nobody else's back."""
    try:
        async with open_unit(house) as unit:
            await issue_statement(unit, provider_id, month)
    except TotalsDiffer:
        _log.exception("statement.differs", provider_id=str(provider_id), month=month)
        return False
    except (LookupError, TypeError, ValueError):
        _log.exception("statement.failed", provider_id=str(provider_id), month=month)
        return False
    return True


async def _party(unit: Unit, provider_id: UUID) -> Party:
    told = (await catalog.tax_details_of(unit, [provider_id]))[provider_id]
    found = (await catalog.providers_by_id(unit, [provider_id])).get(provider_id)
    name = told.legal_name or (found.name if found else "")
    return Party(f"provider:{provider_id}", name, told.address, told.tax_id, told.state)


def _order(unit: Unit, provider: Party, month: str) -> DocumentOrder:
    return DocumentOrder(
        kind=DocumentKind.statement,
        subject=f"statement:{provider.key}",
        cause=month,
        issuer=platform_of(unit.profile),
        recipient=provider,
        lines=(),
    )


def _subject(provider_id: UUID) -> str:
    return f"statement:provider:{provider_id}"


def _content(unit: Unit, provider: Party, books: MonthBooks) -> StatementContent:
    zone, sums = ZoneInfo(unit.profile.time_zone), books.totals
    moved = (
        Movement(x.at.astimezone(zone), x.kind, x.subject, x.movements, x.amount)
        for x in books.lines
    )
    return StatementContent(
        provider=provider,
        first=books.since.astimezone(zone).date(),
        last=books.until.astimezone(zone).date() - timedelta(days=1),
        opening=books.opening,
        closing=books.closing,
        lines=tuple(running(books.opening, moved)),
        sums=(
            ("Sales", sums.gross),
            ("Commission", sums.commission),
            ("Taxes", sums.tax),
            ("Earned", sums.net),
            ("Taken back", sums.taken_back),
            ("Paid out", sums.paid_out),
        ),
    )
