"""The table of templates."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from kalends.core.database import Base


class Template(Base):
    """The blueprint of an event. `estimate` is minor units, the sum over the lines of `blueprint`."""

    __tablename__ = "templates"
    __table_args__ = (
        CheckConstraint("status IN ('published', 'hidden', 'deleted')", name="status_known"),
        CheckConstraint("estimate >= 0", name="estimate_not_negative"),
        CheckConstraint("guests > 0", name="guests_positive"),
        Index("ix_templates_published", "id", postgresql_where=text("status = 'published'")),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    title: Mapped[str]
    summary: Mapped[str]
    category: Mapped[str | None]
    image: Mapped[str | None]
    guests: Mapped[int | None]
    blueprint: Mapped[list[Any]]
    currency: Mapped[str]
    estimate: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[str] = mapped_column(server_default=text("'published'"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
