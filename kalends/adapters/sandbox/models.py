"""The provider's own books. They stand apart from the marketplace's tables: nothing refers to them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Table, text
from sqlalchemy.orm import Mapped, mapped_column

from kalends.core.database import Base
from kalends.core.states import history_table

POSITIVE = "'capture', 'refund_failed', 'payout_reversed', 'dispute_won'"
NEGATIVE = "'refund', 'payout', 'dispute'"


class SandboxOrder(Base):
    """What a merchant asked for. `captured` is what was really taken, in minor units."""

    __tablename__ = "sandbox_orders"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("captured >= 0", name="captured_not_negative"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    process: Mapped[str]
    state: Mapped[str]
    state_since: Mapped[datetime]
    version: Mapped[int]
    order_id: Mapped[str] = mapped_column(unique=True)
    reference: Mapped[str] = mapped_column(unique=True)
    payment_id: Mapped[str | None] = mapped_column(unique=True)
    instrument: Mapped[str | None]
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    captured: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    created_at: Mapped[datetime]


class SandboxMovement(Base):
    """Money that moved, signed from the merchant's side, before the fee. Rows are only ever added."""

    __tablename__ = "sandbox_movements"
    __table_args__ = (
        CheckConstraint(
            f"(kind IN ({POSITIVE}) AND amount > 0) OR (kind IN ({NEGATIVE}) AND amount < 0)",
            name="sign_by_kind",
        ),
        Index("ix_sandbox_movements_order", "order_id"),
        Index("ix_sandbox_movements_at", "at"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID | None] = mapped_column(ForeignKey("sandbox_orders.id"))
    movement_id: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    object_id: Mapped[str]
    amount: Mapped[int] = mapped_column(BigInteger)
    fee: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    currency: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    at: Mapped[datetime]


class SandboxRefund(Base):
    """Money on its way back to the instrument that paid; `process` says how it will go."""

    __tablename__ = "sandbox_refunds"
    __table_args__ = (CheckConstraint("amount > 0", name="amount_positive"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    process: Mapped[str]
    state: Mapped[str]
    state_since: Mapped[datetime]
    version: Mapped[int]
    refund_id: Mapped[str] = mapped_column(unique=True)
    key: Mapped[str] = mapped_column(unique=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("sandbox_orders.id"), index=True)
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    reason: Mapped[str | None]
    created_at: Mapped[datetime]


class SandboxAccount(Base):
    """A bank account. Its number is not kept: `fingerprint` recognises it, `ending` shows it."""

    __tablename__ = "sandbox_accounts"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(unique=True)
    fingerprint: Mapped[str] = mapped_column(unique=True)
    holder: Mapped[str]
    ending: Mapped[str]
    created_at: Mapped[datetime]


class SandboxCheck(Base):
    """A question to a bank whether an account exists, and in whose name."""

    __tablename__ = "sandbox_checks"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    process: Mapped[str]
    state: Mapped[str]
    state_since: Mapped[datetime]
    version: Mapped[int]
    check_id: Mapped[str] = mapped_column(unique=True)
    key: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("sandbox_accounts.id"), index=True)
    registered_name: Mapped[str | None]
    reason: Mapped[str | None]
    created_at: Mapped[datetime]


class SandboxPayout(Base):
    """Money on its way to a bank account, once per key. `fee` is charged on top of the amount."""

    __tablename__ = "sandbox_payouts"
    __table_args__ = (CheckConstraint("amount > 0", name="amount_positive"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    process: Mapped[str]
    state: Mapped[str]
    state_since: Mapped[datetime]
    version: Mapped[int]
    payout_id: Mapped[str] = mapped_column(unique=True)
    key: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("sandbox_accounts.id"), index=True)
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    fee: Mapped[int] = mapped_column(BigInteger)
    narration: Mapped[str]
    bank_reference: Mapped[str | None]
    reason: Mapped[str | None]
    created_at: Mapped[datetime]


class SandboxDispute(Base):
    """A cardholder's complaint about a payment. Its amount is taken back until the dispute is won."""

    __tablename__ = "sandbox_disputes"
    __table_args__ = (CheckConstraint("amount > 0", name="amount_positive"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    process: Mapped[str]
    state: Mapped[str]
    state_since: Mapped[datetime]
    version: Mapped[int]
    dispute_id: Mapped[str] = mapped_column(unique=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("sandbox_orders.id"), index=True)
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    created_at: Mapped[datetime]


class SandboxDelivery(Base):
    """A webhook to send. One that `follows` another waits until that one has arrived."""

    __tablename__ = "sandbox_deliveries"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID | None] = mapped_column(ForeignKey("sandbox_orders.id"), index=True)
    follows: Mapped[UUID | None] = mapped_column(ForeignKey("sandbox_deliveries.id"), unique=True)
    event_id: Mapped[str]
    body: Mapped[str]
    created_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]


def _books(machine: str) -> tuple[Table, Table]:
    """The table of a machine's subjects and that of their history."""
    return (
        Base.metadata.tables[f"{machine}s"],
        history_table(machine, f"{machine}s", Base.metadata),
    )


ORDERS, HISTORY = _books("sandbox_order")
REFUNDS, REFUND_HISTORY = _books("sandbox_refund")
CHECKS, CHECK_HISTORY = _books("sandbox_check")
PAYOUTS, PAYOUT_HISTORY = _books("sandbox_payout")
DISPUTES, DISPUTE_HISTORY = _books("sandbox_dispute")
