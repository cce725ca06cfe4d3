"""What a kind of booking says about being repeated: its price, what is in its way, and how it is booked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol
from uuid import UUID

from kalends.core.money import Money
from kalends.core.unit import Unit

from ...rules.availability import Calendar
from ...rules.ranges import Span
from ...types import BookingFacts
from ..slots import NEARBY


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a time cannot be booked, and what is free instead, nearest first."""

    reason: str
    nearest: tuple[Span, ...] = ()


class Plan(Protocol):
    """One booking that may be repeated. `resource_ids` are the calendars that it may take time of."""

    @property
    def first(self) -> Span: ...
    @property
    def zone(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def provider_id(self) -> UUID: ...
    @property
    def venue_id(self) -> UUID | None: ...
    @property
    def total(self) -> Money: ...
    @property
    def resource_ids(self) -> Sequence[UUID]: ...

    async def calendars(self, unit: Unit, window: Span) -> Sequence[Calendar]:
        """Those calendars inside the window."""
        ...

    async def obstacles(self, unit: Unit, spans: Sequence[Span]) -> list[Obstacle | None]:
        """For each time what is in its way, in a number of statements that does not depend on them."""
        ...

    async def book(self, unit: Unit, span: Span, series_id: UUID) -> BookingFacts:
        """Book it at that time, as everything is booked. Raises what its kind raises."""
        ...


def around(spans: Sequence[Span]) -> Span:
    """Where what is near to any of these can lie."""
    length = spans[0].length
    first, last = min(s.start for s in spans), max(s.end for s in spans)
    return Span(first - NEARBY - length, last + NEARBY + length)


def near(calendar: Calendar, span: Span) -> Calendar:
    """The calendar as far as it matters for this time, so that a year is not walked through for each week."""
    window = around([span])
    return replace(calendar, taken=tuple(t for t in calendar.taken if t.overlaps(window)))
