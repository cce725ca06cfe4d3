"""The facts about services that other rooms may hold."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from kalends.core.money import Money

from .places import PlaceStatus
from .providers import ProviderKind, ProviderState


class ServiceType(StrEnum):
    """`instant`: asked for now; `flexi`: talked about first; `standard`: booked by the slot."""

    instant = "instant"
    flexi = "flexi"
    standard = "standard"


class PriceUnit(StrEnum):
    fixed = "fixed"
    per_hour = "per_hour"


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """A step of the work; a `mandatory` one has to be done before the job is."""

    text: str
    mandatory: bool = False


@dataclass(frozen=True, slots=True)
class NewService:
    """A service to offer; `price` is for all of it, or for an hour. `staff` are those who can do it."""

    type: ServiceType
    name: str
    price: Money
    duration_min: int
    category: str
    price_unit: PriceUnit = PriceUnit.fixed
    description: str = ""
    image: str | None = None
    checklist: tuple[ChecklistItem, ...] = ()
    staff: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceFacts:
    """What is sold. Only a `bookable` one takes new bookings; `duration_min` counts minutes.

    `provider_kind` tells a venue's rate from a service's on an event.
    """

    id: UUID
    provider_id: UUID
    provider_name: str
    provider_kind: ProviderKind
    provider_state: ProviderState
    type: ServiceType
    name: str
    description: str
    price: Money
    price_unit: PriceUnit
    duration_min: int
    category: str
    image: str | None
    checklist: tuple[ChecklistItem, ...]
    status: PlaceStatus
    created_at: datetime
    updated_at: datetime

    @property
    def bookable(self) -> bool:
        return self.status is PlaceStatus.active and self.provider_state is ProviderState.active

    @property
    def event_role(self) -> str:
        """As what it stands in an event: `venue` or `service`."""
        return "venue" if self.provider_kind is ProviderKind.venue else "service"


@dataclass(frozen=True, slots=True)
class ServiceFilter:
    """Which bookable services to find; None and empty mean: any. Prices are minor units, inclusive."""

    words: tuple[str, ...] = ()
    category: str | None = None
    type: ServiceType | None = None
    provider_id: UUID | None = None
    min_price: int | None = None
    max_price: int | None = None
