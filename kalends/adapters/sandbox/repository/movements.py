"""The statement: every movement of money."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kalends.core.ids import new_id

from ..models import SandboxMovement, SandboxOrder
from ..types import Kind, Movement, Total

STATEMENT_LINES = 100
_WAYS = {
    "taken": (Kind.capture,),
    "given": (Kind.refund, Kind.refund_failed),
    "paid_out": (Kind.payout, Kind.payout_reversed),
    "disputed": (Kind.dispute, Kind.dispute_won),
}
_COUNTED = {
    "captures": Kind.capture,
    "refunds": Kind.refund,
    "payouts": Kind.payout,
    "disputes": Kind.dispute,
}


async def add(session: AsyncSession, values: dict[str, Any]) -> None:
    await session.execute(insert(SandboxMovement).values(id=new_id(), **values))


async def last(session: AsyncSession) -> list[Movement]:
    return await _listed(
        session, _movements().order_by(SandboxMovement.id.desc()).limit(STATEMENT_LINES)
    )


async def between(session: AsyncSession, start: datetime, end: datetime) -> Sequence[Movement]:
    """The movements of a half-open interval, oldest first."""
    when = SandboxMovement.at
    return await _listed(
        session, _movements().where(when >= start, when < end).order_by(when, SandboxMovement.id)
    )


async def totals(session: AsyncSession) -> list[Total]:
    """What was taken, given back, paid out, disputed and kept, per currency."""
    amount, kind = SandboxMovement.amount, SandboxMovement.kind
    sums = [_sum(amount, kinds).label(name) for name, kinds in _WAYS.items()]
    counts = [func.count().filter(kind == one).label(name) for name, one in _COUNTED.items()]
    fees = func.sum(SandboxMovement.fee).label("fees")
    query = (
        select(SandboxMovement.currency, *sums, *counts, fees)
        .group_by(SandboxMovement.currency)
        .order_by(SandboxMovement.currency)
    )
    return [_total(row) for row in (await session.execute(query)).mappings()]


def _sum(amount: Any, kinds: Sequence[Kind]) -> Any:
    return func.coalesce(func.sum(amount).filter(SandboxMovement.kind.in_(kinds)), 0)


def _total(row: Any) -> Total:
    gone = {name: -int(row[name]) for name in ("given", "paid_out", "disputed")}
    counts = {name: row[name] for name in _COUNTED}
    return Total(
        currency=row["currency"], taken=int(row["taken"]), fees=int(row["fees"]), **gone, **counts
    )


async def _listed(session: AsyncSession, query: Select[*tuple[Any, ...]]) -> list[Movement]:
    return [Movement(**row) for row in (await session.execute(query)).mappings()]


def _movements() -> Select[*tuple[Any, ...]]:
    of_order = SandboxOrder.id == SandboxMovement.order_id
    return select(
        SandboxMovement.movement_id,
        SandboxMovement.kind,
        SandboxMovement.object_id,
        SandboxMovement.amount,
        SandboxMovement.fee,
        SandboxMovement.currency,
        SandboxMovement.key,
        SandboxOrder.order_id,
        SandboxOrder.payment_id,
        SandboxOrder.reference.label("order_reference"),
        SandboxMovement.at,
    ).join(SandboxOrder, of_order, isouter=True)
