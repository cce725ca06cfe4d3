"""The words of calendars that are read from elsewhere."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Clash:
    """The foreign calendar takes time that a booking has here; the booking stays."""

    booking_id: UUID
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class FeedFacts:
    """A foreign calendar whose entries block a resource. Its address is a secret: only `host` is shown.

    `read_at`: when it was last read well. `error`: why the last try failed, None when it did not.
    `busy` spans block the resource; `skipped` entries could not be understood.
    """

    id: UUID
    resource_kind: str
    resource_id: UUID
    host: str
    etag: str | None
    created_at: datetime
    next_read_at: datetime
    read_at: datetime | None
    error: str | None
    failures: int
    busy: int
    skipped: int
    clashes: tuple[Clash, ...]
