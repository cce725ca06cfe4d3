"""The shapes of the demo's world. Pure facts: no database, no clock, no floats for money."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Kind = Literal["office", "training", "studio", "stage", "banquet", "lawn", "community"]
Role = Literal["customer", "manager", "operator"]
Outcome = Literal["completed", "cancelled", "upcoming"]

AMENITIES = frozenset(
    {
        "air_conditioning",
        "catering_kitchen",
        "dance_floor",
        "generator_backup",
        "green_room",
        "lift",
        "mirrors",
        "outdoor_lawn",
        "parking",
        "piano",
        "projector",
        "sound_system",
        "stage",
        "stage_lighting",
        "video_conferencing",
        "wheelchair_access",
        "whiteboard",
        "wifi",
    }
)
"""Every word that a room's `amenities` may use."""


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """A real part of a city; `lat` and `lng` are degrees, about its middle."""

    name: str
    lat: float
    lng: float


@dataclass(frozen=True, slots=True)
class City:
    """A real city; `zone` is an IANA name, `dialling` the start of its E.164 numbers."""

    name: str
    region: str
    zone: str
    lat: float
    lng: float
    dialling: str
    neighbourhoods: tuple[Neighbourhood, ...]


@dataclass(frozen=True, slots=True)
class OpenHours:
    """One stretch of a usual week: `weekday` 0 is Monday, times are 'HH:MM', `closes` up to '24:00'.

    A weekday may have several stretches, or none when the room is closed.
    """

    weekday: int
    opens: str
    closes: str


@dataclass(frozen=True, slots=True)
class DayException:
    """One date that does not follow the week; `opens` and `closes` are None when it is closed."""

    day: date
    opens: str | None
    closes: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class DemoRoom:
    """A room; `key` is 'venue.room', `rate_per_hour_minor` is paise."""

    key: str
    name: str
    kind: Kind
    capacity: int
    rate_per_hour_minor: int
    amenities: tuple[str, ...]
    description: str
    hours: tuple[OpenHours, ...]
    exceptions: tuple[DayException, ...]


@dataclass(frozen=True, slots=True)
class DemoVenue:
    """A house with rooms; `city` is the name of a `City`, `contact_phone` is E.164."""

    key: str
    name: str
    city: str
    neighbourhood: str
    address: str
    lat: float
    lng: float
    zone: str
    contact_email: str
    contact_phone: str
    description: str
    photos: tuple[str, ...]
    manager_key: str
    rooms: tuple[DemoRoom, ...]


@dataclass(frozen=True, slots=True)
class DemoAddon:
    """Something a venue sells beside its rooms; `price_minor` is paise for one."""

    venue_key: str
    name: str
    price_minor: int


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """An account; `venue_key` is a manager's first venue, None for everybody else."""

    key: str
    name: str
    email: str
    password: str
    roles: tuple[Role, ...]
    venue_key: str | None


@dataclass(frozen=True, slots=True)
class BookedAddon:
    """An add-on of the booked room's venue, by name, and how many."""

    name: str
    quantity: int


@dataclass(frozen=True, slots=True)
class DemoBooking:
    """A booking on the day `today + day_offset`, from `start` ('HH:MM' there) for `minutes`.

    It was made `lead_days` days before its start; a cancelled one was given up `notice_hours`
    hours before its start (None otherwise).
    """

    key: str
    customer_key: str
    room_key: str
    day_offset: int
    start: str
    minutes: int
    addons: tuple[BookedAddon, ...]
    outcome: Outcome
    lead_days: int
    notice_hours: int | None


@dataclass(frozen=True, slots=True)
class DemoReview:
    """What the customer of a completed booking said; `rating` is 1 to 5."""

    booking_key: str
    rating: int
    comment: str


@dataclass(frozen=True, slots=True)
class World:
    """Everything that the demo loads."""

    cities: tuple[City, ...]
    venues: tuple[DemoVenue, ...]
    addons: tuple[DemoAddon, ...]
    people: tuple[DemoPerson, ...]
    bookings: tuple[DemoBooking, ...]
    reviews: tuple[DemoReview, ...]
