"""Issuing documents: checked against the journal, numbered without a gap, frozen."""

from collections.abc import Sequence

from kalends.core.money import Money
from kalends.core.paging import PageQuery, Slice
from kalends.core.unit import Unit

from ..errors import TotalsDiffer
from ..repository import documents, journal
from ..repository.documents import DocumentFilter, NewDocument, Series
from ..rules.contents import Composed, compose
from ..rules.journal import kept_of
from ..rules.numbering import document_number, fiscal_year
from ..rules.rates import local_day
from ..types import DocumentFacts, DocumentKind, DocumentOrder, MoneyEvent, Moved

_CAUSED_BY = {
    DocumentKind.receipt: Moved.captured,
    DocumentKind.tax_invoice: Moved.released,
    DocumentKind.commission_invoice: Moved.released,
    DocumentKind.credit_note: Moved.refunded,
}


async def issue(unit: Unit, order: DocumentOrder) -> DocumentFacts:
    """Issue a document in the caller's unit, which it numbers; the same cause gives the first one again.

    Who issues several in one unit does so in the order of DocumentKind. Raises TotalsDiffer when it
    says something else than the journal, SeriesExhausted.
    """
    before = await documents.of_subject(unit, order.subject)
    known = _find(before, order)
    if known is not None:
        return known
    _check(order, await journal.events_of(unit, order.subject))
    numbers = [d.number for d in before if (d.kind, d.cause) in order.refers_to]
    return await enter(unit, order, compose(order, unit.profile, numbers))


async def enter(unit: Unit, order: DocumentOrder, composed: Composed) -> DocumentFacts:
    """Give the next number of its series to what was composed and checked, unless somebody was faster."""
    series = _series(unit, order)
    await documents.lock_series(unit, series)
    known = _find(await documents.of_subject(unit, order.subject), order)
    return known or await _number(unit, order, series, composed)


async def documents_of(unit: Unit, subject: str) -> Sequence[DocumentFacts]:
    """Every document about a subject, oldest first, for code that is entitled to them anyway."""
    return await documents.of_subject(unit, subject)


async def money_events(unit: Unit, subject: str) -> list[MoneyEvent]:
    """What came, was released and went back for a subject, as the journal has it, oldest first."""
    return await journal.events_of(unit, subject)


async def list_documents(
    unit: Unit, kind: DocumentKind | None, number: str | None, page: PageQuery
) -> Slice[DocumentFacts]:
    """All documents, newest first."""
    return await documents.page_of(unit, DocumentFilter(kind, number), page)


def _find(known: Sequence[DocumentFacts], order: DocumentOrder) -> DocumentFacts | None:
    return next((d for d in known if (d.kind, d.cause) == (order.kind, order.cause)), None)


def _series(unit: Unit, order: DocumentOrder) -> Series:
    day = local_day(unit.now, unit.profile.time_zone)
    return Series(order.issuer.key, order.kind, fiscal_year(day, unit.profile.currency))


async def _number(
    unit: Unit, order: DocumentOrder, series: Series, composed: Composed
) -> DocumentFacts:
    sequence = await documents.next_number(unit, series)
    prefix = unit.profile.documents.invoice_prefix
    number = document_number(prefix, order.kind, series.year, sequence)
    values = {
        "subject": order.subject,
        "cause": order.cause,
        "recipient": order.recipient.key,
        "place_id": order.place_id,
        "currency": composed.total.currency,
        "total": composed.total.amount,
        "tax": composed.tax.amount,
        "content": composed.content,
    }
    return await documents.add(unit, NewDocument(series, sequence, number, values))


def _check(order: DocumentOrder, events: Sequence[MoneyEvent]) -> None:
    """Raise TotalsDiffer unless the document says what the journal says."""
    told = order.lines[0].amount
    for line in order.lines[1:]:
        told += line.amount
    posted = _posted(order, events)
    added = [(tax.name.lower(), tax.amount) for tax in order.added]
    if told != posted or not set(added) <= set(_taxes(order, events)):
        raise TotalsDiffer(f"{order.kind} of {order.cause}: {told} is not what was booked")


def _posted(order: DocumentOrder, events: Sequence[MoneyEvent]) -> Money:
    if order.kind is DocumentKind.cancellation_note:
        return kept_of(events, order.lines[0].amount.currency)
    event = _event(order, events)
    return event.commission if order.kind is DocumentKind.commission_invoice else event.amount


def _taxes(order: DocumentOrder, events: Sequence[MoneyEvent]) -> Sequence[tuple[str, Money]]:
    return _event(order, events).taxes if order.added else ()


def _event(order: DocumentOrder, events: Sequence[MoneyEvent]) -> MoneyEvent:
    wanted = _CAUSED_BY.get(order.kind)
    found = [e for e in events if e.key == order.cause and e.what is wanted]
    if not found:
        raise TotalsDiffer(f"{order.kind} of {order.cause}: nothing was booked for it")
    return found[0]
