"""Refunds: money on its way back."""

from datetime import datetime
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


class Refund(Base):
    """Money back to the customer. `key` names its cause, `attempt` counts the tries at a gateway.

    To the original method a refund is of one payment only, and `id` with the attempt is its key there.
    `source` is `escrow`, or `provider` for money that had been released.
    """

    __tablename__ = "refunds"
    __table_args__ = (
        UniqueConstraint("gateway", "gateway_refund_id"),
        CheckConstraint("amount > 0", name="positive"),
        CheckConstraint("destination IN ('wallet', 'original_method')", name="destination_known"),
        CheckConstraint("source IN ('escrow', 'provider')", name="source_known"),
        CheckConstraint(
            "destination = 'wallet' OR gateway IS NOT NULL", name="original_method_has_gateway"
        ),
        Index("ix_refunds_subject", "subject"),
        Index(
            "ix_refunds_open",
            "state",
            "id",
            postgresql_where=text("state IN ('requested', 'approved', 'processing', 'failed')"),
        ),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    subject: Mapped[str]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    reason: Mapped[str]
    line: Mapped[str | None]
    destination: Mapped[str]
    source: Mapped[str]
    provider_id: Mapped[UUID | None]
    gateway: Mapped[str | None]
    gateway_refund_id: Mapped[str | None]
    attempt: Mapped[int] = mapped_column(server_default=text("0"))
    failure: Mapped[str | None]
    requested_by: Mapped[UUID | None]
    decided_by: Mapped[UUID | None]
    process: Mapped[str]
    state: Mapped[str]
    state_since: Mapped[datetime]
    version: Mapped[int]
    created_at: Mapped[datetime]


class RefundShare(Base):
    """Which payment a refund takes how much of. It counts from the approval of the refund."""

    __tablename__ = "refund_shares"
    __table_args__ = (CheckConstraint("amount > 0", name="positive"),)
    refund_id: Mapped[UUID] = mapped_column(ForeignKey("refunds.id"), primary_key=True)
    payment_id: Mapped[UUID] = mapped_column(
        ForeignKey("payments.id"), primary_key=True, index=True
    )
    amount: Mapped[int] = mapped_column(BigInteger)


refund_history = history_table("refund", "refunds", Base.metadata)
