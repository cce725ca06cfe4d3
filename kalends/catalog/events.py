"""What happened to places."""

from dataclasses import dataclass
from uuid import UUID

from kalends.core.events import Event


@dataclass(frozen=True, kw_only=True)
class RoomChanged(Event):
    """A room was made or removed, or its hours, price, status or description changed."""

    room_id: UUID


@dataclass(frozen=True, kw_only=True)
class VenueChanged(Event):
    """A venue was made or removed, or what is known about it changed: so did all its rooms."""

    venue_id: UUID
