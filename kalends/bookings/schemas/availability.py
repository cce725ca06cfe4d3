"""Wire shapes of what is free."""

import datetime as dt
from uuid import UUID

from kalends.core.wire import In, Instant, Out


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
