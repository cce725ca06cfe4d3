"""Orders, with what moved on them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kalends.core.money import Money

from ..models import ORDERS, SandboxMovement, SandboxOrder
from ..types import OrderFacts


async def add(session: AsyncSession, values: dict[str, Any]) -> Any | None:
    """Insert an order; None when its reference is taken."""
    statement = insert(SandboxOrder).values(values)
    fresh = statement.on_conflict_do_nothing(index_elements=["reference"])
    return (await session.execute(fresh.returning(*ORDERS.c))).first()


async def lock(session: AsyncSession, order: UUID) -> Any | None:
    query = select(*ORDERS.c).where(ORDERS.c.id == order).with_for_update()
    return (await session.execute(query)).first()


async def lock_by_payment(session: AsyncSession, payment_id: str) -> UUID | None:
    query = select(ORDERS.c.id).where(ORDERS.c.payment_id == payment_id).with_for_update()
    return (await session.execute(query)).scalar_one_or_none()


async def by_order_id(session: AsyncSession, order_id: str) -> OrderFacts | None:
    return await _one(session, ORDERS.c.order_id == order_id)


async def by_reference(session: AsyncSession, reference: str) -> OrderFacts | None:
    return await _one(session, ORDERS.c.reference == reference)


async def by_key(session: AsyncSession, key: UUID) -> OrderFacts | None:
    return await _one(session, ORDERS.c.id == key)


async def last_captured(session: AsyncSession, limit: int) -> Sequence[OrderFacts]:
    query = _orders().where(ORDERS.c.captured > 0).order_by(ORDERS.c.id.desc()).limit(limit)
    return [_facts(row) for row in await session.execute(query)]


async def set_payment(
    session: AsyncSession, order: UUID, payment_id: str, captured: int = 0
) -> None:
    await session.execute(
        update(ORDERS).where(ORDERS.c.id == order).values(payment_id=payment_id, captured=captured)
    )


async def set_instrument(session: AsyncSession, order: UUID, instrument: str) -> None:
    await session.execute(update(ORDERS).where(ORDERS.c.id == order).values(instrument=instrument))


async def _one(session: AsyncSession, which: ColumnElement[bool]) -> OrderFacts | None:
    row = (await session.execute(_orders().where(which))).first()
    return _facts(row) if row else None


def _orders() -> Select[Any]:
    refunded, disputed = _gone("refund", "refund_failed"), _gone("dispute", "dispute_won")
    return select(*ORDERS.c, refunded.label("refunded"), disputed.label("disputed"))


def _gone(*kinds: str) -> Any:
    """What went away of an order by movements of these kinds."""
    return (
        select(func.coalesce(-func.sum(SandboxMovement.amount), 0))
        .where(SandboxMovement.order_id == ORDERS.c.id, SandboxMovement.kind.in_(kinds))
        .scalar_subquery()
    )


def _facts(row: Any) -> OrderFacts:
    return OrderFacts(
        id=row.id,
        order_id=row.order_id,
        reference=row.reference,
        payment_id=row.payment_id,
        instrument=row.instrument,
        state=row.state,
        amount=Money(row.amount, row.currency),
        captured=row.captured,
        refunded=int(row.refunded),
        disputed=int(row.disputed),
        created_at=row.created_at,
    )
