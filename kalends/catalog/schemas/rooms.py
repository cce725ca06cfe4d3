"""Rooms on the wire."""

from typing import Any, Self
from uuid import UUID

from pydantic import MISSING, Field

from kalends.core.wire import In, Instant, MoneyIn, MoneyRead, Out

from ..types import ALWAYS_OPEN, NewRoom, PlaceStatus, RoomFacts, RoomPage
from .hours import HoursIn, HoursRead
from .values import Amenities, Capacity, Description, Name, Photos, Shown
from .venues import VenueSummary


class RoomCreate(In):
    """Without `hours` the room is open round the clock."""

    name: Name
    capacity: Capacity
    rate_per_hour: MoneyIn
    description: Description | None = None
    amenities: Amenities = Field(default=[], examples=[["wifi", "sound_system"]])
    photos: Photos = Field(default=[])
    hours: HoursIn | None = None

    def new(self) -> NewRoom:
        return NewRoom(
            name=self.name,
            capacity=self.capacity,
            rate=self.rate_per_hour.money(),
            description=self.description,
            amenities=tuple(self.amenities),
            photos=tuple(self.photos),
            hours=self.hours.hours() if self.hours else ALWAYS_OPEN,
        )


class RoomUpdate(In):
    """Only what is sent changes; null empties the description. Hours have a path of their own."""

    name: Name | MISSING = MISSING
    capacity: Capacity | MISSING = MISSING
    rate_per_hour: MoneyIn | MISSING = MISSING
    description: Description | MISSING | None = MISSING
    amenities: Amenities | MISSING = MISSING
    photos: Photos | MISSING = MISSING
    status: Shown | MISSING = MISSING

    def changes(self) -> dict[str, Any]:
        changes = self.model_dump(exclude_unset=True, exclude={"rate_per_hour"})
        if self.rate_per_hour is not MISSING:
            changes["rate"] = self.rate_per_hour.money()
        return changes


class RoomRead(Out):
    """`average_rating` is from 1 to 5 with two decimals, null without reviews."""

    id: UUID
    venue_id: UUID
    venue: VenueSummary
    name: str
    capacity: int
    rate_per_hour: MoneyRead
    amenities: list[str]
    photos: list[str]
    status: PlaceStatus
    average_rating: float | None
    rating_count: int

    @classmethod
    def of(cls, room: RoomFacts) -> "RoomRead":
        return RoomRead(**_summary(room))


class RoomPageRead(RoomRead):
    """A room with its hours and all that its manager wrote about it."""

    description: str | None
    contact_email: str | None
    contact_phone: str | None
    hours: HoursRead
    created_at: Instant
    updated_at: Instant

    @classmethod
    def of_page(cls, page: RoomPage) -> Self:
        return cls(
            **_summary(page.facts) | {"status": page.own_status},
            description=page.description,
            contact_email=page.contact_email,
            contact_phone=page.contact_phone,
            hours=HoursRead.of(page.hours, page.facts.zone),
            created_at=page.created_at,
            updated_at=page.updated_at,
        )


def _summary(room: RoomFacts) -> dict[str, Any]:
    hundredths = room.rating_hundredths
    return {
        "id": room.id,
        "venue_id": room.venue_id,
        "venue": VenueSummary.of_room(room),
        "name": room.name,
        "capacity": room.capacity,
        "rate_per_hour": MoneyRead.of(room.rate),
        "amenities": list(room.amenities),
        "photos": list(room.photos),
        "status": room.status,
        "average_rating": None if hundredths is None else hundredths / 100,
        "rating_count": room.rating_count,
    }
