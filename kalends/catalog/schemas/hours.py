"""Opening hours on the wire: local times as HH:MM, where a close before its open is on the next day."""

import re
from datetime import date
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field

from kalends.core.wire import In, Line, Out

from ..rules import MAX_PERIODS, MAX_SPECIAL_DAYS, WEEKDAYS
from ..types import Hours, SpecialDay

_DAY = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}")
_CLOCK = r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"


def _written_day(value: Any) -> Any:
    if not isinstance(value, date) and not (isinstance(value, str) and _DAY.fullmatch(value)):
        raise ValueError("write the date as 2026-12-25")
    return value


Clock = Annotated[str, Field(pattern=_CLOCK, examples=["09:00"])]
Day = Annotated[date, BeforeValidator(_written_day)]


class Period(In):
    """Open from `opens` until `closes`; 18:00 to 02:00 ends on the next day, 00:00 to 24:00 is all day."""

    opens: Clock
    closes: Clock

    @classmethod
    def of(cls, opens: int, closes: int) -> Self:
        return cls(opens=_clock(opens), closes=_clock(closes))

    def minutes(self) -> tuple[int, int]:
        return _minutes(self.opens), _minutes(self.closes)


class WeeklyPeriod(Period):
    """`weekday` 0 is Monday."""

    weekday: int = Field(strict=True, ge=0, le=6)

    @classmethod
    def on(cls, weekday: int, opens: int, closes: int) -> Self:
        return cls(weekday=weekday, opens=_clock(opens), closes=_clock(closes))


class SpecialDayIn(In):
    """A date with hours of its own; without `periods` the room is closed on it."""

    day: Day = Field(alias="date")
    periods: list[Period] = Field(default=[], max_length=MAX_PERIODS)
    reason: Annotated[Line, Field(max_length=100)] | None = None


class HoursIn(In):
    """All hours of a room, in the wall time of its venue. A weekday without a period is closed."""

    weekly: list[WeeklyPeriod] = Field(max_length=len(WEEKDAYS) * MAX_PERIODS)
    exceptions: list[SpecialDayIn] = Field(default=[], max_length=MAX_SPECIAL_DAYS)

    def hours(self) -> Hours:
        return Hours(
            tuple((period.weekday, *period.minutes()) for period in self.weekly),
            tuple(
                SpecialDay(one.day, tuple(p.minutes() for p in one.periods), one.reason)
                for one in self.exceptions
            ),
        )


class SpecialDayRead(Out):
    date: date
    periods: list[Period]
    reason: str | None


class HoursRead(Out):
    time_zone: str
    weekly: list[WeeklyPeriod]
    exceptions: list[SpecialDayRead]

    @classmethod
    def of(cls, hours: Hours, zone: str) -> Self:
        return cls(
            time_zone=zone,
            weekly=[WeeklyPeriod.on(*period) for period in hours.weekly],
            exceptions=[
                SpecialDayRead(
                    date=one.day,
                    periods=[Period.of(opens, closes) for opens, closes in one.periods],
                    reason=one.reason,
                )
                for one in hours.days
            ],
        )


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
