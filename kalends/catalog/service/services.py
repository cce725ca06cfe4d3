"""Making, changing, finding and withdrawing services."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from kalends.core.errors import Invalid
from kalends.core.paging import Slice
from kalends.core.unit import Unit

from ..access import access_provider, access_service, runs, see_provider, see_service
from ..events import ServiceChanged
from ..repository import services as stored
from ..types import NewService, PlaceStatus, ServiceFacts, ServiceFilter, ServiceType
from .audit import difference, note
from .prices import accept_price


async def get_service(unit: Unit, service_id: UUID) -> ServiceFacts:
    """The service as the principal may see it: a bookable one, or one's own. Raises NotFound."""
    return await see_service(unit, service_id)


async def services_by_id(unit: Unit, ids: Collection[UUID]) -> dict[UUID, ServiceFacts]:
    """Those of the services that ever were, deleted ones too: old bookings name them."""
    return await stored.services_by_id(unit, ids)


async def services_offered(
    unit: Unit, provider_ids: Collection[UUID], of_type: ServiceType
) -> list[ServiceFacts]:
    """All active services of that type of these providers, by id; one statement."""
    return await stored.services_offered(unit, provider_ids, of_type.value) if provider_ids else []


async def show_service(unit: Unit, service_id: UUID) -> tuple[ServiceFacts, Sequence[UUID]]:
    """The service, and who can do it. Raises NotFound."""
    found = await see_service(unit, service_id)
    return found, await stored.staff_of_service(unit, service_id)


async def list_services(
    unit: Unit, provider_id: UUID, page: tuple[int, UUID | None]
) -> Slice[ServiceFacts]:
    """A provider's services, oldest first; who may run it sees inactive ones too. Raises NotFound."""
    await see_provider(unit, provider_id)
    statuses = [PlaceStatus.active.value]
    if unit.principal.is_operator or runs(unit.principal, provider_id):
        statuses.append(PlaceStatus.inactive.value)
    return await stored.services_of(unit, provider_id, statuses, page)


async def find_services(
    unit: Unit, wanted: ServiceFilter, page: tuple[int, UUID | None]
) -> Slice[ServiceFacts]:
    """The bookable services that fit, oldest first."""
    return await stored.find_services(unit, wanted, page)


async def create_service(
    unit: Unit, provider_id: UUID | None, new: NewService
) -> tuple[ServiceFacts, Sequence[UUID]]:
    """Offer a service of one's own provider, bookable at once where the provider is active.

    Raises NotFound, WhichProvider, and Invalid for a type, category, price or staff that there is not.
    """
    provider = await access_provider(unit, provider_id)
    accept_price(unit, new.price)
    _accept(unit, new.type, new.category)
    service_id = await stored.add_service(unit, provider.id, new)
    await stored.qualify(unit, provider.id, service=service_id, others=new.staff)
    unit.emit(ServiceChanged(service_id=service_id))
    await note(unit, "service.created", service_id, {"name": new.name, "price": str(new.price)})
    return await show_service(unit, service_id)


async def change_service(
    unit: Unit, service_id: UUID, changes: Mapping[str, Any]
) -> tuple[ServiceFacts, Sequence[UUID]]:
    """Set the named fields of NewService and `status`; bookings keep the price that they were made at.

    Raises NotFound, and Invalid for a type, category, price or staff that there is not.
    """
    before = await access_service(unit, service_id)
    _accept(unit, changes.get("type"), changes.get("category"))
    columns = dict(changes)
    staff = columns.pop("staff", None)
    if "price" in columns:
        price = accept_price(unit, columns["price"])
        columns |= {"price": price.amount, "currency": price.currency}
    if "checklist" in columns:
        columns["checklist"] = [asdict(item) for item in columns["checklist"]]
    if staff is not None:
        await stored.qualify(unit, before.provider_id, service=service_id, others=staff)
    if changes:
        await stored.change_service(unit, service_id, columns)
        unit.emit(ServiceChanged(service_id=service_id))
        told = difference(asdict(before) | {"staff": "changed"}, changes)
        await note(unit, "service.changed", service_id, told)
    return await show_service(unit, service_id)


async def delete_service(unit: Unit, service_id: UUID) -> None:
    """Withdraw a service for good: bookings that have it keep it, new ones cannot. Raises NotFound."""
    before = await access_service(unit, service_id)
    await stored.change_service(unit, service_id, {"status": PlaceStatus.deleted.value})
    unit.emit(ServiceChanged(service_id=service_id))
    await note(unit, "service.deleted", service_id, {"name": before.name})


def _accept(unit: Unit, of_type: ServiceType | None, category: str | None) -> None:
    """Raises Invalid for what this marketplace does not have."""
    types, categories = unit.profile.services.types, unit.profile.providers.categories
    if of_type is not None and of_type.value not in types:
        raise Invalid(f"type: services here are one of: {', '.join(types)}")
    if category is not None and categories and category not in categories:
        known = ", ".join(categories)
        raise Invalid(f"category: there is no {category!r} here; use some of: {known}")
