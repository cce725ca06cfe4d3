"""Wire shapes of waitlists."""

from typing import Annotated, Self
from uuid import UUID

from fastapi import Query
from pydantic import Field, Tag, model_validator

from kalends.billing import AppointmentRequest, RentalRequest
from kalends.core.paging import PageQuery
from kalends.core.unit import Unit
from kalends.core.wire import In, Instant, InstantIn, Out, told_by_kind

from ..types.waiting import WaitFacts
from .bookings import PersonRef

MOST_DAYS, SECONDS_PER_DAY = 31, 86_400


class WaitRequest(In):
    """The booking that could not be made, as `POST /bookings` takes it. Without more one waits for exactly that
    time; with `not_before` and `not_after` for as long a time anywhere between them, at most 31 days.
    """

    booking: Annotated[
        Annotated[RentalRequest, Tag("rental")] | Annotated[AppointmentRequest, Tag("appointment")],
        told_by_kind(RentalRequest, AppointmentRequest),
    ]
    not_before: InstantIn | None = None
    not_after: InstantIn | None = None

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.booking.quote_token is not None:
            raise ValueError(
                "booking.quote_token: a price is made when there is an offer; leave it out"
            )
        if (self.not_before is None) != (self.not_after is None):
            raise ValueError("not_before and not_after go together")
        if self.not_before is None or self.not_after is None:
            return self
        if any(t.second or t.microsecond for t in (self.not_before, self.not_after)):
            raise ValueError("times are whole minutes")
        if (
            not 0
            < (self.not_after - self.not_before).total_seconds()
            <= MOST_DAYS * SECONDS_PER_DAY
        ):
            raise ValueError(f"not_after lies after not_before, by at most {MOST_DAYS} days")
        return self


class WaitOfferRead(Out):
    """It is held until `expires_at`; then it goes on to the next in the line."""

    resource_id: UUID
    start_time: Instant
    end_time: Instant
    expires_at: Instant
    seconds_left: int


class WaitRead(Out):
    """A place in a line. `offer` is there while it can be accepted, `booking_id` once it was."""

    id: UUID
    state: str
    kind: str
    title: str
    target_id: UUID = Field(description="the room or the service")
    staff_id: UUID | None
    customer: PersonRef
    provider: PersonRef
    not_before: Instant
    not_after: Instant
    minutes: int
    time_zone: str
    offer: WaitOfferRead | None
    booking_id: UUID | None
    created_at: Instant

    @classmethod
    def of(cls, unit: Unit, entry: WaitFacts) -> Self:
        same = ("id", "state", "kind", "title", "target_id", "staff_id", "not_before", "not_after")
        more = ("minutes", "booking_id", "created_at")
        return cls(
            **{name: getattr(entry, name) for name in (*same, *more)},
            customer=PersonRef(id=entry.customer_id),
            provider=PersonRef(id=entry.provider_id),
            time_zone=entry.zone,
            offer=_offer(unit, entry),
        )


class LineQuery(PageQuery):
    """`venue_id` narrows it to one venue, for who manages only that."""

    venue_id: UUID | None = Query(default=None)


def _offer(unit: Unit, entry: WaitFacts) -> WaitOfferRead | None:
    offer = entry.offer
    if offer is None or entry.state != "offered":
        return None
    return WaitOfferRead(
        resource_id=offer.resource_id,
        start_time=offer.start,
        end_time=offer.end,
        expires_at=offer.expires_at,
        seconds_left=max(int((offer.expires_at - unit.now).total_seconds()), 0),
    )
