"""The facts about providers that other rooms may hold."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from kalends.core.money import Money

from .places import ALWAYS_OPEN, Hours, SpecialDays, Week


class ProviderKind(StrEnum):
    individual = "individual"
    business = "business"
    venue = "venue"
    vendor = "vendor"
    salon = "salon"


class ProviderState(StrEnum):
    """Only an `active` one is shown to everybody and can be booked."""

    pending = "pending"
    needs_changes = "needs_changes"
    active = "active"
    suspended = "suspended"


class ExperienceLevel(StrEnum):
    beginner = "beginner"
    intermediate = "intermediate"
    expert = "expert"


class TravelMode(StrEnum):
    client_location = "client_location"
    provider_place = "provider_place"


@dataclass(frozen=True, slots=True)
class TravelPolicy:
    """Where a provider works, and what the way costs: `base`, and `per_km` beyond `free_km`.

    `max_km` is how far they go at all, None for anywhere.
    """

    modes: tuple[TravelMode, ...]
    base: Money
    per_km: Money
    free_km: int = 0
    max_km: int | None = None


@dataclass(frozen=True, slots=True)
class CancellationTier:
    """More than `over_hours` before the start, or exactly that many if `inclusive`: `percent` back."""

    over_hours: int
    percent: int
    inclusive: bool = False


@dataclass(frozen=True, slots=True)
class Contacts:
    """How operators and nobody else reach a provider; not part of what is public."""

    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Base:
    """Where a provider works from; `zone` is an IANA name, `lat`/`lng` are degrees."""

    address: str
    city: str
    lat: float
    lng: float
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class NewProvider:
    """A provider to onboard. Without `travel` customers come to the provider's place."""

    kind: ProviderKind
    name: str
    username: str
    base: Base
    bio: str = ""
    categories: tuple[str, ...] = ()
    experience_level: ExperienceLevel | None = None
    registration_no: str | None = field(default=None, repr=False)
    contacts: Contacts = field(default=Contacts(), repr=False)
    travel: TravelPolicy | None = None
    hours: Hours = ALWAYS_OPEN
    portfolio: tuple[str, ...] = ()
    buffer_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class ProviderFacts:
    """What decides whether a provider can be booked, and where, when and at what travel price.

    `base` is None for the provider of a place, which has its own address. `buffer_minutes` are kept free
    after each job. `rating_hundredths` is the average of `rating_count` reviews, 100 to 500, None
    without reviews. `weekly` and `exceptions` are opening hours in the wall time of `zone`. `tiers` are its
    own ones of cancellation, none: the marketplace's.
    """

    id: UUID
    kind: ProviderKind
    name: str
    owner_user_id: UUID | None
    state: ProviderState
    username: str | None
    bio: str
    categories: tuple[str, ...]
    experience_level: ExperienceLevel | None
    base: Base | None
    zone: str
    travel: TravelPolicy
    weekly: Week
    exceptions: SpecialDays
    portfolio: tuple[str, ...]
    buffer_minutes: int
    rating_hundredths: int | None
    rating_count: int
    created_at: datetime
    tiers: tuple[CancellationTier, ...] = ()

    @property
    def bookable(self) -> bool:
        return self.state is ProviderState.active


@dataclass(frozen=True, slots=True)
class PrivateFacts:
    """What only a provider's owner and operators are shown. `reason` is why an operator last decided."""

    registration_no: str | None = field(repr=False)
    contacts: Contacts = field(repr=False)
    reason: str | None


@dataclass(frozen=True, slots=True)
class ProviderPage:
    """A provider as its own page shows it; `private` is None for who may not see it."""

    facts: ProviderFacts
    hours: Hours
    private: PrivateFacts | None


@dataclass(frozen=True, slots=True)
class ProviderFilter:
    """Which active providers to look for; None and empty mean: any.

    `box` is (lat_min, lat_max, lng_min, lng_max) in degrees, one whose lng_min is greater crosses the
    180th meridian; with `near` (a point and kilometres) only what lies within. Prices are of any one
    active service, in minor units, both ends included. `words` must all occur in what is public of them.
    `sells` is the type and category of an active service that they must have.
    """

    near: tuple[float, float, float] | None = None
    box: tuple[float, float, float, float] | None = None
    city: str | None = None
    category: str | None = None
    words: tuple[str, ...] = ()
    min_price: int | None = None
    max_price: int | None = None
    min_rating_hundredths: int | None = None
    sells: tuple[str, str] | None = None
    limit: int = 500


@dataclass(frozen=True, slots=True)
class NearProvider:
    """A provider that fits, how far it is from the point (None without one), and how it is rated."""

    id: UUID
    distance_km: float | None
    rating_hundredths: int | None
