"""The provider's own books. They stand apart from the marketplace's tables: nothing refers to them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Table, text
from sqlalchemy.orm import Mapped, mapped_column

from kalends.core.database import Base
from kalends.core.states import history_table


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
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    captured: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    created_at: Mapped[datetime]


class SandboxMovement(Base):
    """Money that moved: taken is positive, given back is negative. Rows are only ever added."""

    __tablename__ = "sandbox_movements"
    __table_args__ = (
        CheckConstraint(
            "(kind = 'capture' AND amount > 0) OR (kind = 'refund' AND amount < 0)",
            name="sign_by_kind",
        ),
        Index("ix_sandbox_movements_order", "order_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("sandbox_orders.id"))
    movement_id: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    at: Mapped[datetime]


class SandboxDelivery(Base):
    """A webhook to send. One that `follows` another waits until that one has arrived."""

    __tablename__ = "sandbox_deliveries"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("sandbox_orders.id"), index=True)
    follows: Mapped[UUID | None] = mapped_column(ForeignKey("sandbox_deliveries.id"), unique=True)
    event_id: Mapped[str]
    body: Mapped[str]
    created_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]


ORDERS: Table = Base.metadata.tables["sandbox_orders"]
HISTORY: Table = history_table("sandbox_order", "sandbox_orders", Base.metadata)
