"""The tables of staff: who works for a provider, when, and when not."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kalends.core.database import Base


class StaffMember(Base):
    """Somebody who can be booked at a provider; `user_id` is their account, where they have one.

    `hours` NULL means the provider's own; `breaks` are (weekday, from, to) in minutes since midnight.
    `buffer_minutes` NULL is the provider's.
    """

    __tablename__ = "staff_members"
    __table_args__ = (
        CheckConstraint("status IN ('active', 'inactive', 'deleted')", name="status"),
        CheckConstraint("buffer_minutes BETWEEN 0 AND 1440", name="buffer_range"),
        CheckConstraint("rating_hundredths BETWEEN 100 AND 500", name="rating_range"),
        CheckConstraint("rating_count >= 0", name="rating_count_not_negative"),
        # who is qualified for a service points here, so that both are of one provider
        UniqueConstraint("provider_id", "id"),
        Index(
            "uq_staff_members_account",
            "provider_id",
            "user_id",
            unique=True,
            postgresql_where=text("status <> 'deleted'"),
        ),
        Index(
            "ix_staff_members_invited_email",
            "invited_email",
            "id",
            postgresql_where=text("invited_email IS NOT NULL"),
        ),
        Index("ix_staff_members_user_id", "user_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    provider_id: Mapped[UUID] = mapped_column(ForeignKey("providers.id"))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    invited_email: Mapped[str | None] = mapped_column(
        comment="whose account is asked to be theirs; in small letters"
    )
    name: Mapped[str]
    title: Mapped[str] = mapped_column(server_default=text("''"))
    bio: Mapped[str] = mapped_column(server_default=text("''"))
    hours: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    breaks: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))
    buffer_minutes: Mapped[int | None]
    status: Mapped[str] = mapped_column(server_default=text("'active'"))
    rating_hundredths: Mapped[int | None]
    rating_count: Mapped[int] = mapped_column(server_default=text("0"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class TimeOff(Base):
    """A member of the staff is away from `starts_at` (inclusive) to `ends_at` (exclusive)."""

    __tablename__ = "staff_time_off"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="not_empty"),
        Index("ix_staff_time_off_staff_id", "staff_id", "ends_at", "id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff_members.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(server_default=text("''"))
    created_at: Mapped[datetime]
