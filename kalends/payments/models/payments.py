"""Payments: attempts to pay."""

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
    """One attempt to pay a purpose of a subject. Amounts are minor units of `currency`.

    `refunded` counts refunds from the moment they are decided; `disputed` is what open card disputes want
    besides what is `charged_back` already; `fee` is what the gateway kept, once known.
    `provider_id` is whom the money is meant for, where that is one provider.
    """

    __tablename__ = "payments"
    __table_args__ = (
        UniqueConstraint("subject", "purpose", "sequence"),
        UniqueConstraint("gateway", "gateway_order_id"),
        CheckConstraint("amount > 0", name="positive"),
        CheckConstraint(
            "refunded >= 0 AND charged_back >= 0 AND refunded + charged_back <= amount",
            name="returned_within_amount",
        ),
        CheckConstraint(
            "captured_at IS NOT NULL OR state IN ('created', 'failed', 'expired')",
            name="captured_has_time",
        ),
        Index("ix_payments_payer_id", "payer_id", "id"),
        Index("ix_payments_gateway_payment_id", "gateway", "gateway_payment_id"),
        Index(
            "ix_payments_provider_id",
            "provider_id",
            "subject",
            postgresql_where=text("provider_id IS NOT NULL"),
        ),
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
    provider_id: Mapped[UUID | None]
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
    charged_back: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    disputed: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    fee: Mapped[int | None] = mapped_column(BigInteger)
    checkout: Mapped[dict[str, Any] | None]
    expires_at: Mapped[datetime]
    captured_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


payment_history = history_table("payment", "payments", Base.metadata)
