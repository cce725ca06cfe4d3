"""Services on the wire."""

from collections.abc import Sequence
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import MISSING, AfterValidator, Field, model_validator

from kalends.core.paging import PageQuery
from kalends.core.wire import MAX_AMOUNT, In, Instant, Line, MoneyIn, MoneyRead, Out

from ..types import (
    ChecklistItem,
    NewService,
    PlaceStatus,
    PriceUnit,
    ServiceFacts,
    ServiceFilter,
    ServiceType,
)
from .providers import Bio, Category
from .values import Name, Photo, Shown, each_once

MAX_WORDS = 8
_PLAIN = ("id", "provider_id", "type", "name", "description", "price_unit", "duration_min")
_PLAIN_TOO = ("category", "image", "event_role", "status", "created_at", "updated_at")
Duration = Annotated[int, Field(strict=True, ge=1, le=10_080, description="minutes")]
Members = Annotated[list[UUID], Field(max_length=200), AfterValidator(each_once)]
Price = Annotated[int, Field(ge=0, le=MAX_AMOUNT, description="minor units, inclusive")]
Words = Annotated[Line, Field(min_length=1, max_length=100)]


class ChecklistItemIn(In):
    text: Annotated[Line, Field(min_length=1, max_length=200)]
    mandatory: bool = Field(default=False, strict=True)


Checklist = Annotated[list[ChecklistItemIn], Field(max_length=50)]


class ServiceCreate(In):
    """`price` is for the whole service, or for an hour of it. `staff` are those who can do it.

    `provider_id` is needed only by those who run several.
    """

    provider_id: UUID | None = None
    type: ServiceType
    name: Name
    price: MoneyIn
    price_unit: PriceUnit = PriceUnit.fixed
    duration_min: Duration
    category: Category
    description: Bio = ""
    image: Photo | None = None
    checklist: Checklist = Field(default=[])
    staff: Members = Field(default=[])

    def new(self) -> NewService:
        return NewService(
            type=self.type,
            name=self.name,
            price=self.price.money(),
            duration_min=self.duration_min,
            category=self.category,
            price_unit=self.price_unit,
            description=self.description,
            image=self.image,
            checklist=_items(self.checklist),
            staff=tuple(self.staff),
        )


class ServiceUpdate(In):
    """Only what is sent changes; null empties the image. `staff` replaces all who can do it."""

    type: ServiceType | MISSING = MISSING
    name: Name | MISSING = MISSING
    price: MoneyIn | MISSING = MISSING
    price_unit: PriceUnit | MISSING = MISSING
    duration_min: Duration | MISSING = MISSING
    category: Category | MISSING = MISSING
    description: Bio | MISSING = MISSING
    image: Photo | MISSING | None = MISSING
    checklist: Checklist | MISSING = MISSING
    staff: Members | MISSING = MISSING
    status: Shown | MISSING = MISSING

    def changes(self) -> dict[str, Any]:
        """The fields of NewService that were sent, and `status`."""
        changes = self.model_dump(exclude_unset=True, exclude={"price", "checklist"})
        if self.price is not MISSING:
            changes["price"] = self.price.money()
        if self.checklist is not MISSING:
            changes["checklist"] = _items(self.checklist)
        return changes


class ServiceQuery(PageQuery):
    """All of the words of `q` occur in what is found; `category` and the rest narrow it."""

    q: Words | None = None
    category: Category | None = None
    type: ServiceType | None = None
    provider_id: UUID | None = None
    min_price: Price | None = None
    max_price: Price | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.max_price is not None and (self.min_price or 0) > self.max_price:
            raise ValueError("min_price is above max_price")
        return self

    def wanted(self) -> ServiceFilter:
        return ServiceFilter(
            words=words_of(self.q),
            category=self.category,
            type=self.type,
            provider_id=self.provider_id,
            min_price=self.min_price,
            max_price=self.max_price,
        )


class ProviderSummary(Out):
    id: UUID
    name: str


class ServiceRead(Out):
    """`event_role` is what the service can stand for on an event."""

    id: UUID
    provider_id: UUID
    provider: ProviderSummary
    type: ServiceType
    name: str
    description: str
    price: MoneyRead
    price_unit: PriceUnit
    duration_min: int
    category: str
    image: str | None
    checklist: list[ChecklistItemIn]
    event_role: str
    status: PlaceStatus
    created_at: Instant
    updated_at: Instant

    @classmethod
    def of(cls, service: ServiceFacts) -> "ServiceRead":
        return ServiceRead(**_public(service))


class ServicePageRead(ServiceRead):
    """A service with the ids of those who can do it."""

    staff: list[UUID]

    @classmethod
    def of_page(cls, page: tuple[ServiceFacts, Sequence[UUID]]) -> Self:
        service, staff = page
        return cls(**_public(service), staff=list(staff))


def words_of(text: str | None) -> tuple[str, ...]:
    """The first few words of a text search, in lower case."""
    return tuple(dict.fromkeys((text or "").lower().split()))[:MAX_WORDS]


def _items(checklist: Sequence[ChecklistItemIn]) -> tuple[ChecklistItem, ...]:
    return tuple(ChecklistItem(item.text, item.mandatory) for item in checklist)


def _public(service: ServiceFacts) -> dict[str, Any]:
    return {name: getattr(service, name) for name in (*_PLAIN, *_PLAIN_TOO)} | {
        "provider": ProviderSummary(id=service.provider_id, name=service.provider_name),
        "price": MoneyRead.of(service.price),
        "checklist": [
            ChecklistItemIn(text=item.text, mandatory=item.mandatory) for item in service.checklist
        ],
    }
