"""Statements as they were read, and their days."""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any, TypeVar, cast
from uuid import UUID

from sqlalchemy import Select, Table, and_, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from kalends.core.gateways import GatewayMovement, MovementKind
from kalends.core.ids import new_id
from kalends.core.unit import Unit

from ..models import SettlementDay, SettlementDifference, SettlementLine
from ..types import Line, SettledDay

DAYS = cast("Table", SettlementDay.__table__)
CHUNK = 500
_LINE = [cast("Table", SettlementLine.__table__).c[field.name] for field in fields(Line)]
T = TypeVar("T")


def chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """The items in portions that one statement can take."""
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]


async def add_lines(
    unit: Unit, gateway: str, day: date, movements: Sequence[GatewayMovement]
) -> list[Line]:
    """Keep the lines that were not there; return those."""
    added: list[Line] = []
    for portion in chunks(movements):
        rows = [_row(gateway, day, movement) for movement in portion]
        statement = insert(SettlementLine).values(rows).on_conflict_do_nothing()
        fresh = (await unit.session.execute(statement.returning(*_LINE))).mappings()
        added += [_line(row) for row in fresh]
    return added


def _row(gateway: str, day: date, movement: GatewayMovement) -> dict[str, Any]:
    return {
        "id": new_id(),
        "gateway": gateway,
        "day": day,
        "movement_id": movement.movement_id,
        "kind": movement.kind,
        "object_id": movement.object_id,
        "order_id": movement.order_id,
        "reference": movement.reference,
        "amount": movement.amount,
        "fee": movement.fee,
        "currency": movement.currency,
        "at": movement.at,
    }


async def lines_of(unit: Unit, gateway: str, day: date) -> list[Line]:
    """What the statement of this day says, oldest first."""
    return await _lines(unit, _all_lines().where(_on(gateway, day)))


async def lines_about(unit: Unit, gateway: str, day: date) -> list[Line]:
    """Every line, of whatever day, about the objects that this day's statement names, oldest first."""
    named = select(SettlementLine.object_id).where(_on(gateway, day))
    query = _all_lines().where(
        SettlementLine.gateway == gateway, SettlementLine.object_id.in_(named)
    )
    return await _lines(unit, query)


async def put_day(
    unit: Unit, gateway: str, day: date, lines: Sequence[Line], totals: list[dict[str, Any]]
) -> None:
    """Note that the day was read, and what it came to."""
    told = {"lines": len(lines), "totals": totals, "asked_at": unit.now}
    row = insert(SettlementDay).values(id=new_id(), gateway=gateway, day=day, **told)
    await unit.session.execute(
        row.on_conflict_do_update(index_elements=["gateway", "day"], set_=told)
    )


async def first_day(unit: Unit, gateway: str) -> date | None:
    """The first day whose statement was read."""
    query = select(func.min(SettlementDay.day)).where(SettlementDay.gateway == gateway)
    return (await unit.session.execute(query)).scalar_one_or_none()


async def newest_days(
    unit: Unit, gateway: str | None, *, before: tuple[datetime, UUID] | None, limit: int
) -> list[SettledDay]:
    """Days with the count of their open differences, the newest first."""
    query = select(*DAYS.c, _open_differences()).order_by(
        SettlementDay.day.desc(), SettlementDay.id.desc()
    )
    if gateway is not None:
        query = query.where(SettlementDay.gateway == gateway)
    if before is not None:
        moment, last = before
        earlier = SettlementDay.day < moment.date()
        query = query.where(
            or_(earlier, and_(SettlementDay.day == moment.date(), SettlementDay.id < last))
        )
    found = (await unit.session.execute(query.limit(limit))).all()
    return [_settled(row) for row in found]


def _settled(row: Any) -> SettledDay:
    return SettledDay(
        id=row.id,
        gateway=row.gateway,
        day=row.day,
        lines=row.lines,
        totals=row.totals,
        open_differences=row.open_differences,
        asked_at=row.asked_at,
    )


def _open_differences() -> Any:
    return (
        select(func.count())
        .select_from(SettlementDifference)
        .where(
            SettlementDifference.gateway == DAYS.c.gateway,
            SettlementDifference.day == DAYS.c.day,
            SettlementDifference.explained_at.is_(None),
        )
        .scalar_subquery()
        .label("open_differences")
    )


def _on(gateway: str, day: date) -> Any:
    return and_(SettlementLine.gateway == gateway, SettlementLine.day == day)


def _all_lines() -> Select[*tuple[Any, ...]]:
    return select(*_LINE).order_by(SettlementLine.at, SettlementLine.id)


async def _lines(unit: Unit, query: Select[*tuple[Any, ...]]) -> list[Line]:
    return [_line(row) for row in (await unit.session.execute(query)).mappings()]


def _line(row: Any) -> Line:
    return Line(**{**row, "kind": MovementKind(row["kind"])})
