"""Searching and favourites on the wire.

The answer of a search is built without models, as JSON at once: it is the busiest answer of all. Its
shape is `SearchRead`, which documents it, and which the tests hold it against.
"""

import datetime as dt
import json
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from kalends.core.paging import Page, Slice
from kalends.core.wire import MAX_AMOUNT, In, Instant, Line, MoneyRead, Out

from ..types import FavouritePlace, Found, Near, P, Place, Slots, Toggled, Wanted

MAX_RESULTS, DEFAULT_RESULTS = 100, 20
MAX_CAPACITY, MAX_AMENITIES, MAX_RADIUS = 1_000_000, 20, 20_100
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _written_date(value: Any) -> Any:
    # A bare number would be taken for seconds since 1970.
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise ValueError("write the date as YYYY-MM-DD")
    return value


def _amenity(name: str) -> str:
    return re.sub(r"[\s-]+", "_", name.lower())


Day = Annotated[dt.date, BeforeValidator(_written_date)]
Amenity = Annotated[Line, Field(min_length=1, max_length=40), AfterValidator(_amenity)]
Price = Annotated[int, Field(ge=0, le=MAX_AMOUNT, description="minor units per hour, inclusive")]


class SearchQuery(BaseModel):
    """What may be searched for; an unknown parameter is refused."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    city: Annotated[Line, Field(min_length=1, max_length=80)] | None = None
    date: Day | None = Field(None, description="the place's own date; without it, today there")
    capacity: Annotated[int, Field(ge=1, le=MAX_CAPACITY)] | None = Field(
        None, description="people, at least"
    )
    amenities: list[Amenity] = Field([], max_length=MAX_AMENITIES, description="all of them")
    min_price: Price | None = None
    max_price: Price | None = None
    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)] | None = None
    lng: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)] | None = None
    radius_km: Annotated[float, Field(gt=0, le=MAX_RADIUS, allow_inf_nan=False)] = Field(
        10.0, description="around lat and lng, up to the profile's search.max_radius_km"
    )
    favourites_only: bool = Field(False, description="needs a signed-in user")
    limit: int = Field(DEFAULT_RESULTS, ge=1, le=MAX_RESULTS)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if (self.lat is None) is not (self.lng is None):
            raise ValueError("lat and lng belong together")
        if self.lat is None and "radius_km" in self.model_fields_set:
            raise ValueError("radius_km needs lat and lng")
        if self.max_price is not None and (self.min_price or 0) > self.max_price:
            raise ValueError("min_price is above max_price")
        return self

    def wanted(self) -> Wanted:
        near = None
        if self.lat is not None and self.lng is not None:
            near = Near(self.lat, self.lng, self.radius_km)
        return Wanted(
            city=self.city,
            day=self.date,
            capacity=self.capacity,
            amenities=tuple(dict.fromkeys(self.amenities)),
            min_price=self.min_price,
            max_price=self.max_price,
            near=near,
            favourites_only=self.favourites_only,
            limit=self.limit,
        )


class QueryRead(Out):
    """What was searched for, as it was understood."""

    city: str | None
    date: dt.date | None
    min_capacity: int | None
    amenities: list[str]
    min_price: int | None
    max_price: int | None
    lat: float | None
    lng: float | None
    radius_km: float | None
    favourites_only: bool
    limit: int


class SlotRead(Out):
    start: Instant
    end: Instant


class ResultRead(Out):
    """A room with a free time on the day. Any part of a slot can be booked that is not too short."""

    room_id: UUID
    name: str
    venue_id: UUID
    venue: str
    city: str
    time_zone: str
    capacity: int
    rate_per_hour: MoneyRead
    available_slots: list[SlotRead] = Field(description="clipped to the place's own day")
    amenities: list[str]
    average_rating: float | None = Field(description="1 to 5 stars; null without reviews")
    photos: list[str]
    relaxed: list[str] = Field(
        description="wishes that it does not meet in full: amenities, capacity"
    )
    distance_km: float | None = Field(description="from lat and lng, null without them")


class SearchRead(Out):
    """Results in order of relevance; `count` is how many there are here."""

    query: QueryRead
    results: list[ResultRead]
    count: int


def search_body(wanted: Wanted, found: Sequence[Found[P]]) -> bytes:
    """A `SearchRead` as JSON."""
    results = ",".join(map(_result, found))
    return (
        f'{{"query":{_json(_query(wanted))},"count":{len(found)},"results":[{results}]}}'.encode()
    )


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _query(wanted: Wanted) -> dict[str, Any]:
    near = wanted.near
    return {
        "city": wanted.city,
        "date": wanted.day.isoformat() if wanted.day else None,
        "min_capacity": wanted.capacity,
        "amenities": wanted.amenities,
        "min_price": wanted.min_price,
        "max_price": wanted.max_price,
        "lat": near.lat if near else None,
        "lng": near.lng if near else None,
        "radius_km": near.radius_km if near else None,
        "favourites_only": wanted.favourites_only,
        "limit": wanted.limit,
    }


def _result(found: Found[P]) -> str:
    match = found.match
    away = "null" if match.distance_km is None else round(match.distance_km, 2)
    times, relaxed = _slots(found.slots), _relaxed(match.relaxed)
    return f'{_place(match.place)},"available_slots":{times},"relaxed":{relaxed},"distance_km":{away}}}'


@lru_cache(maxsize=4096)
def _place(place: Place) -> str:
    """What is the same in every search, without the closing brace. Places are values, so none can be stale."""
    told = {
        "room_id": str(place.id),
        "name": place.name,
        "venue_id": str(place.venue_id),
        "venue": place.venue_name,
        "city": place.city,
        "time_zone": place.zone,
        "capacity": place.capacity,
        "rate_per_hour": {"amount": place.rate.amount, "currency": place.rate.currency},
        "amenities": place.amenities,
        "average_rating": stars(place.rating_hundredths),
        "photos": place.photos,
    }
    return _json(told)[:-1]


@lru_cache(maxsize=1 << 14)
def _slots(slots: Slots) -> str:
    return _json([{"start": _zulu(start), "end": _zulu(end)} for start, end in slots])


@lru_cache
def _relaxed(wishes: tuple[str, ...]) -> str:
    return _json(wishes)


def _zulu(moment: dt.datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def stars(hundredths: int | None) -> float | None:
    """Hundredths of a star as people read them, 437 as 4.37."""
    return None if hundredths is None else hundredths / 100


class FavouriteToggle(In):
    room_id: UUID


class FavouriteRead(Out):
    """Whether the room is a favourite now; `count` is of how many people."""

    room_id: UUID
    favourite: bool
    count: int

    @classmethod
    def of(cls, toggled: Toggled) -> Self:
        return cls.model_validate(toggled)


class FavouriteRoomRead(Out):
    """A favourite; `count` is of how many people it is one."""

    room_id: UUID
    name: str
    venue_id: UUID
    venue: str
    city: str
    capacity: int
    rate_per_hour: MoneyRead
    average_rating: float | None
    photos: list[str]
    bookable: bool = Field(description="false while the room takes no bookings")
    count: int
    added_at: Instant

    @classmethod
    def of(cls, favourite: FavouritePlace[P]) -> Self:
        place = favourite.place
        return cls(
            room_id=place.id,
            name=place.name,
            venue_id=place.venue_id,
            venue=place.venue_name,
            city=place.city,
            capacity=place.capacity,
            rate_per_hour=MoneyRead.of(place.rate),
            average_rating=stars(place.rating_hundredths),
            photos=list(place.photos),
            bookable=favourite.bookable,
            count=favourite.count,
            added_at=favourite.added_at,
        )

    @classmethod
    def page(cls, found: Slice[FavouritePlace[P]]) -> Page[Self]:
        return Page(items=[cls.of(row) for row in found.rows], next_cursor=found.next_cursor)
