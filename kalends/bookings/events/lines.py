"""What becomes of the vendors of an event."""

from dataclasses import dataclass
from uuid import UUID

from kalends.core.events import Event


@dataclass(frozen=True, kw_only=True)
class EventLineEnded(Event):
    """A vendor that had been asked is no longer wanted: `outcome` is replaced, removed or cancelled."""

    booking_id: UUID
    line_id: UUID
    provider_id: UUID
    outcome: str
