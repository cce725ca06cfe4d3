"""The facts about places that other rooms may hold: frozen values, never rows."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from kalends.core.money import Money

Minutes = tuple[int, int]
"""Opens and closes, in minutes since local midnight; a close that is not after its open is next day's."""
Week = tuple[tuple[int, int, int], ...]
"""Weekday (Monday is 0), opens, closes; by weekday and time. A weekday that is absent is closed."""
SpecialDays = tuple[tuple[date, tuple[Minutes, ...]], ...]
"""Dates on which these periods replace the week's; none of them means closed. By date."""


class PlaceStatus(StrEnum):
    """`inactive` cannot be booked and is shown to its managers only; `deleted` is shown to nobody."""

    active = "active"
    inactive = "inactive"
    deleted = "deleted"


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A date that does not follow the week; no `periods` means closed. `reason` is for people."""

    day: date
    periods: tuple[Minutes, ...]
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Hours:
    """When a room is open, in the wall time of its venue."""

    weekly: Week = ()
    days: tuple[SpecialDay, ...] = ()


ALWAYS_OPEN = Hours(tuple((weekday, 0, 1440) for weekday in range(7)))


@dataclass(frozen=True, slots=True)
class NewVenue:
    """A venue to create. Without `provider_id` it gets a provider of its own, called as it is.

    `zone` is an IANA name; without it the marketplace's own.
    """

    name: str
    city: str
    address: str
    lat: float
    lng: float
    zone: str | None = None
    description: str | None = None
    contact_email: str | None = None
    contact_phone: str | None = None
    photos: tuple[str, ...] = ()
    capacity: int | None = None
    state_code: str | None = None
    provider_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class NewRoom:
    """A room to create; `rate` is per hour. Without other hours it is open round the clock."""

    name: str
    capacity: int
    rate: Money
    description: str | None = None
    amenities: tuple[str, ...] = ()
    photos: tuple[str, ...] = ()
    hours: Hours = ALWAYS_OPEN


@dataclass(frozen=True, slots=True)
class NewAddon:
    """An extra to create; `price` is for one. With `room_id` it is offered in that room only."""

    venue_id: UUID
    name: str
    price: Money
    room_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class VenueFacts:
    """A venue; `capacity` counts people in the whole house, where somebody said so."""

    id: UUID
    provider_id: UUID
    name: str
    city: str
    address: str
    zone: str
    lat: float
    lng: float
    description: str | None
    contact_email: str | None
    contact_phone: str | None
    photos: tuple[str, ...]
    capacity: int | None
    state_code: str | None
    status: PlaceStatus
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class RoomFacts:
    """What decides whether and for how much a room can be booked, with the facts of its venue.

    `status` is the worse of the room's and its venue's: only an `active` one takes new bookings.
    `rating_hundredths` is the average of `rating_count` reviews, 100 to 500, None without reviews.
    """

    id: UUID
    venue_id: UUID
    provider_id: UUID
    name: str
    venue_name: str
    address: str
    city: str
    zone: str
    lat: float
    lng: float
    capacity: int
    rate: Money
    amenities: tuple[str, ...]
    photos: tuple[str, ...]
    status: PlaceStatus
    rating_hundredths: int | None
    rating_count: int
    weekly: Week
    exceptions: SpecialDays

    def __hash__(self) -> int:
        # Caches ask for it all the time, and the hours have hundreds of parts.
        return hash(self.id)


@dataclass(frozen=True, slots=True)
class RoomPage:
    """A room as its own page shows it: the facts, and what only people read."""

    facts: RoomFacts
    hours: Hours
    description: str | None
    contact_email: str | None
    contact_phone: str | None
    own_status: PlaceStatus
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class RoomFilter:
    """Which bookable rooms to find; None and empty mean: any.

    Prices are minor units per hour, both ends included. `box` is (lat_min, lat_max, lng_min,
    lng_max) in degrees; one whose lng_min is greater crosses the 180th meridian. With
    `any_amenity` one of the amenities is enough.
    """

    city: str | None = None
    min_capacity: int | None = None
    amenities: tuple[str, ...] = ()
    any_amenity: bool = False
    min_price: int | None = None
    max_price: int | None = None
    box: tuple[float, float, float, float] | None = None
    ids: frozenset[UUID] | None = None
    limit: int = 500


@dataclass(frozen=True, slots=True)
class AddonFacts:
    """An extra of a venue; `price` is for one. An inactive one takes no new bookings."""

    id: UUID
    venue_id: UUID
    room_id: UUID | None
    name: str
    price: Money
    active: bool
