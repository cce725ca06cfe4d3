"""The table of favourites."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from kalends.core.database import Base


class Favourite(Base):
    """A room that somebody wants to find again."""

    __tablename__ = "favourites"
    __table_args__ = (
        Index("ix_favourites_newest", "user_id", text("created_at DESC"), text("room_id DESC")),
    )
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    room_id: Mapped[UUID] = mapped_column(ForeignKey("rooms.id"), primary_key=True, index=True)
    created_at: Mapped[datetime]
