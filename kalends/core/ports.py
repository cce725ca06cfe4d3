"""Ports to the outside world, in the domain's words. Adapters implement them; `app.wiring` connects.

No port may be used while a unit of work is open: a call that waits for somebody else must not hold
locks, and what it did could not be rolled back. `outside_units()` enforces that at run time.
"""

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol

open_units: ContextVar[int] = ContextVar("open_units", default=0)


class NetworkInsideUnit(RuntimeError):
    """A port was called while a database transaction was open."""


def outside_units() -> None:
    """Raise NetworkInsideUnit when the current task has an open unit of work."""
    if open_units.get():
        raise NetworkInsideUnit("call the outside world between units of work, not inside one")


@dataclass(frozen=True, slots=True)
class Attachment:
    filename: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """One message to one recipient, rendered. `message_id` is stable, so a repeat can be recognised."""

    message_id: str
    to: str
    subject: str
    text: str
    html: str
    cc: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()


class MailPort(Protocol):
    async def send(self, mail: Mail) -> None:
        """Hand the mail over. Raises any exception when it was not accepted; sending is then retried."""
        ...


@dataclass(frozen=True, slots=True)
class Page:
    """What an address answered. `content` is None when it is as the `etag` that was sent says."""

    content: bytes | None
    etag: str | None = None


class WebRefused(Exception):
    """The address was not read; the message says why, in words that its owner may see."""


class WebPort(Protocol):
    async def read(self, url: str, etag: str | None = None) -> Page:
        """Read a document that anybody may read. Raises WebRefused."""
        ...


class NoWeb:
    """A house that reads nothing from elsewhere."""

    async def read(self, url: str, etag: str | None = None) -> Page:
        """Raises WebRefused, always."""
        del url, etag
        raise WebRefused("this marketplace reads nothing from elsewhere")
