"""Series as the rest of the room knows them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class SeriesFacts:
    """Bookings that repeat every so many weeks by the wall clock of `zone`."""

    id: UUID
    kind: str
    customer_id: UUID
    provider_id: UUID
    venue_id: UUID | None
    every_weeks: int
    zone: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SeriesTally:
    """A series and its bookings in numbers: all of them, and those that stand and have not begun."""

    series: SeriesFacts
    place: str
    first_start: datetime
    last_start: datetime
    bookings: int
    upcoming: int
