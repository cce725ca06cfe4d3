"""Reading, locking and writing refunds. Their state is written by the process engine only."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Select, Table, func, insert, or_, select, update

from kalends.core.ids import new_id
from kalends.core.money import Money
from kalends.core.unit import Unit

from ..models import Payment, Refund, RefundShare
from ..rules.processes import DECIDED, REFUND
from ..types import (
    Destination,
    RefundFacts,
    RefundOrder,
    RefundPart,
    RefundSource,
    RefundState,
)

REFUNDS = cast("Table", Refund.__table__)
_MAX_ROUND = 200


async def lock(unit: Unit, refund_id: UUID) -> Any | None:
    return await _one(unit, select(*REFUNDS.c).where(Refund.id == refund_id).with_for_update())


async def by_id(unit: Unit, refund_id: UUID) -> Any | None:
    return await _one(unit, select(*REFUNDS.c).where(Refund.id == refund_id))


async def reread(unit: Unit, refund_id: UUID) -> Any:
    """The refund as it is now, when it is known to exist: refunds are never deleted."""
    return (await unit.session.execute(select(*REFUNDS.c).where(Refund.id == refund_id))).one()


async def of_cause(unit: Unit, subject: str, cause: str) -> Sequence[Any]:
    """Every refund of this cause, in their order; also when the cause was used for another subject."""
    of_parts = Refund.key.startswith(f"{cause}#", autoescape=True)
    query = select(*REFUNDS.c).where(
        or_(Refund.key == cause, (Refund.subject == subject) & of_parts)
    )
    return (await unit.session.execute(query.order_by(Refund.id))).all()


async def by_gateway_id(unit: Unit, gateway: str, gateway_refund_id: str) -> Any | None:
    query = select(*REFUNDS.c).where(
        Refund.gateway == gateway, Refund.gateway_refund_id == gateway_refund_id
    )
    return await _one(unit, query)


async def sent_for(unit: Unit, gateway: str, gateway_payment_id: str) -> Sequence[Any]:
    """The refunds that were sent to the gateway for this payment of it."""
    query = (
        select(*REFUNDS.c)
        .join(RefundShare, RefundShare.refund_id == Refund.id)
        .join(Payment, Payment.id == RefundShare.payment_id)
        .where(
            Payment.gateway == gateway,
            Payment.gateway_payment_id == gateway_payment_id,
            Refund.gateway == gateway,
            Refund.attempt > 0,
        )
        .order_by(Refund.id)
    )
    return (await unit.session.execute(query)).all()


async def add(unit: Unit, order: RefundOrder, key: str, part: RefundPart) -> Any:
    """Insert a refund with its shares; return its row."""
    values = {
        "id": new_id(),
        "key": key,
        "subject": order.subject,
        "user_id": order.user_id,
        "amount": part.amount.amount,
        "currency": part.amount.currency,
        "reason": order.reason,
        "line": order.line,
        "destination": part.destination.value,
        "source": order.source.value,
        "provider_id": order.provider_id,
        "gateway": part.gateway,
        "requested_by": unit.principal.user_id,
        "process": REFUND.name,
        "state": REFUND.initial,
        "state_since": unit.now,
        "version": 1,
        "created_at": unit.now,
    }
    row = (await unit.session.execute(insert(Refund).values(values).returning(*REFUNDS.c))).one()
    shares = [
        {"refund_id": row.id, "payment_id": payment_id, "amount": share.amount}
        for payment_id, share in part.shares
    ]
    await unit.session.execute(insert(RefundShare), shares)
    return row


async def shares_of(unit: Unit, refund_id: UUID) -> Sequence[Any]:
    """The shares with the payments that they are of, locked, in the order of the payments."""
    query = (
        select(RefundShare.amount.label("share"), *Payment.__table__.c)
        .join(Payment, Payment.id == RefundShare.payment_id)
        .where(RefundShare.refund_id == refund_id)
        .order_by(Payment.id)
        .with_for_update(of=Payment)
    )
    return (await unit.session.execute(query)).all()


async def gateway_payment_id(unit: Unit, refund_id: UUID) -> str:
    """What the gateway calls the payment that a refund to the original method is of."""
    query = (
        select(Payment.gateway_payment_id)
        .join(RefundShare, RefundShare.payment_id == Payment.id)
        .where(RefundShare.refund_id == refund_id)
    )
    return str((await unit.session.execute(query)).scalar_one())


async def change(unit: Unit, refund_id: UUID, **values: Any) -> None:
    await unit.session.execute(update(Refund).where(Refund.id == refund_id).values(**values))


async def asked_back(unit: Unit, payment_id: UUID) -> int:
    """Minor units of this payment that its gateway was asked to give back, and may have given."""
    query = (
        select(func.coalesce(func.sum(RefundShare.amount), 0))
        .join(Refund, Refund.id == RefundShare.refund_id)
        .where(
            RefundShare.payment_id == payment_id,
            Refund.destination == Destination.original_method,
            Refund.state.in_(DECIDED),
        )
    )
    return int((await unit.session.execute(query)).scalar_one())


async def requested_from_escrow(unit: Unit, subject: str, currency: str) -> int:
    """Minor units of the subject's escrow that refunds wait for which an operator has to decide."""
    query = select(func.coalesce(func.sum(Refund.amount), 0)).where(
        Refund.subject == subject, Refund.currency == currency, Refund.state == "requested"
    )
    return int((await unit.session.execute(query)).scalar_one())


async def is_requested(unit: Unit, payment_id: UUID) -> bool:
    """Whether a refund of this payment waits for an operator."""
    query = (
        select(Refund.id)
        .join(RefundShare, RefundShare.refund_id == Refund.id)
        .where(RefundShare.payment_id == payment_id, Refund.state == "requested")
    )
    return (await unit.session.execute(query.limit(1))).first() is not None


async def to_ask_about(unit: Unit, older_than: timedelta) -> Sequence[Any]:
    """Refunds under way for longer than that: those without a word from the gateway first.

    Others wait for days at their banks, and there may be many: each round asks about some of them.
    """
    query = (
        select(*REFUNDS.c)
        .where(
            Refund.state.in_(("approved", "processing")),
            Refund.destination == Destination.original_method,
            Refund.state_since <= unit.now - older_than,
        )
        .order_by(Refund.gateway_refund_id.is_not(None), func.random())
        .limit(_MAX_ROUND)
    )
    return (await unit.session.execute(query)).all()


async def to_try_again(unit: Unit, max_attempts: int, older_than: timedelta) -> Sequence[Any]:
    """Refunds that failed longer ago than that and have attempts left."""
    query = (
        select(*REFUNDS.c)
        .where(
            Refund.state == "failed",
            Refund.attempt < max_attempts,
            Refund.state_since <= unit.now - older_than,
        )
        .order_by(Refund.state_since)
        .limit(_MAX_ROUND)
    )
    return (await unit.session.execute(query)).all()


async def of_user(unit: Unit, user_id: UUID, *, before: UUID | None, limit: int) -> Sequence[Any]:
    """A customer's refunds, newest first."""
    return await _newest(unit, select(*REFUNDS.c).where(Refund.user_id == user_id), before, limit)


async def of_subject(unit: Unit, subject: str) -> Sequence[Any]:
    """Every refund of the subject, oldest first."""
    query = select(*REFUNDS.c).where(Refund.subject == subject).order_by(Refund.id)
    return (await unit.session.execute(query)).all()


async def of_payment(
    unit: Unit, payment_id: UUID, *, before: UUID | None, limit: int
) -> Sequence[Any]:
    """The refunds that have a share of this payment, newest first."""
    query = (
        select(*REFUNDS.c)
        .join(RefundShare, RefundShare.refund_id == Refund.id)
        .where(RefundShare.payment_id == payment_id)
    )
    return await _newest(unit, query, before, limit)


async def in_state(
    unit: Unit, state: str | None, *, before: UUID | None, limit: int
) -> Sequence[Any]:
    """Everybody's refunds in this state (None: any), newest first."""
    query = select(*REFUNDS.c)
    if state is not None:
        query = query.where(Refund.state == state)
    return await _newest(unit, query, before, limit)


def facts(row: Any) -> RefundFacts:
    """What others may know of a refund."""
    return RefundFacts(
        id=row.id,
        key=row.key,
        subject=row.subject,
        user_id=row.user_id,
        amount=Money(row.amount, row.currency),
        reason=row.reason,
        state=RefundState(row.state),
        destination=Destination(row.destination),
        source=RefundSource(row.source),
        gateway=row.gateway,
        gateway_refund_id=row.gateway_refund_id,
        attempt=row.attempt,
        failure=row.failure,
        requested_by=row.requested_by,
        decided_by=row.decided_by,
        created_at=row.created_at,
        state_since=row.state_since,
        line=row.line,
    )


async def _newest(unit: Unit, query: Select[Any], before: UUID | None, limit: int) -> Sequence[Any]:
    if before is not None:
        query = query.where(Refund.id < before)
    newest = query.order_by(Refund.id.desc()).limit(limit)
    found: Sequence[Any] = (await unit.session.execute(newest)).all()
    return found


async def _one(unit: Unit, query: Select[Any]) -> Any | None:
    return (await unit.session.execute(query)).one_or_none()
