"""What is sent on paper, and in which state a message can be."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from kalends.core.ports import Mail


class Channel(StrEnum):
    mail = "mail"


class MessageState(StrEnum):
    """`failed`: the last attempt failed; the queue tries again, and a later attempt may still succeed."""

    queued = "queued"
    sent = "sent"
    failed = "failed"


class Paper(StrEnum):
    """A document about a booking."""

    request = "request"
    confirmation = "confirmation"
    invoice = "invoice"
    cancellation = "cancellation"
    calendar = "calendar"


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message that left, opened for reading."""

    id: UUID
    channel: str
    sent_at: datetime
    mail: Mail


class Act(StrEnum):
    """What the reader of a letter may do by a link, called as the transition that it fires."""

    cancel = "cancel"
    reschedule = "reschedule"


@dataclass(frozen=True, slots=True)
class Link:
    """A link that may be used: `user_id` acts by it."""

    id: UUID
    booking_id: UUID
    user_id: UUID
    act: Act


@dataclass(frozen=True, slots=True)
class Page:
    """An HTML page with the status that it is answered with."""

    html: str
    status: int = 200
