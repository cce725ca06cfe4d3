"""Wire shapes of calendar feeds, links in letters and the development mailbox."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from kalends.core.wire import In, Instant, InstantIn, Line, Out, Text
from kalends.payments import Destination

from .types import SentMessage


class CalendarFeedRead(BaseModel):
    url: str = Field(description="who knows it reads the calendar; it is not shown again")


class LinkIn(In):
    """What the forms behind a letter's links send; each takes what it knows. `day` is the one that was shown."""

    reason: Annotated[Text, Field(max_length=1000)] | None = None
    preview_token: Annotated[str, Field(max_length=500)] | None = None
    refund_to: Destination | None = None
    start_time: InstantIn | None = None
    day: date | None = None


class MailboxQuery(BaseModel):
    """`to` is an address; without it, everybody's messages."""

    model_config = ConfigDict(extra="forbid")

    to: Annotated[Line, Field(max_length=254)] | None = None
    limit: int = Field(default=50, ge=1, le=200)


class AttachmentRead(Out):
    filename: str
    media_type: str
    size: int = Field(description="bytes")
    url: str = Field(description="where to download it, on this server")


class MessageRead(Out):
    """A message that left, as its recipient got it."""

    id: UUID
    channel: str
    to: str
    cc: list[str]
    subject: str
    text: str
    html: str
    attachments: list[AttachmentRead]
    sent_at: Instant

    @classmethod
    def of(cls, message: SentMessage) -> Self:
        mail = message.mail
        attachments = [
            AttachmentRead(
                filename=attachment.filename,
                media_type=attachment.media_type,
                size=len(attachment.content),
                url=f"/dev/messages/{message.id}/attachments/{position}",
            )
            for position, attachment in enumerate(mail.attachments)
        ]
        return cls(
            id=message.id,
            channel=message.channel,
            to=mail.to,
            cc=list(mail.cc),
            subject=mail.subject,
            text=mail.text,
            html=mail.html,
            attachments=attachments,
            sent_at=message.sent_at,
        )


class MailboxRead(Out):
    """Newest first."""

    items: list[MessageRead]
