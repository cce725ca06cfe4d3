"""Wire shapes of what is done with appointments: the work, its people, and who is free."""

import datetime as dt
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from kalends.core.wire import Count, In, Instant, InstantIn, Out, Text
from kalends.payments import Destination

MAX_STEPS, MAX_EXTRAS, MAX_QUANTITY = 200, 20, 1000


class StepDone(In):
    """The step at `position` of `details.checklist`, counted from 0."""

    position: Annotated[Count, Field(ge=0, lt=MAX_STEPS)]
    done: Annotated[bool, Field(strict=True)] = True


class ChecklistRequest(In):
    items: Annotated[list[StepDone], Field(min_length=1, max_length=MAX_STEPS)]


class ExtraWish(In):
    """A service of the same provider; `quantity` counts minutes of one by the hour, else units."""

    service_id: UUID
    quantity: Annotated[Count, Field(ge=1, le=MAX_QUANTITY)] = 1


class ExtraRequest(In):
    items: Annotated[list[ExtraWish], Field(min_length=1, max_length=MAX_EXTRAS)]


class AbsenceRequest(In):
    """Who did not come. The customer says it of the provider, the provider of the customer; only an operator
    has to say of whom.
    """

    absent: Literal["customer", "provider"] | None = None
    note: Annotated[Text, Field(max_length=1000)] | None = None


class LineCancelRequest(In):
    reason: Annotated[Text, Field(min_length=1, max_length=1000)]
    refund_to: Destination | None = Field(
        default=None, description="counts where the marketplace lets the customer choose"
    )


class MatchQuery(In):
    """Without `end` the service takes as long as it takes."""

    service_id: UUID
    start: InstantIn
    end: InstantIn | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end is not None and self.end <= self.start:
            raise ValueError("end must be after start")
        return self


class MemberRef(Out):
    """Somebody of the staff; `rating` is the average of their reviews, from 1 to 5."""

    id: UUID
    name: str
    title: str
    rating: float | None


class MatchRead(Out):
    """`jobs` is how much they have to do that week already."""

    staff: MemberRef
    jobs: int


class Matches(Out):
    """Those who are free, best first."""

    start: Instant
    end: Instant
    items: list[MatchRead]


class VisitSlot(Out):
    """A time at which the service can be booked, and with whom."""

    start: Instant
    end: Instant
    staff_ids: list[UUID]


class VisitDay(Out):
    date: dt.date
    slots: list[VisitSlot]


class VisitAvailability(Out):
    """What can be booked, per local date of the provider's place."""

    provider_id: UUID
    service_id: UUID
    time_zone: str
    days: list[VisitDay]


class VisitQuery(In):
    """`date` for one day, or `date` and `until` for up to 31 days; today when nothing is asked."""

    service_id: UUID
    date: dt.date | None = None
    until: dt.date | None = None
    staff_id: UUID | None = None


class PastProfessional(Out):
    """Somebody who served the caller before."""

    staff: MemberRef
    provider_id: UUID
    provider_name: str
    visits: int
    last_visit: Instant


class PastProfessionals(Out):
    items: list[PastProfessional]
    next_cursor: str | None
