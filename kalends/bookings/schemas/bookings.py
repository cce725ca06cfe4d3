"""Wire shapes of bookings."""

from typing import Annotated, Any, Literal, Self
from uuid import UUID

from fastapi import Query
from pydantic import Field, model_validator

from kalends.billing import Part, PriceLineRead, Purpose
from kalends.core.paging import PageQuery
from kalends.core.wire import Count, In, Instant, InstantIn, Line, MoneyRead, Out, Text
from kalends.payments import Destination, RefundState


class PersonRef(Out):
    id: UUID


class ParticipantRead(Out):
    user_id: UUID
    role: Literal["organiser", "guest"]


class VenueRef(Out):
    id: UUID
    name: str
    address: str


class ResourceRef(Out):
    """The room, or the member who serves; only a room has a venue."""

    id: UUID
    name: str
    venue: VenueRef | None


class PlaceRef(Out):
    """Where it takes place: the venue, the provider's place, or the customer's."""

    name: str
    address: str


class VisitRead(Out):
    """Who does a line of a visit, and when."""

    staff_id: UUID | None
    start_time: Instant
    end_time: Instant
    cancelled: bool


class BookingLineRead(PriceLineRead):
    visit: VisitRead | None


class BookingPrice(Out):
    lines: list[BookingLineRead]
    total: MoneyRead


class InstalmentRead(Out):
    """A part of the price. `void`: nobody will ask for it any more."""

    purpose: Purpose
    amount: MoneyRead
    due_at: Instant
    state: Part


class RescheduleRead(Out):
    original_start: Instant
    original_end: Instant
    new_start: Instant
    new_end: Instant
    rescheduled_at: Instant
    reason: str | None
    difference: MoneyRead


class BookingRead(Out):
    """A booking. `state` is canonical, `label` the marketplace's own word; `actions` is what you may do now."""

    id: UUID
    number: str
    kind: str
    state: str
    label: str
    actions: list[str]
    start_time: Instant
    end_time: Instant
    actual_start: Instant | None
    actual_end: Instant | None
    time_zone: str
    customer: PersonRef
    provider: PersonRef
    resource: ResourceRef | None
    place: PlaceRef
    participants: list[ParticipantRead]
    lines: list[BookingLineRead]
    price: BookingPrice
    paid: MoneyRead
    refunded: MoneyRead
    payment_schedule: list[InstalmentRead]
    due: MoneyRead | None = Field(description="what has to be paid now")
    hold_expires_at: Instant | None
    cancelled_by: str | None
    cancelled_at: Instant | None
    cancellation_reason: str | None
    rescheduled: bool
    reschedule_history: list[RescheduleRead]
    details: dict[str, Any] = Field(description="what this kind of booking alone has")
    series_id: UUID | None = Field(description="the series that it belongs to")
    confirmation_pdf_url: str
    created_at: Instant


class BookingPage(Out):
    items: list[BookingRead]
    next_cursor: str | None


class MyBookings(BookingPage):
    """One's own bookings, newest first, with counts over all of them."""

    total: int
    pending: int
    confirmed: int
    cancelled: int


class BookingQuery(PageQuery):
    state: Annotated[str, Query(max_length=40, pattern=r"^[a-z_]+$")] | None = None
    room_id: UUID | None = None
    starts_after: InstantIn | None = None
    starts_before: InstantIn | None = None


class CancelRequest(In):
    reason: Annotated[Text, Field(min_length=1, max_length=1000)]
    preview_token: Annotated[str, Field(max_length=500)] | None = None
    refund_to: Destination | None = Field(
        default=None, description="counts where the marketplace lets the customer choose"
    )


class OverrideRequest(In):
    reason: Annotated[Text, Field(min_length=1, max_length=1000)]
    refund_percent: Annotated[Count, Field(ge=0, le=100)] = 100


class ForceCompleteRequest(In):
    reason: Annotated[Text, Field(min_length=1, max_length=1000)]


class RefundPartRead(Out):
    id: UUID
    destination: Destination
    amount: MoneyRead
    state: RefundState


class RefundRead(Out):
    """`amount` goes to `destination`, `fee` is kept. They add up to what was captured."""

    percent: int
    amount: MoneyRead
    fee: MoneyRead
    destination: Destination


class CancelRead(Out):
    """`refunds`: what goes where. What had been paid from the wallet goes back to it in any case."""

    booking: BookingRead
    refund: RefundRead
    refunds: list[RefundPartRead]


class LineRefundRead(Out):
    """What one vendor's part of an event gives back, by that vendor's tier."""

    line_id: UUID
    percent: int
    amount: MoneyRead
    fee: MoneyRead


class CancellationPreviewRead(Out):
    """`lines` divide the refund of an event over its vendors' parts; nothing else has any."""

    refund: RefundRead
    lines: list[LineRefundRead]
    preview_token: str
    expires_at: Instant


class RescheduleRequest(In):
    """Without `new_end_time` the booking keeps its length."""

    new_start_time: InstantIn
    new_end_time: InstantIn | None = None
    reason: Annotated[Text, Field(max_length=1000)] | None = None

    @model_validator(mode="after")
    def _times_make_sense(self) -> Self:
        ends = self.new_end_time or self.new_start_time
        if any(t.second or t.microsecond for t in (self.new_start_time, ends)):
            raise ValueError("times are whole minutes")
        if self.new_end_time and self.new_end_time <= self.new_start_time:
            raise ValueError("new_end_time must be after new_start_time")
        return self


class ReschedulePreviewRead(Out):
    price: BookingPrice
    difference: MoneyRead = Field(
        description="new minus old price: charged if positive, refunded if negative"
    )


class CodeRead(Out):
    """Shown once. The provider completes the booking with it; a new one replaces it."""

    code: str = Field(examples=["048213"])


class CompleteRequest(In):
    """The customer's code, where the marketplace works with one."""

    code: Annotated[str, Field(pattern=r"^[0-9]{6}$")] | None = None


class ReleaseRequest(In):
    reason: Annotated[Text, Field(min_length=1, max_length=1000)]


class ParticipantRequest(In):
    email: Annotated[Line, Field(min_length=3, max_length=254)]


class StatusRead(Out):
    id: UUID
    number: str
    state: str
    label: str
    actions: list[str]


class TimelineEntry(Out):
    seq: int
    transition: str
    from_state: str | None
    to_state: str
    label: str
    actor_kind: str
    reason: str | None
    at: Instant


class Timeline(Out):
    items: list[TimelineEntry]
