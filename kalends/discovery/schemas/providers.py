"""Finding providers on the wire."""

from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field, model_validator

from kalends.catalog import ProviderFacts, ProviderKind, TravelMode
from kalends.core.paging import Page, PageQuery, Slice
from kalends.core.wire import MAX_AMOUNT, Line, Out

from ..types import FoundProvider, Near, WantedProviders
from .rooms import Day

MAX_RADIUS, MAX_WORDS = 20_100, 8
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Price = Annotated[int, Field(ge=0, le=MAX_AMOUNT, description="minor units, inclusive")]
Category = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
Radius = Annotated[float, Field(gt=0, le=MAX_RADIUS, allow_inf_nan=False)]


class ProvidersQuery(PageQuery):
    """`user_lat` and `user_long` are other names of `lat` and `lng`."""

    lat: Latitude | None = None
    lng: Longitude | None = None
    user_lat: Latitude | None = None
    user_long: Longitude | None = None
    radius_km: Radius = Field(10.0, description="up to the profile's search.max_radius_km")
    category: Category | None = None
    min_price: Price | None = None
    max_price: Price | None = None
    min_rating: Annotated[float, Field(ge=1, le=5, allow_inf_nan=False)] | None = None
    available_on: Day | None = Field(None, description="who has time left that day, where they are")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if (self._north is None) is not (self._east is None):
            raise ValueError("lat and lng belong together")
        if self.max_price is not None and (self.min_price or 0) > self.max_price:
            raise ValueError("min_price is above max_price")
        return self

    @property
    def _north(self) -> float | None:
        return self.user_lat if self.lat is None else self.lat

    @property
    def _east(self) -> float | None:
        return self.user_long if self.lng is None else self.lng

    def wanted(self, **more: Any) -> WantedProviders:
        near = None
        if self._north is not None and self._east is not None:
            near = Near(self._north, self._east, self.radius_km)
        return WantedProviders(
            near=near,
            category=self.category,
            min_price=self.min_price,
            max_price=self.max_price,
            min_rating=self.min_rating,
            free_on=self.available_on,
            **more,
        )


class NearbyQuery(ProvidersQuery):
    """A point, as `lat` and `lng` or `user_lat` and `user_long`, is needed."""

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if self._north is None:
            raise ValueError("say where: lat and lng")
        return self


class ProviderSearchQuery(ProvidersQuery):
    """All of the words of `q` occur in name, username, city or description."""

    q: Annotated[Line, Field(min_length=1, max_length=100)] | None = None
    city: Annotated[Line, Field(min_length=1, max_length=80)] | None = None

    def wanted(self, **more: Any) -> WantedProviders:
        words = tuple(dict.fromkeys((self.q or "").lower().split()))[:MAX_WORDS]
        return super().wanted(words=words, city=self.city, **more)


class FoundProviderRead(Out):
    """A provider with how far away it is, and how well it is rated and near taken together."""

    provider_id: UUID
    name: str
    username: str | None
    kind: ProviderKind
    categories: list[str]
    city: str | None
    lat: float | None
    lng: float | None
    travel_modes: list[TravelMode]
    portfolio: list[str]
    average_rating: float | None
    rating_count: int
    distance_km: float | None = Field(description="null without a point")
    score: float = Field(description="0 to 1; the list is in its order")

    @classmethod
    def of(cls, found: FoundProvider[ProviderFacts]) -> "FoundProviderRead":
        facts, hundredths = found.provider, found.provider.rating_hundredths
        base = facts.base
        return FoundProviderRead(
            provider_id=facts.id,
            name=facts.name,
            username=facts.username,
            kind=facts.kind,
            categories=list(facts.categories),
            city=base.city if base else None,
            lat=base.lat if base else None,
            lng=base.lng if base else None,
            travel_modes=list(facts.travel.modes),
            portfolio=list(facts.portfolio),
            average_rating=None if hundredths is None else hundredths / 100,
            rating_count=facts.rating_count,
            distance_km=None if found.distance_km is None else round(found.distance_km, 3),
            score=found.score,
        )

    @classmethod
    def page(cls, found: Slice[FoundProvider[ProviderFacts]]) -> "Page[FoundProviderRead]":
        return Page(items=[cls.of(one) for one in found.rows], next_cursor=found.next_cursor)
