"""Refunds, once per key."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kalends.core.money import Money

from ..models import REFUNDS, SandboxOrder, SandboxRefund
from ..types import RefundFacts


async def add(session: AsyncSession, values: dict[str, Any]) -> Any | None:
    """Insert a refund; None when its key is taken."""
    statement = insert(SandboxRefund).values(values)
    fresh = statement.on_conflict_do_nothing(index_elements=["key"])
    return (await session.execute(fresh.returning(*REFUNDS.c))).first()


async def lock(session: AsyncSession, refund: UUID) -> Any | None:
    query = select(*REFUNDS.c).where(REFUNDS.c.id == refund).with_for_update()
    return (await session.execute(query)).first()


async def by_refund_id(session: AsyncSession, refund_id: str) -> RefundFacts | None:
    return await _one(session, _refunds().where(SandboxRefund.refund_id == refund_id))


async def by_key(session: AsyncSession, key: str) -> RefundFacts | None:
    return await _one(session, _refunds().where(SandboxRefund.key == key))


async def last(session: AsyncSession, limit: int) -> Sequence[RefundFacts]:
    query = _refunds().order_by(SandboxRefund.id.desc()).limit(limit)
    return [_facts(row) for row in await session.execute(query)]


async def set_reason(session: AsyncSession, refund: UUID, reason: str) -> None:
    await session.execute(update(REFUNDS).where(REFUNDS.c.id == refund).values(reason=reason))


async def _one(session: AsyncSession, query: Select[Any]) -> RefundFacts | None:
    row = (await session.execute(query)).first()
    return _facts(row) if row else None


def _refunds() -> Select[Any]:
    order = SandboxOrder
    return select(
        *REFUNDS.c, order.order_id.label("its_order_id"), order.payment_id.label("payment_id")
    ).join(order, order.id == REFUNDS.c.order_id)


def _facts(row: Any) -> RefundFacts:
    return RefundFacts(
        id=row.id,
        refund_id=row.refund_id,
        key=row.key,
        order_key=row.order_id,
        order_id=row.its_order_id,
        payment_id=row.payment_id,
        state=row.state,
        amount=Money(row.amount, row.currency),
        reason=row.reason,
    )
