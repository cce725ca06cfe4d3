"""The inbox of what gateways tell us."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from kalends.core.database import Base


class GatewayInbox(Base):
    """What a gateway told us, verified and stored before anything is done; `mark` says what became of it."""

    __tablename__ = "gateway_inbox"
    __table_args__ = (
        UniqueConstraint("gateway", "event_id"),
        CheckConstraint(
            "mark IN ('received', 'processed', 'parked', 'ignored')", name="mark_known"
        ),
        Index("ix_gateway_inbox_order_id", "gateway", "order_id"),
        Index("ix_gateway_inbox_object_id", "gateway", "object_id"),
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
    about: Mapped[str]
    order_id: Mapped[str | None]
    payment_id: Mapped[str | None]
    object_id: Mapped[str | None]
    status: Mapped[str | None]
    payload: Mapped[dict[str, Any]]
    mark: Mapped[str]
    reason: Mapped[str | None]
    received_at: Mapped[datetime]
    processed_at: Mapped[datetime | None]
