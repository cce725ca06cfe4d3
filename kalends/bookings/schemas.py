"""Wire shapes of bookings."""

import datetime as dt
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from fastapi import Query
from pydantic import Field, model_validator

from kalends.billing import PriceLineRead
from kalends.core.paging import PageQuery
from kalends.core.wire import Count, In, Instant, InstantIn, Line, MoneyRead, Out, Text


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
    id: UUID
    name: str
    venue: VenueRef


class BookingPrice(Out):
    lines: list[PriceLineRead]
    total: MoneyRead


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
    time_zone: str
    customer: PersonRef
    provider: PersonRef
    resource: ResourceRef
    participants: list[ParticipantRead]
    lines: list[PriceLineRead]
    price: BookingPrice
    paid: MoneyRead
    refunded: MoneyRead
    hold_expires_at: Instant | None
    cancelled_by: str | None
    cancellation_reason: str | None
    rescheduled: bool
    reschedule_history: list[RescheduleRead]
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


class OverrideRequest(In):
    reason: Annotated[Text, Field(min_length=1, max_length=1000)]
    refund_percent: Annotated[Count, Field(ge=0, le=100)] = 100


class ForceCompleteRequest(In):
    reason: Annotated[Text, Field(min_length=1, max_length=1000)]


class RefundRead(Out):
    """`amount` goes to `destination`, `fee` is kept. They add up to what was captured."""

    percent: int
    amount: MoneyRead
    fee: MoneyRead
    destination: str


class CancelRead(Out):
    booking: BookingRead
    refund: RefundRead


class CancellationPreviewRead(Out):
    refund: RefundRead
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


class PayRequest(In):
    method: Literal["wallet"]


class CreateOrderRequest(In):
    booking_id: UUID
    purpose: Literal["full"] = "full"


class OrderRead(Out):
    payment_id: UUID
    gateway: str
    gateway_order_id: str
    amount: MoneyRead
    checkout: dict[str, Any]


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


class SlotRead(Out):
    start: Instant
    end: Instant


class DayRead(Out):
    date: dt.date
    slots: list[SlotRead]


class AvailabilityRead(Out):
    """What can be booked, per local date of the place, as ranges clipped to the day."""

    room_id: UUID
    time_zone: str
    days: list[DayRead]


class AvailabilityQuery(In):
    """`date` for one day, or `date` and `until` for up to 62 days; today when nothing is asked."""

    date: dt.date | None = None
    until: dt.date | None = None
