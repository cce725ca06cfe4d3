"""The table of calendars that are read from elsewhere."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from kalends.core.database import Base


class BusyFeed(Base):
    """A foreign calendar whose entries block a room or a member of the staff.

    `url` is sealed: who knows such an address reads somebody's calendar.
    """

    __tablename__ = "busy_feeds"
    __table_args__ = (
        CheckConstraint("resource_kind IN ('room', 'staff')", name="resource_kind_known"),
        CheckConstraint("failures >= 0", name="failures_not_negative"),
        Index("ix_busy_feeds_resource_id", "resource_id"),
        Index("ix_busy_feeds_next_read_at", "next_read_at"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    resource_kind: Mapped[str]
    resource_id: Mapped[UUID]
    url: Mapped[bytes] = mapped_column(LargeBinary, comment="sealed")
    host: Mapped[str]
    etag: Mapped[str | None]
    created_by: Mapped[UUID | None]
    created_at: Mapped[datetime]
    next_read_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    error: Mapped[str | None]
    failures: Mapped[int] = mapped_column(server_default=text("0"), comment="in a row")
    busy: Mapped[int] = mapped_column(server_default=text("0"))
    skipped: Mapped[int] = mapped_column(server_default=text("0"))
    clashes: Mapped[list[Any]] = mapped_column(server_default=text("'[]'"))
