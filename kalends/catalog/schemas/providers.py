"""Providers on the wire."""

from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import MISSING, AfterValidator, BaseModel, ConfigDict, Field

from kalends.core.money import Money
from kalends.core.paging import PageQuery
from kalends.core.wire import MAX_AMOUNT, In, Instant, Line, MoneyRead, Out, Text

from ..types import (
    ALWAYS_OPEN,
    Base,
    Contacts,
    ExperienceLevel,
    NewProvider,
    ProviderFacts,
    ProviderKind,
    ProviderPage,
    ProviderState,
    TravelMode,
    TravelPolicy,
)
from .hours import HoursIn, HoursRead
from .values import (
    Address,
    Buffer,
    City,
    Email,
    Latitude,
    Longitude,
    Name,
    Phone,
    Photo,
    Reason,
    Zone,
    each_once,
)

_MAX_KM = 20_000

Username = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.-]{2,39}$", examples=["asha.mehndi"])]
Bio = Annotated[Text, Field(max_length=4000)]
Category = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,39}$", examples=["mehndi"])]
Categories = Annotated[list[Category], Field(max_length=20), AfterValidator(each_once)]
RegistrationNo = Annotated[Line, Field(min_length=1, max_length=60)]
Portfolio = Annotated[list[Photo], Field(max_length=100), AfterValidator(each_once)]
Kilometres = Annotated[int, Field(strict=True, ge=0, le=_MAX_KM)]


class FeeIn(In):
    """Like a price, but nothing is possible too."""

    amount: int = Field(strict=True, ge=0, le=MAX_AMOUNT)
    currency: str = Field(pattern=r"^[A-Z]{3}$")


class TravelIn(In):
    """Where the provider works, and what going to a customer costs: `per_km` beyond `free_km`."""

    modes: Annotated[list[TravelMode], Field(min_length=1, max_length=2), AfterValidator(each_once)]
    base: FeeIn
    per_km: FeeIn
    free_km: Kilometres = 0
    max_km: Kilometres | None = None

    def policy(self) -> TravelPolicy:
        return TravelPolicy(
            modes=tuple(self.modes),
            base=Money(self.base.amount, self.base.currency),
            per_km=Money(self.per_km.amount, self.per_km.currency),
            free_km=self.free_km,
            max_km=self.max_km,
        )


class ContactsIn(In):
    """Kept sealed; shown to the owner and to operators."""

    email: Email | None = None
    phone: Phone | None = None

    def contacts(self) -> Contacts:
        return Contacts(self.email, self.phone)


class BaseIn(In):
    """Where the provider works from. Without `time_zone` the marketplace's own."""

    address: Address
    city: City
    lat: Latitude = Field(examples=[18.5196])
    lng: Longitude = Field(examples=[73.8553])
    zone: Zone | None = Field(default=None, alias="time_zone", examples=["Asia/Kolkata"])

    def base(self) -> Base:
        return Base(**self.model_dump())


class ProviderOnboard(In):
    """Without `travel` customers come to the provider; without `hours` it is open round the clock."""

    kind: ProviderKind
    name: Name
    username: Username
    location: BaseIn
    bio: Bio = ""
    categories: Categories = Field(default=[])
    experience_level: ExperienceLevel | None = None
    registration_no: RegistrationNo | None = None
    contacts: ContactsIn = ContactsIn()
    travel: TravelIn | None = None
    hours: HoursIn | None = None
    portfolio: Portfolio = Field(default=[])
    buffer_minutes: Buffer | None = None

    def new(self) -> NewProvider:
        return NewProvider(
            kind=self.kind,
            name=self.name,
            username=self.username,
            base=self.location.base(),
            bio=self.bio,
            categories=tuple(self.categories),
            experience_level=self.experience_level,
            registration_no=self.registration_no,
            contacts=self.contacts.contacts(),
            travel=self.travel.policy() if self.travel else None,
            hours=self.hours.hours() if self.hours else ALWAYS_OPEN,
            portfolio=tuple(self.portfolio),
            buffer_minutes=self.buffer_minutes,
        )


class ProviderUpdate(In):
    """Only what is sent changes; null empties a field that may be empty."""

    name: Name | MISSING = MISSING
    username: Username | MISSING = MISSING
    location: BaseIn | MISSING = MISSING
    bio: Bio | MISSING = MISSING
    categories: Categories | MISSING = MISSING
    experience_level: ExperienceLevel | MISSING | None = MISSING
    registration_no: RegistrationNo | MISSING | None = MISSING
    contacts: ContactsIn | MISSING = MISSING
    travel: TravelIn | MISSING | None = MISSING
    hours: HoursIn | MISSING = MISSING
    portfolio: Portfolio | MISSING = MISSING
    buffer_minutes: Buffer | MISSING | None = MISSING

    def changes(self) -> dict[str, Any]:
        """The fields of NewProvider that were sent."""
        parts = {"location", "contacts", "travel", "hours"}
        changes = self.model_dump(exclude_unset=True, exclude=parts)
        if isinstance(self.location, BaseIn):
            changes["base"] = self.location.base()
        if isinstance(self.contacts, ContactsIn):
            changes["contacts"] = self.contacts.contacts()
        if "travel" in self.model_fields_set:
            changes["travel"] = self.travel.policy() if isinstance(self.travel, TravelIn) else None
        if isinstance(self.hours, HoursIn):
            changes["hours"] = self.hours.hours()
        return changes


class WhichQuery(BaseModel):
    """`provider_id` is needed only by those who run several."""

    model_config = ConfigDict(extra="forbid")

    provider_id: UUID | None = None


class PictureQuery(WhichQuery):
    url: Photo


class PictureIn(In):
    url: Photo
    provider_id: UUID | None = None


class Decision(In):
    """`reason` is told to the owner."""

    reason: Reason


class ProvidersQuery(PageQuery):
    state: ProviderState | None = None


class PortfolioRead(Out):
    portfolio: list[str]


class TravelRead(Out):
    modes: list[TravelMode]
    base: MoneyRead
    per_km: MoneyRead
    free_km: int
    max_km: int | None

    @classmethod
    def of(cls, travel: TravelPolicy) -> Self:
        return cls(
            modes=list(travel.modes),
            base=MoneyRead.of(travel.base),
            per_km=MoneyRead.of(travel.per_km),
            free_km=travel.free_km,
            max_km=travel.max_km,
        )


class LocationRead(Out):
    address: str
    city: str
    lat: float
    lng: float


class ProviderRead(Out):
    """What everybody may see. `location` is null for the provider of a venue, which has its own."""

    id: UUID
    kind: ProviderKind
    name: str
    username: str | None
    state: ProviderState
    bio: str
    categories: list[str]
    experience_level: ExperienceLevel | None
    location: LocationRead | None
    time_zone: str
    travel: TravelRead
    portfolio: list[str]
    buffer_minutes: int
    average_rating: float | None
    rating_count: int
    created_at: Instant

    @classmethod
    def of(cls, facts: ProviderFacts) -> "ProviderRead":
        return ProviderRead(**_public(facts))


class ContactsRead(Out):
    email: str | None
    phone: str | None


class PrivateRead(Out):
    """For the owner and operators. `reason` is why an operator last decided as they did."""

    registration_no: str | None
    contacts: ContactsRead
    reason: str | None


class ProviderPageRead(ProviderRead):
    """A provider with its hours; `private` is null for all but its owner and operators."""

    hours: HoursRead
    private: PrivateRead | None

    @classmethod
    def of_page(cls, page: ProviderPage) -> Self:
        return cls(
            **_public(page.facts),
            hours=HoursRead.of(page.hours, page.facts.zone),
            private=PrivateRead.model_validate(page.private) if page.private else None,
        )


class ProvidersRead(Out):
    items: list[ProviderRead]


def _public(facts: ProviderFacts) -> dict[str, Any]:
    hundredths = facts.rating_hundredths
    return {
        "id": facts.id,
        "kind": facts.kind,
        "name": facts.name,
        "username": facts.username,
        "state": facts.state,
        "bio": facts.bio,
        "categories": list(facts.categories),
        "experience_level": facts.experience_level,
        "location": LocationRead.model_validate(facts.base) if facts.base else None,
        "time_zone": facts.zone,
        "travel": TravelRead.of(facts.travel),
        "portfolio": list(facts.portfolio),
        "buffer_minutes": facts.buffer_minutes,
        "average_rating": None if hundredths is None else hundredths / 100,
        "rating_count": facts.rating_count,
        "created_at": facts.created_at,
    }
