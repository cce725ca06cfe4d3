"""Differences between gateways' stories and ours."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, and_, func, select, update
from sqlalchemy.dialects.postgresql import insert

from kalends.core.ids import new_id
from kalends.core.unit import Unit

from ..models import SettlementDifference
from ..types import Difference, Finding, Gap, Thing
from .settlements import chunks

DIFFERENCES = cast("Table", SettlementDifference.__table__)
READ_AGAIN_FOR = timedelta(days=60)
_STORY = "uq_settlement_differences_story"


async def add(unit: Unit, gateway: str, day: date, findings: Sequence[Finding]) -> int:
    """Notice what was not noticed before, or had vanished; return how many those are.

    What somebody explained stays explained while the story is the same.
    """
    noticed = 0
    for portion in chunks(findings):
        row = insert(SettlementDifference).values([_row(unit, gateway, day, f) for f in portion])
        vanished = and_(
            SettlementDifference.explained_at.is_not(None),
            SettlementDifference.explained_by.is_(None),
        )
        again = {"explained_at": None, "note": None, "noticed_at": unit.now, "day": day}
        statement = row.on_conflict_do_update(constraint=_STORY, set_=again, where=vanished)
        fresh = await unit.session.execute(statement.returning(SettlementDifference.id))
        noticed += len(fresh.all())
    return noticed


def _row(unit: Unit, gateway: str, day: date, finding: Finding) -> dict[str, Any]:
    return {
        "id": new_id(),
        "gateway": gateway,
        "day": day,
        "kind": finding.kind,
        "object_kind": finding.thing,
        "object_id": finding.object_id,
        "our_id": finding.our_id,
        "ours_state": finding.ours_state,
        "ours_amount": finding.ours_amount,
        "theirs_state": finding.theirs_state,
        "theirs_amount": finding.theirs_amount,
        "currency": finding.currency,
        "noticed_at": unit.now,
    }


async def open_of_day(unit: Unit, gateway: str, day: date) -> list[Difference]:
    """The open differences of a day's statement."""
    return await _open(
        unit,
        SettlementDifference.gateway == gateway,
        SettlementDifference.day == day,
        SettlementDifference.kind != Gap.unknown,
    )


async def open_unknowns(unit: Unit) -> list[Difference]:
    """The open differences about what nobody knows the outcome of."""
    return await _open(unit, SettlementDifference.kind == Gap.unknown)


async def close(unit: Unit, which: Collection[UUID], note: str) -> None:
    """Explain differences by themselves: nobody did."""
    await unit.session.execute(
        update(SettlementDifference)
        .where(
            SettlementDifference.id.in_(list(which)), SettlementDifference.explained_at.is_(None)
        )
        .values(explained_at=unit.now, note=note)
    )


async def open_days(unit: Unit, gateway: str) -> Sequence[date]:
    """The days, not too long ago, whose statements have open differences."""
    query = (
        select(SettlementDifference.day)
        .where(
            SettlementDifference.gateway == gateway,
            SettlementDifference.explained_at.is_(None),
            SettlementDifference.kind != Gap.unknown,
            SettlementDifference.day >= unit.now.date() - READ_AGAIN_FOR,
        )
        .distinct()
    )
    return (await unit.session.execute(query)).scalars().all()


async def count_open(unit: Unit) -> int:
    query = (
        select(func.count())
        .select_from(SettlementDifference)
        .where(SettlementDifference.explained_at.is_(None))
    )
    return (await unit.session.execute(query)).scalar_one()


async def newest(
    unit: Unit, filters: dict[str, Any], *, before: UUID | None, limit: int
) -> list[Difference]:
    """Differences, newest first. `open` says whether they are; other filters are column values."""
    query = select(*DIFFERENCES.c).order_by(SettlementDifference.id.desc()).limit(limit)
    is_open, columns = filters.get("open"), {k: v for k, v in filters.items() if k != "open"}
    for column, value in columns.items():
        if value is not None:
            query = query.where(DIFFERENCES.c[column] == value)
    if is_open is not None:
        explained = SettlementDifference.explained_at
        query = query.where(explained.is_(None) if is_open else explained.is_not(None))
    if before is not None:
        query = query.where(SettlementDifference.id < before)
    return [_facts(row) for row in (await unit.session.execute(query)).all()]


async def lock(unit: Unit, difference_id: UUID) -> Difference | None:
    query = select(*DIFFERENCES.c).where(SettlementDifference.id == difference_id)
    row = (await unit.session.execute(query.with_for_update())).one_or_none()
    return _facts(row) if row else None


async def explain(unit: Unit, difference_id: UUID, user_id: UUID, note: str) -> Difference:
    """Write an operator's explanation; return the difference as it is then."""
    statement = (
        update(SettlementDifference)
        .where(SettlementDifference.id == difference_id)
        .values(explained_at=unit.now, explained_by=user_id, note=note)
        .returning(*DIFFERENCES.c)
    )
    return _facts((await unit.session.execute(statement)).one())


async def _open(unit: Unit, *which: Any) -> list[Difference]:
    query = select(*DIFFERENCES.c).where(SettlementDifference.explained_at.is_(None), *which)
    return [_facts(row) for row in (await unit.session.execute(query)).all()]


def _facts(row: Any) -> Difference:
    finding = Finding(
        kind=Gap(row.kind),
        thing=Thing(row.object_kind),
        object_id=row.object_id,
        currency=row.currency,
        our_id=row.our_id,
        ours_state=row.ours_state,
        ours_amount=row.ours_amount,
        theirs_state=row.theirs_state,
        theirs_amount=row.theirs_amount,
    )
    return Difference(
        id=row.id,
        gateway=row.gateway,
        day=row.day,
        finding=finding,
        noticed_at=row.noticed_at,
        explained_at=row.explained_at,
        explained_by=row.explained_by,
        note=row.note,
    )
