"""What happens to series."""

from dataclasses import dataclass
from uuid import UUID

from kalends.core.events import Event


@dataclass(frozen=True, kw_only=True)
class SeriesBooked(Event):
    """Bookings that repeat exist and hold their slots; none is paid yet."""

    series_id: UUID
