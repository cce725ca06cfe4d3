"""Cardholders' complaints."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from kalends.core.money import Money

from ..models import DISPUTES, SandboxDispute, SandboxOrder
from ..types import DisputeFacts


async def add(session: AsyncSession, values: dict[str, Any]) -> Any:
    statement = insert(SandboxDispute).values(values).returning(*DISPUTES.c)
    return (await session.execute(statement)).one()


async def lock(session: AsyncSession, dispute: UUID) -> Any | None:
    query = select(*DISPUTES.c).where(DISPUTES.c.id == dispute).with_for_update()
    return (await session.execute(query)).first()


async def by_dispute_id(session: AsyncSession, dispute_id: str) -> DisputeFacts | None:
    query = _disputes().where(SandboxDispute.dispute_id == dispute_id)
    row = (await session.execute(query)).first()
    return _facts(row) if row else None


async def last(session: AsyncSession, limit: int) -> Sequence[DisputeFacts]:
    query = _disputes().order_by(SandboxDispute.id.desc()).limit(limit)
    return [_facts(row) for row in await session.execute(query)]


def _disputes() -> Select[Any]:
    order = SandboxOrder
    return select(
        *DISPUTES.c, order.order_id.label("its_order_id"), order.payment_id.label("payment_id")
    ).join(order, order.id == DISPUTES.c.order_id)


def _facts(row: Any) -> DisputeFacts:
    return DisputeFacts(
        id=row.id,
        dispute_id=row.dispute_id,
        order_key=row.order_id,
        order_id=row.its_order_id,
        payment_id=row.payment_id,
        state=row.state,
        amount=Money(row.amount, row.currency),
    )
