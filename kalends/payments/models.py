"""Payments, refunds, and the inbox of what gateways tell us."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from kalends.core.database import Base
from kalends.core.states import history_table


class Payment(Base):
    """One attempt to pay a purpose of a subject. Amounts are minor units of `currency`."""

    __tablename__ = "payments"
    __table_args__ = (
        UniqueConstraint("subject", "purpose", "sequence"),
        UniqueConstraint("gateway", "gateway_order_id"),
        CheckConstraint("amount > 0", name="positive"),
        CheckConstraint("refunded BETWEEN 0 AND amount", name="refunded_within_amount"),
        CheckConstraint(
            "captured_at IS NOT NULL OR state IN ('created', 'failed', 'expired')",
            name="captured_has_time",
        ),
        Index("ix_payments_payer_id", "payer_id", "id"),
        Index(
            "ix_payments_open",
            "state_since",
            postgresql_where=text("state IN ('created', 'failed', 'expired')"),
        ),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    subject: Mapped[str]
    purpose: Mapped[str]
    sequence: Mapped[int]
    payer_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    gateway: Mapped[str]
    gateway_order_id: Mapped[str | None]
    gateway_payment_id: Mapped[str | None]
    process: Mapped[str]
    state: Mapped[str]
    state_since: Mapped[datetime]
    version: Mapped[int]
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    refunded: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    checkout: Mapped[dict[str, Any] | None]
    expires_at: Mapped[datetime]
    captured_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Refund(Base):
    """Money back, of one or several payments of a subject; `key` names its cause."""

    __tablename__ = "refunds"
    __table_args__ = (
        CheckConstraint("amount > 0", name="positive"),
        Index("ix_refunds_subject", "subject"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    subject: Mapped[str]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    reason: Mapped[str]
    destination: Mapped[str]
    process: Mapped[str]
    state: Mapped[str]
    state_since: Mapped[datetime]
    version: Mapped[int]
    created_at: Mapped[datetime]


class RefundShare(Base):
    """Which payment a refund took how much of."""

    __tablename__ = "refund_shares"
    __table_args__ = (CheckConstraint("amount > 0", name="positive"),)
    refund_id: Mapped[UUID] = mapped_column(ForeignKey("refunds.id"), primary_key=True)
    payment_id: Mapped[UUID] = mapped_column(
        ForeignKey("payments.id"), primary_key=True, index=True
    )
    amount: Mapped[int] = mapped_column(BigInteger)


class GatewayInbox(Base):
    """What a gateway told us, verified and stored before anything is done; `mark` says what became of it."""

    __tablename__ = "gateway_inbox"
    __table_args__ = (
        UniqueConstraint("gateway", "event_id"),
        CheckConstraint(
            "mark IN ('received', 'processed', 'parked', 'ignored')", name="mark_known"
        ),
        Index("ix_gateway_inbox_order_id", "gateway", "order_id"),
        Index(
            "ix_gateway_inbox_open",
            "mark",
            "id",
            postgresql_where=text("mark IN ('received', 'parked')"),
        ),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    gateway: Mapped[str]
    event_id: Mapped[str]
    kind: Mapped[str]
    order_id: Mapped[str | None]
    payment_id: Mapped[str | None]
    status: Mapped[str | None]
    payload: Mapped[dict[str, Any]]
    mark: Mapped[str]
    reason: Mapped[str | None]
    received_at: Mapped[datetime]
    processed_at: Mapped[datetime | None]


payment_history = history_table("payment", "payments", Base.metadata)
refund_history = history_table("refund", "refunds", Base.metadata)
