"""The words of searching: what is wanted, what a place must tell, and how well the two fit."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from kalends.core.money import Money


@dataclass(frozen=True, slots=True)
class Near:
    """Within so many kilometres of a point, in degrees."""

    lat: float
    lng: float
    radius_km: float


@dataclass(frozen=True, slots=True)
class Wanted:
    """A search. None and empty mean: any. Prices are minor units per hour, both ends included.

    Without `day` it is today, on the calendar of each place.
    """

    city: str | None = None
    day: date | None = None
    capacity: int | None = None
    amenities: tuple[str, ...] = ()
    min_price: int | None = None
    max_price: int | None = None
    near: Near | None = None
    favourites_only: bool = False
    limit: int = 20


class Place(Hashable, Protocol):
    """What a search has to know of a room: the catalogue's facts are one."""

    @property
    def id(self) -> UUID: ...
    @property
    def venue_id(self) -> UUID: ...
    @property
    def name(self) -> str: ...
    @property
    def venue_name(self) -> str: ...
    @property
    def city(self) -> str: ...
    @property
    def zone(self) -> str: ...
    @property
    def lat(self) -> float: ...
    @property
    def lng(self) -> float: ...
    @property
    def capacity(self) -> int: ...
    @property
    def rate(self) -> Money: ...
    @property
    def amenities(self) -> tuple[str, ...]: ...
    @property
    def photos(self) -> tuple[str, ...]: ...
    @property
    def rating_hundredths(self) -> int | None: ...


class Fit(IntEnum):
    """How far a search was widened to find something."""

    exact = 0
    some_amenities = 1
    any_capacity = 2


P = TypeVar("P", bound=Place)


@dataclass(frozen=True, slots=True)
class Match(Generic[P]):
    """A place that fits; `relaxed` names the wishes that it does not meet in full."""

    place: P
    fit: Fit
    relaxed: tuple[str, ...]
    distance_km: float | None


Slots = tuple[tuple[datetime, datetime], ...]


@dataclass(frozen=True, slots=True)
class Found(Generic[P]):
    """A match with its free times on the day, of which there is at least one."""

    match: Match[P]
    slots: Slots


@dataclass(frozen=True, slots=True)
class Toggled:
    """Whether the room is a favourite now, and of how many people."""

    room_id: UUID
    favourite: bool
    count: int


@dataclass(frozen=True, slots=True)
class FavouritePlace(Generic[P]):
    """A favourite, since when, and of how many people it is one."""

    place: P
    count: int
    added_at: datetime
    bookable: bool


@dataclass(frozen=True, slots=True)
class WantedProviders:
    """A search for providers. None and empty mean: any; prices are minor units of one service, inclusive.

    `free_on`: who has time left that day, on the calendar of where they are.
    """

    near: Near | None = None
    category: str | None = None
    city: str | None = None
    words: tuple[str, ...] = ()
    min_price: int | None = None
    max_price: int | None = None
    min_rating: float | None = None
    free_on: date | None = None


class Candidate(Protocol):
    """What the ranking has to know of a provider."""

    @property
    def id(self) -> UUID: ...
    @property
    def distance_km(self) -> float | None: ...
    @property
    def rating_hundredths(self) -> int | None: ...


C = TypeVar("C", bound=Candidate)
F = TypeVar("F")


@dataclass(frozen=True, slots=True)
class FoundProvider(Generic[F]):
    """A provider's facts, how far it is (None without a point), and its score from 0 to 1."""

    provider: F
    distance_km: float | None
    score: float
