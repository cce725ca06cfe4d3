"""Reading and writing refunds."""

from collections.abc import Iterable
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, insert, select

from kalends.core.ids import new_id
from kalends.core.money import Money
from kalends.core.unit import Unit

from ..models import Refund, RefundShare
from ..rules.processes import REFUND
from ..types import WALLET, RefundFacts, RefundOrder

REFUNDS = cast("Table", Refund.__table__)


async def lock(unit: Unit, refund_id: UUID) -> Any | None:
    query = select(*REFUNDS.c).where(Refund.id == refund_id).with_for_update()
    return (await unit.session.execute(query)).one_or_none()


async def by_key(unit: Unit, key: str) -> Any | None:
    query = select(*REFUNDS.c).where(Refund.key == key)
    return (await unit.session.execute(query)).one_or_none()


async def add(unit: Unit, order: RefundOrder) -> Any:
    values = {
        "id": new_id(),
        "key": order.key,
        "subject": order.subject,
        "user_id": order.user_id,
        "amount": order.amount.amount,
        "currency": order.amount.currency,
        "reason": order.reason,
        "destination": WALLET,
        "process": REFUND.name,
        "state": REFUND.initial,
        "state_since": unit.now,
        "version": 1,
        "created_at": unit.now,
    }
    statement = insert(Refund).values(values).returning(*REFUNDS.c)
    return (await unit.session.execute(statement)).one()


async def add_shares(unit: Unit, refund_id: UUID, shares: Iterable[tuple[UUID, Money]]) -> None:
    rows = [
        {"refund_id": refund_id, "payment_id": payment_id, "amount": share.amount}
        for payment_id, share in shares
    ]
    await unit.session.execute(insert(RefundShare), rows)


def facts(row: Any) -> RefundFacts:
    return RefundFacts(row.id, Money(row.amount, row.currency), row.state, row.destination)
