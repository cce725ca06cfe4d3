"""The development mailbox: what left, opened for reading."""

from typing import Any
from uuid import UUID

from kalends.core.errors import NotFound
from kalends.core.ports import Attachment
from kalends.core.unit import Unit

from .. import repository
from ..rules.payload import unpack
from ..types import MessageState, SentMessage
from .write import address_digest, context_of


async def sent_messages(unit: Unit, to: str | None, limit: int) -> list[SentMessage]:
    """The newest messages that left, to or in copy to `to`, or to anybody."""
    digest = address_digest(unit, to) if to else None
    rows = await repository.sent_messages(unit, digest, limit)
    return [_opened(unit, row) for row in rows]


async def sent_message(unit: Unit, message_id: UUID) -> SentMessage:
    """One message that left. Raises NotFound."""
    row = await repository.message_content(unit, message_id)
    if row is None or row.state != MessageState.sent.value:
        raise NotFound
    return _opened(unit, row)


async def sent_attachment(unit: Unit, message_id: UUID, position: int) -> Attachment:
    """The attachment at that position, counted from 0. Raises NotFound."""
    attachments = (await sent_message(unit, message_id)).mail.attachments
    if position >= len(attachments):
        raise NotFound
    return attachments[position]


def _opened(unit: Unit, row: Any) -> SentMessage:
    packed = unit.house.keyring.open(row.payload, context_of(row.id))
    return SentMessage(row.id, row.channel, row.state_since, unpack(str(row.id), packed))
