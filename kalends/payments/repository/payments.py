"""Reading, locking and writing payments. Their state is written by the process engine only."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Select, Table, and_, func, insert, or_, select, text, update

from kalends.core.ids import new_id
from kalends.core.money import Money
from kalends.core.unit import Unit

from ..models import Payment
from ..rules.processes import OPEN, PAYMENT
from ..types import TOP_UP, WALLET_GATEWAY, PaymentFacts, PaymentRequest

PAYMENTS = cast("Table", Payment.__table__)
_LOCK_PURPOSE = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 3))")
_MAX_ROUND = 1000
_RELEASED_WITHIN = timedelta(days=3 * 365)


async def lock(unit: Unit, payment_id: UUID) -> Any | None:
    query = select(*PAYMENTS.c).where(Payment.id == payment_id).with_for_update()
    return (await unit.session.execute(query)).one_or_none()


async def lock_purpose(unit: Unit, subject: str, purpose: str) -> None:
    """Let one unit at a time make payments for this purpose of a subject."""
    await unit.session.execute(_LOCK_PURPOSE, {"name": f"{subject}|{purpose}"})


async def lock_refundable(unit: Unit, subject: str) -> Sequence[Any]:
    """The captured payments of a subject, oldest first, locked."""
    query = (
        select(*PAYMENTS.c)
        .where(Payment.subject == subject, Payment.captured_at.is_not(None))
        .order_by(Payment.id)
        .with_for_update()
    )
    return (await unit.session.execute(query)).all()


async def open_payments(unit: Unit, subject: str, purpose: str | None = None) -> Sequence[Any]:
    query = select(*PAYMENTS.c).where(Payment.subject == subject, Payment.state == "created")
    if purpose is not None:
        query = query.where(Payment.purpose == purpose)
    return (await unit.session.execute(query.order_by(Payment.id))).all()


async def lock_open(unit: Unit, subject: str) -> Sequence[Any]:
    """What is still open when nobody else can change it any more."""
    query = select(*PAYMENTS.c).where(Payment.subject == subject, Payment.state == "created")
    return (await unit.session.execute(query.order_by(Payment.id).with_for_update())).all()


async def add(unit: Unit, request: PaymentRequest, expires_at: datetime) -> Any:
    """Insert the next payment for this purpose; return its row."""
    last = (
        select(func.coalesce(func.max(Payment.sequence), 0))
        .where(Payment.subject == request.subject, Payment.purpose == request.purpose)
        .scalar_subquery()
    )
    values = {
        "id": new_id(),
        "subject": request.subject,
        "purpose": request.purpose,
        "sequence": last + 1,
        "payer_id": request.payer_id,
        "provider_id": request.provider_id,
        "gateway": request.gateway,
        "process": PAYMENT.name,
        "state": PAYMENT.initial,
        "state_since": unit.now,
        "version": 1,
        "amount": request.amount.amount,
        "currency": request.amount.currency,
        "expires_at": expires_at,
        "created_at": unit.now,
    }
    statement = insert(Payment).values(values).returning(*PAYMENTS.c)
    return (await unit.session.execute(statement)).one()


async def add_surplus(unit: Unit, first: Any, amount: int) -> Any:
    """Insert a payment for money that came once more for the order of `first`, which keeps that order."""
    request = PaymentRequest(
        subject=first.subject,
        payer_id=first.payer_id,
        purpose=first.purpose,
        amount=Money(amount, first.currency),
        gateway=first.gateway,
        provider_id=first.provider_id,
    )
    return await add(unit, request, first.expires_at)


async def set_order(unit: Unit, payment_id: UUID, order_id: str, checkout: dict[str, Any]) -> None:
    """Keep the gateway's order; the first one stays."""
    await unit.session.execute(
        update(Payment)
        .where(Payment.id == payment_id, Payment.gateway_order_id.is_(None))
        .values(gateway_order_id=order_id, checkout=checkout)
    )


async def set_captured(unit: Unit, payment_id: UUID, gateway_payment_id: str | None) -> None:
    await unit.session.execute(
        update(Payment)
        .where(Payment.id == payment_id)
        .values(gateway_payment_id=gateway_payment_id, captured_at=unit.now)
    )


async def set_fee(unit: Unit, payment_id: UUID, fee: int) -> None:
    """What the gateway kept of the captured amount, in minor units."""
    await unit.session.execute(update(Payment).where(Payment.id == payment_id).values(fee=fee))


async def add_refunded(unit: Unit, payment_id: UUID, amount: int) -> None:
    await unit.session.execute(
        update(Payment).where(Payment.id == payment_id).values(refunded=Payment.refunded + amount)
    )


async def by_id(unit: Unit, payment_id: UUID) -> Any | None:
    return await _one(unit, select(*PAYMENTS.c).where(Payment.id == payment_id))


async def reread(unit: Unit, payment_id: UUID) -> Any:
    """The payment as it is now, when it is known to exist: payments are never deleted."""
    return (await unit.session.execute(select(*PAYMENTS.c).where(Payment.id == payment_id))).one()


async def by_order(unit: Unit, gateway: str, order_id: str) -> Any | None:
    query = select(*PAYMENTS.c).where(
        Payment.gateway == gateway, Payment.gateway_order_id == order_id
    )
    return await _one(unit, query)


async def by_gateway_payment(unit: Unit, gateway: str, gateway_payment_id: str) -> Any | None:
    query = select(*PAYMENTS.c).where(
        Payment.gateway == gateway, Payment.gateway_payment_id == gateway_payment_id
    )
    return (await unit.session.execute(query.order_by(Payment.id).limit(1))).one_or_none()


async def of_subject(unit: Unit, subject: str) -> Sequence[Any]:
    query = select(*PAYMENTS.c).where(Payment.subject == subject).order_by(Payment.id)
    return (await unit.session.execute(query)).all()


async def sums(unit: Unit, subjects: Iterable[str], currency: str) -> Sequence[Any]:
    """Captured and refunded minor units of this currency, per subject."""
    query = (
        select(
            Payment.subject,
            func.sum(Payment.amount).label("captured"),
            func.sum(Payment.refunded).label("refunded"),
        )
        .where(
            Payment.subject.in_(list(subjects)),
            Payment.currency == currency,
            Payment.captured_at.is_not(None),
        )
        .group_by(Payment.subject)
    )
    return (await unit.session.execute(query)).all()


async def subjects_paid_for(unit: Unit, provider_ids: Sequence[UUID]) -> Sequence[str]:
    """What these providers were paid for, where some of the money may not be released yet.

    Nobody books so far ahead that older money could still wait.
    """
    query = (
        select(Payment.subject)
        .where(
            Payment.provider_id.in_(provider_ids),
            Payment.state.in_(("captured", "partially_refunded")),
            Payment.captured_at >= unit.now - _RELEASED_WITHIN,
        )
        .distinct()
    )
    return (await unit.session.execute(query)).scalars().all()


async def newest(
    unit: Unit, filters: dict[str, str | None], *, before: UUID | None, limit: int
) -> Sequence[Any]:
    """Payments whose columns have these values (None: any), newest first."""
    query = select(*PAYMENTS.c).order_by(Payment.id.desc()).limit(limit)
    for column, value in filters.items():
        if value is not None:
            query = query.where(PAYMENTS.c[column] == value)
    if before is not None:
        query = query.where(Payment.id < before)
    return (await unit.session.execute(query)).all()


async def unfinished_top_ups(
    unit: Unit, user_id: UUID, *, before: UUID | None, limit: int
) -> Sequence[Any]:
    """Top-ups that have not arrived, newest first."""
    query = select(*PAYMENTS.c).where(*_unfinished(user_id))
    if before is not None:
        query = query.where(Payment.id < before)
    return (await unit.session.execute(query.order_by(Payment.id.desc()).limit(limit))).all()


async def count_unfinished_top_ups(unit: Unit, user_id: UUID) -> int:
    query = select(func.count()).select_from(Payment).where(*_unfinished(user_id))
    return (await unit.session.execute(query)).scalar_one()


async def to_ask_about(
    unit: Unit, older_than: timedelta, not_older_than: timedelta
) -> Sequence[Any]:
    """Payments open for longer than that, and those that ended unpaid a short while ago."""
    waiting = and_(Payment.state == "created", Payment.created_at <= unit.now - older_than)
    ended = and_(
        Payment.state.in_(("failed", "expired")), Payment.state_since >= unit.now - not_older_than
    )
    query = (
        select(*PAYMENTS.c)
        .where(
            or_(waiting, ended),
            Payment.gateway != WALLET_GATEWAY,
            Payment.gateway_order_id.is_not(None),
        )
        .order_by(Payment.state_since.desc())
        .limit(_MAX_ROUND)
    )
    return (await unit.session.execute(query)).all()


def facts(row: Any) -> PaymentFacts:
    """What others may know of a payment."""
    return PaymentFacts(
        id=row.id,
        subject=row.subject,
        purpose=row.purpose,
        sequence=row.sequence,
        gateway=row.gateway,
        gateway_order_id=row.gateway_order_id,
        state=row.state,
        amount=Money(row.amount, row.currency),
        refunded=Money(row.refunded, row.currency),
        charged_back=Money(row.charged_back, row.currency),
        disputed=Money(row.disputed, row.currency),
        payer_id=row.payer_id,
        created_at=row.created_at,
        captured_at=row.captured_at,
        checkout=row.checkout,
    )


def _unfinished(user_id: UUID) -> tuple[Any, ...]:
    return (Payment.payer_id == user_id, Payment.purpose == TOP_UP, Payment.state.in_(OPEN))


async def _one(unit: Unit, query: Select[Any]) -> Any | None:
    return (await unit.session.execute(query)).one_or_none()
