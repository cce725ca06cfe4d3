"""Statements on messages, calendar feeds and links in letters."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from kalends.core.unit import Unit

from .models import BookingLink, CalendarFeed, Message
from .types import Link, MessageState

_SUBJECT = (Message.id, Message.process, Message.state, Message.state_since, Message.version)
_CONTENT = (Message.id, Message.channel, Message.state, Message.state_since, Message.payload)


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message to store. `sealed` is the encrypted mail; see `Message` for the other fields."""

    id: UUID
    channel: str
    template: str
    dedupe_key: str
    address_digests: list[str]
    sealed: bytes


async def add_message(unit: Unit, process: str, message: NewMessage) -> Any | None:
    """Store the message; return its state columns, or None when this fact was already told."""
    statement = insert(Message).values(
        id=message.id,
        channel=message.channel,
        template=message.template,
        dedupe_key=message.dedupe_key,
        address_digests=message.address_digests,
        payload=message.sealed,
        process=process,
        state=MessageState.queued.value,
        state_since=unit.now,
        version=1,
        created_at=unit.now,
    )
    once = statement.on_conflict_do_nothing(index_elements=[Message.dedupe_key])
    return (await unit.session.execute(once.returning(*_SUBJECT))).one_or_none()


async def lock_message(unit: Unit, message_id: UUID) -> Any | None:
    """Lock the message and return its state columns."""
    statement = select(*_SUBJECT).where(Message.id == message_id).with_for_update()
    return (await unit.session.execute(statement)).one_or_none()


async def message_content(unit: Unit, message_id: UUID) -> Any | None:
    """The sealed content of a message with its state; no lock."""
    statement = select(*_CONTENT).where(Message.id == message_id)
    return (await unit.session.execute(statement)).one_or_none()


async def sent_messages(unit: Unit, address_digest: str | None, limit: int) -> list[Any]:
    """The newest messages that left, to one address or to anybody, with their sealed content."""
    statement = select(*_CONTENT).where(Message.state == MessageState.sent.value)
    if address_digest is not None:
        statement = statement.where(Message.address_digests.contains([address_digest]))
    newest = statement.order_by(Message.state_since.desc(), Message.id.desc()).limit(limit)
    return list((await unit.session.execute(newest)).all())


async def set_feed(unit: Unit, digest: str) -> None:
    """Make this the secret of the signed-in user's calendar; the one before it no longer works."""
    values = {"digest": digest, "created_at": unit.now}
    stored = insert(CalendarFeed).values(user_id=unit.user_id, **values)
    newest = stored.on_conflict_do_update(index_elements=[CalendarFeed.user_id], set_=values)
    await unit.session.execute(newest)


async def drop_feed(unit: Unit) -> None:
    mine = CalendarFeed.user_id == unit.user_id
    await unit.session.execute(delete(CalendarFeed).where(mine))


async def owner_of_feed(unit: Unit, digest: str) -> UUID | None:
    query = select(CalendarFeed.user_id).where(CalendarFeed.digest == digest)
    return (await unit.session.execute(query)).scalar_one_or_none()


async def add_links(unit: Unit, links: Sequence[tuple[Link, str]], until: datetime) -> None:
    """Store links with the digests of their tokens."""
    rows = [
        {
            "id": link.id,
            "booking_id": link.booking_id,
            "user_id": link.user_id,
            "act": link.act.value,
            "digest": digest,
            "created_at": unit.now,
            "expires_at": until,
        }
        for link, digest in links
    ]
    await unit.session.execute(insert(BookingLink), rows)


async def find_link(unit: Unit, link_id: UUID) -> Any | None:
    query = select(*BookingLink.__table__.c).where(BookingLink.id == link_id)
    return (await unit.session.execute(query)).one_or_none()


async def lock_link(unit: Unit, link_id: UUID) -> Any | None:
    """The link's row; whoever comes at the same time waits here."""
    query = select(*BookingLink.__table__.c).where(BookingLink.id == link_id).with_for_update()
    return (await unit.session.execute(query)).one_or_none()


async def use_link(unit: Unit, link_id: UUID) -> None:
    used = update(BookingLink).where(BookingLink.id == link_id).values(used_at=unit.now)
    await unit.session.execute(used)


async def forget_links(unit: Unit, before: datetime) -> None:
    """Delete the links whose time was over before that."""
    await unit.session.execute(delete(BookingLink).where(BookingLink.expires_at < before))
