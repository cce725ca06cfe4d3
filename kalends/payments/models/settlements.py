"""The gateways' own statements, as they were read, and where they and we tell different stories."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kalends.core.database import Base


class SettlementDay(Base):
    """One UTC day of a gateway's statement. `totals`: count, minor units and fees per currency and kind."""

    __tablename__ = "settlement_days"
    __table_args__ = (
        UniqueConstraint("gateway", "day"),
        Index("ix_settlement_days_day", "day", "id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    gateway: Mapped[str]
    day: Mapped[date]
    lines: Mapped[int]
    totals: Mapped[list[Any]]
    asked_at: Mapped[datetime]


class SettlementLine(Base):
    """One line of a gateway's statement. Rows are only ever added."""

    __tablename__ = "settlement_lines"
    __table_args__ = (
        UniqueConstraint("gateway", "movement_id"),
        Index("ix_settlement_lines_day", "gateway", "day"),
        Index("ix_settlement_lines_object", "gateway", "object_id"),
        Index("ix_settlement_lines_kind_at", "kind", "at"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    gateway: Mapped[str]
    day: Mapped[date]
    movement_id: Mapped[str]
    kind: Mapped[str]
    object_id: Mapped[str]
    order_id: Mapped[str | None]
    reference: Mapped[str | None]
    amount: Mapped[int] = mapped_column(BigInteger)
    fee: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    at: Mapped[datetime]


class SettlementDifference(Base):
    """Something that the gateway and we tell differently, noticed once, until somebody explains it.

    `object_id` is the gateway's name of it, or ours when it has none there. Amounts are minor units. One
    that vanished by itself has a note and nobody's name.
    """

    __tablename__ = "settlement_differences"
    __table_args__ = (
        UniqueConstraint(
            "gateway",
            "kind",
            "object_kind",
            "object_id",
            "ours_state",
            "ours_amount",
            "theirs_state",
            "theirs_amount",
            name="uq_settlement_differences_story",
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint(
            "kind IN ('missing_here', 'missing_there', 'other_amount', 'other_state', 'unknown')",
            name="kind_known",
        ),
        CheckConstraint(
            "(explained_at IS NULL) = (note IS NULL)"
            " AND (explained_by IS NULL OR explained_at IS NOT NULL)",
            name="explained_with_note",
        ),
        Index(
            "ix_settlement_differences_open",
            "gateway",
            "day",
            postgresql_where=text("explained_at IS NULL"),
        ),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    gateway: Mapped[str]
    day: Mapped[date]
    kind: Mapped[str]
    object_kind: Mapped[str]
    object_id: Mapped[str]
    our_id: Mapped[UUID | None]
    ours_state: Mapped[str | None]
    ours_amount: Mapped[int | None] = mapped_column(BigInteger)
    theirs_state: Mapped[str | None]
    theirs_amount: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str]
    noticed_at: Mapped[datetime]
    explained_at: Mapped[datetime | None]
    explained_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    note: Mapped[str | None]
