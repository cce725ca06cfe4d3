"""The provider's statements."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kalends.core.ids import new_id
from kalends.core.money import Money

from .models import ORDERS, SandboxDelivery, SandboxMovement, SandboxOrder
from .types import Delivery, Movement, OrderFacts, Total

STATEMENT_LINES = 100


async def add_order(session: AsyncSession, values: dict[str, Any]) -> Any | None:
    """Insert an order; None when its reference is taken."""
    statement = insert(SandboxOrder).values(values)
    fresh = statement.on_conflict_do_nothing(index_elements=["reference"])
    return (await session.execute(fresh.returning(*ORDERS.c))).first()


async def lock_order(session: AsyncSession, order: UUID) -> Any | None:
    query = select(*ORDERS.c).where(ORDERS.c.id == order).with_for_update()
    return (await session.execute(query)).first()


async def lock_by_payment(session: AsyncSession, payment_id: str) -> UUID | None:
    query = select(ORDERS.c.id).where(ORDERS.c.payment_id == payment_id).with_for_update()
    return (await session.execute(query)).scalar_one_or_none()


async def order_by_id(session: AsyncSession, order_id: str) -> OrderFacts | None:
    return await _one(session, ORDERS.c.order_id == order_id)


async def order_by_reference(session: AsyncSession, reference: str) -> OrderFacts | None:
    return await _one(session, ORDERS.c.reference == reference)


async def order_by_key(session: AsyncSession, key: UUID) -> OrderFacts | None:
    return await _one(session, ORDERS.c.id == key)


async def _one(session: AsyncSession, which: ColumnElement[bool]) -> OrderFacts | None:
    row = (await session.execute(_orders().where(which))).first()
    return _facts(row) if row else None


def _orders() -> Select[Any]:
    given = (
        select(func.coalesce(-func.sum(SandboxMovement.amount), 0))
        .where(SandboxMovement.order_id == ORDERS.c.id, SandboxMovement.kind == "refund")
        .scalar_subquery()
    )
    return select(*ORDERS.c, given.label("refunded"))


def _facts(row: Any) -> OrderFacts:
    return OrderFacts(
        id=row.id,
        order_id=row.order_id,
        reference=row.reference,
        payment_id=row.payment_id,
        state=row.state,
        amount=Money(row.amount, row.currency),
        captured=row.captured,
        refunded=int(row.refunded),
        created_at=row.created_at,
    )


async def set_payment(
    session: AsyncSession, order: UUID, payment_id: str, captured: int = 0
) -> None:
    await session.execute(
        update(ORDERS).where(ORDERS.c.id == order).values(payment_id=payment_id, captured=captured)
    )


async def add_movement(session: AsyncSession, values: dict[str, Any]) -> bool:
    """Insert a movement; False when its key is taken."""
    statement = insert(SandboxMovement).values(id=new_id(), **values)
    fresh = statement.on_conflict_do_nothing(index_elements=["key"])
    return (await session.execute(fresh.returning(SandboxMovement.id))).first() is not None


async def movement_by_key(session: AsyncSession, key: str) -> Movement | None:
    query = _movements().where(SandboxMovement.key == key)
    row = (await session.execute(query)).mappings().first()
    return Movement(**row) if row else None


async def last_movements(session: AsyncSession) -> list[Movement]:
    query = _movements().order_by(SandboxMovement.id.desc()).limit(STATEMENT_LINES)
    return [Movement(**row) for row in (await session.execute(query)).mappings()]


def _movements() -> Select[*tuple[Any, ...]]:
    return select(
        SandboxMovement.movement_id,
        SandboxMovement.kind,
        SandboxMovement.amount,
        SandboxMovement.currency,
        SandboxMovement.key,
        SandboxOrder.order_id,
        SandboxOrder.payment_id,
        SandboxOrder.reference,
        SandboxMovement.at,
    ).join(SandboxOrder, SandboxOrder.id == SandboxMovement.order_id)


async def totals(session: AsyncSession) -> list[Total]:
    """What was taken and given, per currency."""
    amount, taken = SandboxMovement.amount, SandboxMovement.kind == "capture"
    query = (
        select(
            SandboxMovement.currency,
            func.coalesce(func.sum(amount).filter(taken), 0),
            func.coalesce(-func.sum(amount).filter(~taken), 0),
            func.count().filter(taken),
            func.count().filter(~taken),
        )
        .group_by(SandboxMovement.currency)
        .order_by(SandboxMovement.currency)
    )
    return [
        Total(currency, int(took), int(gave), captures, refunds)
        for currency, took, gave, captures, refunds in await session.execute(query)
    ]


async def add_deliveries(
    session: AsyncSession, order: UUID, events: Sequence[tuple[str, str]], at: datetime
) -> UUID:
    """Store webhooks (event id, body) so that each follows the one before; return the first one's id."""
    ids = [new_id() for _ in events]
    rows = [
        {
            "id": own,
            "order_id": order,
            "follows": before,
            "event_id": event_id,
            "body": body,
            "created_at": at,
        }
        for own, before, (event_id, body) in zip(ids, [None, *ids], events, strict=False)
    ]
    await session.execute(insert(SandboxDelivery).values(rows))
    return ids[0]


async def open_delivery(session: AsyncSession, delivery: UUID) -> Delivery | None:
    """The webhook, if it exists and has not arrived yet."""
    query = select(SandboxDelivery.id, SandboxDelivery.event_id, SandboxDelivery.body).where(
        SandboxDelivery.id == delivery, SandboxDelivery.delivered_at.is_(None)
    )
    row = (await session.execute(query)).first()
    return Delivery(row.id, row.event_id, row.body) if row else None


async def mark_delivered(session: AsyncSession, delivery: UUID, at: datetime) -> UUID | None:
    """Note the arrival; return the webhook that waited for it."""
    await session.execute(
        update(SandboxDelivery).where(SandboxDelivery.id == delivery).values(delivered_at=at)
    )
    query = select(SandboxDelivery.id).where(SandboxDelivery.follows == delivery)
    return (await session.execute(query)).scalar_one_or_none()
