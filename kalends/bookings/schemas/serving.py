"""Schedules and contacts on the wire."""

import datetime as dt
from typing import Annotated, Self
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field, model_validator

from kalends.core.wire import Out

from .bookings import BookingRead

MONTH = r"^20\d\d-(0[1-9]|1[0-2])$"
EARLIEST, LATEST = dt.date(2000, 1, 1), dt.date(2099, 12, 31)


class ScheduleQuery(BaseModel):
    """Either a month or one date. Without `staff_id`, one's own."""

    model_config = ConfigDict(extra="forbid")

    month: Annotated[str | None, Query(pattern=MONTH, examples=["2026-12"])] = None
    date: Annotated[dt.date | None, Query(ge=EARLIEST, le=LATEST)] = None
    staff_id: UUID | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.month is None) == (self.date is None):
            raise ValueError("ask for a month or for a date")
        return self

    @property
    def first(self) -> dt.date:
        """The first day of the month."""
        return dt.date.fromisoformat(f"{self.month}-01")


class DayCount(BaseModel):
    date: dt.date
    jobs: int


class ScheduleRead(BaseModel):
    """`days` without jobs are left out of a month; `jobs` are those of the one date."""

    time_zone: str
    days: list[DayCount]
    jobs: list[BookingRead] = Field(default=[])


class ContactRead(Out):
    """How to reach the customer of a booking. Every look is recorded."""

    name: str
    phone: str | None
    email: str
