"""The gateway inbox: stored first, handled once."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, select, text, update
from sqlalchemy.dialects.postgresql import insert

from kalends.core.gateways import About, GatewayEvent
from kalends.core.ids import new_id
from kalends.core.unit import Unit

from ..models import GatewayInbox

INBOX = cast("Table", GatewayInbox.__table__)
RECEIVED, PROCESSED, PARKED, IGNORED = "received", "processed", "parked", "ignored"
_MAX_ROUND = 1000
_LOCK_OBJECT = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 4))")


async def store(unit: Unit, gateway: str, event: GatewayEvent) -> UUID | None:
    """Keep an event; return its id while it is still to be handled, None once it is."""
    values = {
        "id": new_id(),
        "gateway": gateway,
        "event_id": event.event_id,
        "kind": event.kind,
        "about": event.about,
        "order_id": event.order_id,
        "payment_id": event.payment_id,
        "object_id": event.object_id,
        "status": event.status,
        "payload": dict(event.raw),
        "mark": RECEIVED,
        "received_at": unit.now,
    }
    await unit.session.execute(insert(GatewayInbox).values(values).on_conflict_do_nothing())
    query = select(GatewayInbox.id).where(
        GatewayInbox.gateway == gateway,
        GatewayInbox.event_id == event.event_id,
        GatewayInbox.mark == RECEIVED,
    )
    return (await unit.session.execute(query)).scalar_one_or_none()


async def add_finding(unit: Unit, payment: Any, reason: str) -> UUID:
    """Park what we found out by asking; return its id."""
    finding = new_id()
    values = {
        "id": finding,
        "gateway": payment.gateway,
        "event_id": f"finding:{finding}",
        "kind": "finding",
        "about": About.payment,
        "order_id": payment.gateway_order_id,
        "payload": {"payment_id": str(payment.id)},
        "mark": PARKED,
        "reason": reason,
        "received_at": unit.now,
        "processed_at": unit.now,
    }
    await unit.session.execute(insert(GatewayInbox).values(values))
    return finding


async def settle(unit: Unit, item_id: UUID, mark: str, reason: str | None = None) -> bool:
    """Say what became of an event; False when somebody else has."""
    statement = (
        update(GatewayInbox)
        .where(GatewayInbox.id == item_id, GatewayInbox.mark == RECEIVED)
        .values(mark=mark, reason=reason, processed_at=unit.now)
        .returning(GatewayInbox.id)
    )
    return (await unit.session.execute(statement)).first() is not None


async def reopen_unknown(unit: Unit, gateway: str, order_id: str) -> Sequence[UUID]:
    """Take up again what was parked because its order was not known yet."""
    statement = (
        update(GatewayInbox)
        .where(
            GatewayInbox.gateway == gateway,
            GatewayInbox.order_id == order_id,
            GatewayInbox.mark == PARKED,
            GatewayInbox.reason == "unknown_order",
        )
        .values(mark=RECEIVED, reason=None, processed_at=None)
        .returning(GatewayInbox.id)
    )
    return (await unit.session.execute(statement)).scalars().all()


async def lock_object(unit: Unit, gateway: str, object_id: str) -> None:
    """Let one unit at a time decide whose a refund at the gateway is."""
    await unit.session.execute(_LOCK_OBJECT, {"name": f"{gateway}|{object_id}"})


async def reopen_object(unit: Unit, gateway: str, object_id: str, reason: str) -> Sequence[UUID]:
    """Take up again what was parked for this reason, because we know the object now."""
    statement = (
        update(GatewayInbox)
        .where(
            GatewayInbox.gateway == gateway,
            GatewayInbox.object_id == object_id,
            GatewayInbox.mark == PARKED,
            GatewayInbox.reason == reason,
        )
        .values(mark=RECEIVED, reason=None, processed_at=None)
        .returning(GatewayInbox.id)
    )
    return (await unit.session.execute(statement)).scalars().all()


async def park_refund(unit: Unit, gateway: str, object_id: str, reason: str) -> UUID | None:
    """Park what we found out about a refund by asking; None when it is parked for that already."""
    return await park_object(unit, (gateway, About.refund), object_id, reason)


async def park_object(
    unit: Unit, where: tuple[str, About], object_id: str, reason: str
) -> UUID | None:
    """The same for another object of a gateway; `where` is the gateway, and what it is about."""
    gateway, about = where
    known = select(GatewayInbox.id).where(
        GatewayInbox.gateway == gateway,
        GatewayInbox.object_id == object_id,
        GatewayInbox.mark == PARKED,
        GatewayInbox.reason == reason,
    )
    if (await unit.session.execute(known.limit(1))).first() is not None:
        return None
    finding = new_id()
    values = {
        "id": finding,
        "gateway": gateway,
        "event_id": f"finding:{finding}",
        "kind": "finding",
        "about": about,
        "object_id": object_id,
        "payload": {f"{about}_id": object_id},
        "mark": PARKED,
        "reason": reason,
        "received_at": unit.now,
        "processed_at": unit.now,
    }
    await unit.session.execute(insert(GatewayInbox).values(values))
    return finding


async def by_id(unit: Unit, item_id: UUID) -> Any | None:
    query = select(*INBOX.c).where(GatewayInbox.id == item_id)
    return (await unit.session.execute(query)).one_or_none()


async def is_parked(unit: Unit, item: Any, reason: str) -> bool:
    """Whether something about the same order and object is parked for this reason."""
    query = select(GatewayInbox.id).where(
        GatewayInbox.gateway == item.gateway,
        GatewayInbox.order_id.is_not_distinct_from(item.order_id),
        GatewayInbox.object_id.is_not_distinct_from(item.object_id),
        GatewayInbox.mark == PARKED,
        GatewayInbox.reason == reason,
    )
    return (await unit.session.execute(query.limit(1))).first() is not None


async def is_found(unit: Unit, payment: Any, reason: str) -> bool:
    """Whether an order is parked for this reason."""
    query = select(GatewayInbox.id).where(
        GatewayInbox.gateway == payment.gateway,
        GatewayInbox.order_id == payment.gateway_order_id,
        GatewayInbox.mark == PARKED,
        GatewayInbox.reason == reason,
    )
    return (await unit.session.execute(query.limit(1))).first() is not None


async def parked(unit: Unit, *, before: UUID | None, limit: int) -> Sequence[Any]:
    """What an operator must look at, newest first."""
    query = select(*INBOX.c).where(GatewayInbox.mark == PARKED)
    if before is not None:
        query = query.where(GatewayInbox.id < before)
    return (await unit.session.execute(query.order_by(GatewayInbox.id.desc()).limit(limit))).all()


async def stuck(unit: Unit, older_than: timedelta) -> Sequence[UUID]:
    """Events that were stored and, for whatever reason, not handled since."""
    query = (
        select(GatewayInbox.id)
        .where(GatewayInbox.mark == RECEIVED, GatewayInbox.received_at <= unit.now - older_than)
        .order_by(GatewayInbox.id)
        .limit(_MAX_ROUND)
    )
    return (await unit.session.execute(query)).scalars().all()
