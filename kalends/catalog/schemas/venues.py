"""Venues on the wire."""

from typing import Any, Self
from uuid import UUID

from pydantic import MISSING, Field

from kalends.core.paging import PageQuery
from kalends.core.wire import In, Instant, Out

from ..types import NewVenue, PlaceStatus, RoomFacts, VenueFacts
from .values import (
    Address,
    Capacity,
    City,
    Description,
    Email,
    Latitude,
    Longitude,
    Name,
    Phone,
    Photos,
    Shown,
    StateCode,
    Zone,
)


class VenueQuery(PageQuery):
    city: City | None = None


class VenueCreate(In):
    """Without `time_zone` the marketplace's own; without `provider_id` a new provider is made."""

    name: Name
    city: City
    address: Address
    lat: Latitude = Field(examples=[18.5196])
    lng: Longitude = Field(examples=[73.8553])
    zone: Zone | None = Field(default=None, alias="time_zone", examples=["Asia/Kolkata"])
    description: Description | None = None
    contact_email: Email | None = None
    contact_phone: Phone | None = None
    photos: Photos = Field(default=[])
    capacity: Capacity | None = None
    state_code: StateCode | None = None
    provider_id: UUID | None = None

    def new(self) -> NewVenue:
        return NewVenue(**self.model_dump(exclude={"photos"}), photos=tuple(self.photos))


class VenueUpdate(In):
    """Only what is sent changes; null empties a field that may be empty."""

    name: Name | MISSING = MISSING
    city: City | MISSING = MISSING
    address: Address | MISSING = MISSING
    lat: Latitude | MISSING = MISSING
    lng: Longitude | MISSING = MISSING
    zone: Zone | MISSING = Field(default=MISSING, alias="time_zone")
    description: Description | MISSING | None = MISSING
    contact_email: Email | MISSING | None = MISSING
    contact_phone: Phone | MISSING | None = MISSING
    photos: Photos | MISSING = MISSING
    capacity: Capacity | MISSING | None = MISSING
    state_code: StateCode | MISSING | None = MISSING
    status: Shown | MISSING = MISSING

    def changes(self) -> dict[str, Any]:
        return self.model_dump(exclude_unset=True)


class VenueSummary(Out):
    """The venue as part of its rooms."""

    id: UUID
    name: str
    city: str
    address: str
    time_zone: str
    lat: float
    lng: float

    @classmethod
    def of_room(cls, room: RoomFacts) -> Self:
        return cls(
            id=room.venue_id,
            name=room.venue_name,
            city=room.city,
            address=room.address,
            time_zone=room.zone,
            lat=room.lat,
            lng=room.lng,
        )


class VenueRead(Out):
    id: UUID
    provider_id: UUID
    name: str
    city: str
    address: str
    lat: float
    lng: float
    time_zone: str = Field(validation_alias="zone")
    description: str | None
    contact_email: str | None
    contact_phone: str | None
    photos: list[str]
    capacity: int | None
    state_code: str | None
    status: PlaceStatus
    created_at: Instant
    updated_at: Instant

    @classmethod
    def of(cls, venue: VenueFacts) -> Self:
        return cls.model_validate(venue)
