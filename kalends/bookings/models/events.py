"""The table of the vendors' lines of events."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kalends.core.database import Base
from kalends.core.states import history_table


class EventLineRow(Base):
    """One vendor's part of an event. Amounts are minor units of the booking's currency.

    `allocated` is what was paid for it so far, `returned` what of that went back.
    """

    __tablename__ = "event_lines"
    __table_args__ = (
        UniqueConstraint("booking_id", "position"),
        CheckConstraint("role IN ('venue', 'service')", name="role_known"),
        CheckConstraint("asked > 0 AND countered > 0 AND agreed > 0", name="prices_positive"),
        CheckConstraint(
            "returned >= 0 AND returned <= allocated AND allocated <= coalesce(agreed, asked)",
            name="money_within_price",
        ),
        Index("ix_event_lines_provider_id", "provider_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    booking_id: Mapped[UUID] = mapped_column(ForeignKey("bookings.id", ondelete="CASCADE"))
    position: Mapped[int]
    provider_id: Mapped[UUID] = mapped_column(ForeignKey("providers.id"))
    provider_name: Mapped[str]
    service_id: Mapped[UUID] = mapped_column(ForeignKey("services.id"))
    service_name: Mapped[str]
    room_id: Mapped[UUID | None] = mapped_column(ForeignKey("rooms.id"))
    role: Mapped[str]
    buffer_minutes: Mapped[int] = mapped_column(comment="kept free after the event")
    currency: Mapped[str]
    asked: Mapped[int] = mapped_column(BigInteger)
    countered: Mapped[int | None] = mapped_column(BigInteger)
    agreed: Mapped[int | None] = mapped_column(BigInteger)
    note: Mapped[str] = mapped_column(server_default=text("''"))
    allocated: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    returned: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    policy: Mapped[dict[str, Any]] = mapped_column(comment="the vendor's terms, frozen")
    process: Mapped[str]
    state: Mapped[str]
    state_since: Mapped[datetime]
    version: Mapped[int]
    created_at: Mapped[datetime]


event_line_transitions = history_table("event_line", "event_lines", Base.metadata)
