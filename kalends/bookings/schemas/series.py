"""Wire shapes of series: bookings that repeat every so many weeks."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, Tag, model_validator

from kalends.billing import AppointmentRequest, RentalRequest
from kalends.core.wire import Count, In, Instant, InstantIn, MoneyRead, Out, Text, told_by_kind
from kalends.payments import Destination

from .availability import SlotRead
from .bookings import BookingRead, RefundRead

MOST_TURNS, MOST_WEEKS = 104, 4
_Position = Annotated[Count, Field(ge=0, lt=MOST_TURNS)]
_Repeated = Annotated[
    Annotated[RentalRequest, Tag("rental")] | Annotated[AppointmentRequest, Tag("appointment")],
    told_by_kind(RentalRequest, AppointmentRequest),
]


class Decision(In):
    """What becomes of the turn at `position`, counted from 0: left out, or at another time."""

    position: _Position
    choice: Literal["skip", "move"]
    start_time: InstantIn | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.choice == "move") != (self.start_time is not None):
            raise ValueError("start_time: say it for a move, and only then")
        if self.start_time and (self.start_time.second or self.start_time.microsecond):
            raise ValueError("times are whole minutes")
        return self


class SeriesRequest(In):
    """The first booking as `POST /bookings` takes it, how often it repeats, and what was decided about turns.

    Each turn begins when the clock of the place shows what it shows at the first, and lasts as long.
    """

    booking: _Repeated
    every_weeks: Annotated[Count, Field(ge=1, le=MOST_WEEKS)] = 1
    count: Annotated[Count, Field(ge=2, le=MOST_TURNS)]
    decisions: Annotated[list[Decision], Field(max_length=MOST_TURNS, default_factory=list)]

    @property
    def skipped(self) -> set[int]:
        return {one.position for one in self.decisions if one.choice == "skip"}

    @property
    def moved(self) -> dict[int, datetime]:
        return {one.position: one.start_time for one in self.decisions if one.start_time}

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.booking.quote_token is not None:
            raise ValueError("booking.quote_token: a quote is for one booking; leave it out")
        positions = [one.position for one in self.decisions]
        if len(set(positions)) != len(positions):
            raise ValueError("decisions: decide about each turn once")
        if any(position >= self.count for position in positions):
            raise ValueError("decisions: a position is less than count")
        if len(self.skipped) == self.count:
            raise ValueError("decisions: leave at least one turn to book")
        return self


class TurnRead(Out):
    """`clash`: it cannot be booked for this `reason`; `nearest` can."""

    position: int
    start_time: Instant
    end_time: Instant
    state: Literal["free", "clash", "skipped"]
    moved: bool
    reason: str | None
    nearest: list[SlotRead]


class SeriesPreview(Out):
    """What would be booked. `total` leaves out what is skipped."""

    time_zone: str
    turns: list[TurnRead]
    clashes: int
    price_each: MoneyRead
    total: MoneyRead


class SeriesRead(Out):
    """A series with its bookings, by start."""

    id: UUID
    kind: str
    every_weeks: int
    time_zone: str
    created_at: Instant
    bookings: list[BookingRead]


class SeriesSummary(Out):
    """A series in a list: `upcoming` are its bookings that stand and have not begun."""

    id: UUID
    kind: str
    every_weeks: int
    time_zone: str
    created_at: Instant
    place: str
    first_start: Instant
    last_start: Instant
    bookings: int
    upcoming: int


class SeriesCancelRequest(In):
    reason: Annotated[Text, Field(min_length=1, max_length=1000)]
    refund_to: Destination | None = Field(
        default=None, description="counts where the marketplace lets the customer choose"
    )


class RefusedRead(Out):
    """Why nothing was done about this one: the problem as it would be told for it alone."""

    code: str
    detail: str


class OutcomeRead(Out):
    """What became of one booking of the series; the refund of a cancellation by its own tier."""

    booking_id: UUID
    number: str
    start_time: Instant
    state: str
    label: str
    done: bool
    refund: RefundRead | None
    refused: RefusedRead | None


class OutcomeList(Out):
    items: list[OutcomeRead]
