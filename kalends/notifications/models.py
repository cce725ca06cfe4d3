"""The tables of messages, calendar feeds and links in letters. What a message says, and to whom, is stored sealed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from kalends.core.database import Base
from kalends.core.states import history_table


class Message(Base):
    """One message as it leaves: rendered once, so that a repeated attempt sends the same bytes.

    `payload` is the sealed mail (addresses, texts, attachments); `address_digests` are keyed fingerprints
    of its addresses, for look-ups; `dedupe_key` names the fact and the person, so a fact is told once.
    """

    __tablename__ = "messages"
    __table_args__ = (
        CheckConstraint("channel IN ('mail')", name="channel"),
        CheckConstraint("state IN ('queued', 'sent', 'failed')", name="state"),
        CheckConstraint("octet_length(payload) <= 2000000", name="payload_bounded"),
        Index("ix_messages_sent", "state_since", "id", postgresql_where=text("state = 'sent'")),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    channel: Mapped[str]
    template: Mapped[str]
    dedupe_key: Mapped[str] = mapped_column(unique=True)
    address_digests: Mapped[list[str]] = mapped_column(ARRAY(Text))
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    process: Mapped[str]
    state: Mapped[str]
    state_since: Mapped[datetime]
    version: Mapped[int]
    created_at: Mapped[datetime]


class CalendarFeed(Base):
    """The secret address of somebody's calendar: one each, and only a keyed digest of it."""

    __tablename__ = "calendar_feeds"
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]


class BookingLink(Base):
    """A link of a letter by which its reader does one thing with one booking, once; only its digest is kept.

    Whoever holds the link acts as `user_id`.
    """

    __tablename__ = "booking_links"
    __table_args__ = (
        CheckConstraint("act IN ('cancel', 'reschedule')", name="act_known"),
        CheckConstraint("expires_at > created_at", name="times_in_order"),
        Index("ix_booking_links_booking_id", "booking_id"),
        Index("ix_booking_links_expires_at", "expires_at"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    booking_id: Mapped[UUID] = mapped_column(ForeignKey("bookings.id", ondelete="CASCADE"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    act: Mapped[str]
    digest: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


history = history_table("message", "messages", Base.metadata)
