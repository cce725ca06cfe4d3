"""Wire shapes of events and of what is said about their lines."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from kalends.core.wire import In, InstantIn, Line, MoneyIn, Text

from ..types.events import LineWish

MAX_LINES = 20
Note = Annotated[Text, Field(max_length=1000)]


class EventLineIn(In):
    """A vendor's service, as what it is wanted, and perhaps the organiser's price or a room of the vendor's."""

    provider_id: UUID
    service_id: UUID
    role: Literal["venue", "service"]
    room_id: UUID | None = None
    price: MoneyIn | None = None

    def wish(self) -> LineWish:
        price = self.price.money() if self.price else None
        return LineWish(self.provider_id, self.service_id, self.role, self.room_id, price)


class EventRequest(In):
    """An event as a draft; at least one line is a venue. Without a price a line has the listed one, or that
    of the `quote_token`."""

    kind: Literal["event"] = "event"
    title: Annotated[Line, Field(min_length=1, max_length=200)]
    start_time: InstantIn
    end_time: InstantIn
    template_id: UUID | None = None
    lines: Annotated[list[EventLineIn], Field(min_length=1, max_length=MAX_LINES)]
    quote_token: Annotated[str, Field(max_length=20_000)] | None = None

    @model_validator(mode="after")
    def _times_make_sense(self) -> Self:
        if self.end_time <= self.start_time:
            raise ValueError("end_time must be after start_time")
        if any(t.second or t.microsecond for t in (self.start_time, self.end_time)):
            raise ValueError("times are whole minutes")
        return self


class DeclineLineRequest(In):
    note: Note = ""


class AcceptCounterRequest(In):
    """The price that is agreed to."""

    price: MoneyIn


class CounterRequest(In):
    """Another price for the whole line, and why."""

    price: MoneyIn
    note: Note = ""
