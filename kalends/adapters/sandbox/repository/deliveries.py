"""Webhooks that wait."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kalends.core.ids import new_id

from ..models import SandboxDelivery
from ..types import Delivery


async def add(
    session: AsyncSession, order: UUID | None, events: Sequence[tuple[str, str]], at: datetime
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


async def waiting(session: AsyncSession, delivery: UUID) -> Delivery | None:
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
