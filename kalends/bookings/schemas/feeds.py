"""Foreign calendars on the wire."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, Field

from kalends.core.wire import In, Instant, Line, Out

from ..types import FeedFacts

MAX_URL = 2000


class FeedCreate(In):
    """An address that anybody may read without signing in, as calendar programs give it out."""

    url: Annotated[Line, Field(min_length=10, max_length=MAX_URL, pattern=r"^(https?|webcal)://")]


class ClashRead(Out):
    """The calendar takes time that a booking has; the booking stays."""

    booking_id: UUID
    start: Instant
    end: Instant


class FeedRead(Out):
    """How reading went. The address itself is not shown again, as who knows it reads the calendar."""

    id: UUID
    host: str = Field(examples=["calendar.example.com"])
    created_at: Instant
    next_read_at: Instant
    read_at: Instant | None = Field(description="when it was last read well")
    error: str | None = Field(description="why the last try failed")
    busy: int = Field(description="how many spans it takes")
    skipped: int = Field(description="how many entries could not be understood")
    clashes: list[ClashRead]

    @classmethod
    def of(cls, feed: FeedFacts) -> Self:
        return cls.model_validate(feed)


class FeedList(BaseModel):
    items: list[FeedRead]

    @classmethod
    def of(cls, feeds: list[FeedFacts]) -> Self:
        return cls(items=[FeedRead.of(feed) for feed in feeds])
