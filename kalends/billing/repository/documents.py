"""Documents and their series. A series' row is the lock under which numbers are given."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from kalends.core.ids import new_id
from kalends.core.money import Money
from kalends.core.paging import PageQuery, Slice, id_after, slice_of
from kalends.core.unit import Unit

from ..models import DocumentRow, DocumentSeries
from ..types import DocumentFacts, DocumentKind

_MOST = 200


@dataclass(frozen=True, slots=True)
class Series:
    issuer: str
    kind: DocumentKind
    year: str


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document with its place in the series."""

    series: Series
    sequence: int
    number: str
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class DocumentFilter:
    """Which documents; None means: do not ask."""

    kind: DocumentKind | None = None
    number: str | None = None
    subject: str | None = None


async def lock_series(unit: Unit, series: Series) -> None:
    """Begin the series if need be, and hold it until the unit ends."""
    first = upsert(DocumentSeries).values(**_key(series), last_number=0)
    await unit.session.execute(first.on_conflict_do_nothing())
    await unit.session.execute(
        select(DocumentSeries.last_number).filter_by(**_key(series)).with_for_update()
    )


async def next_number(unit: Unit, series: Series) -> int:
    """Take the next number of a series that is held."""
    step = update(DocumentSeries).filter_by(**_key(series))
    step = step.values(last_number=DocumentSeries.last_number + 1)
    taken: int = (
        await unit.session.execute(step.returning(DocumentSeries.last_number))
    ).scalar_one()
    return taken


async def add(unit: Unit, new: NewDocument) -> DocumentFacts:
    values = new.values | _key(new.series)
    values |= {"id": new_id(), "sequence": new.sequence, "number": new.number}
    values["issued_at"] = unit.now
    await unit.session.execute(insert(DocumentRow).values(values))
    found = await by_id(unit, values["id"])
    assert found is not None
    return found


async def by_id(unit: Unit, document_id: UUID) -> DocumentFacts | None:
    query = select(DocumentRow.__table__).where(DocumentRow.id == document_id)
    row = (await unit.session.execute(query)).first()
    return _facts(row) if row else None


async def by_cause(
    unit: Unit, subject: str, kind: DocumentKind, cause: str
) -> DocumentFacts | None:
    query = select(DocumentRow.__table__).filter_by(subject=subject, kind=kind.value, cause=cause)
    row = (await unit.session.execute(query)).first()
    return _facts(row) if row else None


async def subjects_with(
    unit: Unit, subjects: Collection[str], kind: DocumentKind, cause: str
) -> Collection[str]:
    """Those of the subjects that have a document of this kind and cause."""
    query = select(DocumentRow.subject).where(
        DocumentRow.subject.in_(subjects),
        DocumentRow.kind == kind.value,
        DocumentRow.cause == cause,
    )
    return set((await unit.session.execute(query)).scalars())


async def of_subject(unit: Unit, subject: str) -> Sequence[DocumentFacts]:
    """Every document about a subject, oldest first."""
    query = select(DocumentRow.__table__).where(DocumentRow.subject == subject)
    rows = await unit.session.execute(query.order_by(DocumentRow.id).limit(_MOST))
    return [_facts(row) for row in rows]


async def page_of(unit: Unit, wanted: DocumentFilter, page: PageQuery) -> Slice[DocumentFacts]:
    """Newest first."""
    query = select(DocumentRow.__table__)
    asked = {name: getattr(wanted, name) for name in DocumentFilter.__slots__}
    query = query.filter_by(**{name: value for name, value in asked.items() if value is not None})
    before = id_after(page.cursor)
    if before is not None:
        query = query.where(DocumentRow.id < before)
    rows = (
        await unit.session.execute(query.order_by(DocumentRow.id.desc()).limit(page.limit + 1))
    ).all()
    return slice_of([_facts(row) for row in rows], page.limit, lambda found: (found.id,))


def _key(series: Series) -> dict[str, str]:
    return {"issuer": series.issuer, "kind": series.kind.value, "year": series.year}


def _facts(row: Any) -> DocumentFacts:
    return DocumentFacts(
        id=row.id,
        kind=DocumentKind(row.kind),
        number=row.number,
        subject=row.subject,
        cause=row.cause,
        issuer=row.issuer,
        recipient=row.recipient,
        place_id=row.place_id,
        total=Money(row.total, row.currency),
        tax=Money(row.tax, row.currency),
        content=row.content,
        issued_at=row.issued_at,
    )
