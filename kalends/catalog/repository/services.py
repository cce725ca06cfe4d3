"""Services as rows, and who is qualified for them."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Select, Uuid, any_, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from kalends.core.database import constraint_of
from kalends.core.errors import Invalid
from kalends.core.ids import new_id
from kalends.core.money import Money
from kalends.core.paging import Slice, slice_of
from kalends.core.unit import Unit

from ..models import Provider, Service, ServiceStaff, StaffMember
from ..types import (
    ChecklistItem,
    NewService,
    PlaceStatus,
    PriceUnit,
    ProviderKind,
    ProviderState,
    ServiceFacts,
    ServiceFilter,
    ServiceType,
)

S = Service.metadata.tables["services"].c
P = Provider.metadata.tables["providers"].c
_JOINED = Service.metadata.tables["services"].join(
    Provider.metadata.tables["providers"], P.id == S.provider_id
)
_FACTS = (
    S.id,
    S.provider_id,
    P.name,
    P.kind,
    P.state,
    S.type,
    S.name,
    S.description,
    S.price,
    S.currency,
    S.price_unit,
    S.duration_min,
    S.category,
    S.image,
    S.checklist,
    S.status,
    S.created_at,
    S.updated_at,
)
_ACTIVE = PlaceStatus.active.value


def _query() -> Select[*tuple[Any, ...]]:
    return select(*_FACTS).select_from(_JOINED)


_BY_ID = _query().where(S.id == any_(bindparam("ids", type_=ARRAY(Uuid))))


def _facts(row: Sequence[Any]) -> ServiceFacts:
    service_id, provider_id, provider, kind, state, of_type, name, description = row[:8]
    price, currency, price_unit, duration, category, image, checklist, status = row[8:16]
    return ServiceFacts(
        id=service_id,
        provider_id=provider_id,
        provider_name=provider,
        provider_kind=ProviderKind(kind),
        provider_state=ProviderState(state),
        type=ServiceType(of_type),
        name=name,
        description=description,
        price=Money(price, currency),
        price_unit=PriceUnit(price_unit),
        duration_min=duration,
        category=category,
        image=image,
        checklist=tuple(ChecklistItem(**item) for item in checklist),
        status=PlaceStatus(status),
        created_at=row[16],
        updated_at=row[17],
    )


async def services_by_id(unit: Unit, ids: Collection[UUID]) -> dict[UUID, ServiceFacts]:
    """Every service of these that ever was, deleted ones too."""
    if not ids:
        return {}
    rows = await unit.session.execute(_BY_ID, {"ids": list(ids)})
    return {row[0]: _facts(row) for row in rows}


async def services_offered(
    unit: Unit, provider_ids: Collection[UUID], of_type: str
) -> list[ServiceFacts]:
    """All active services of that type of these providers, by id."""
    query = _query().where(
        S.provider_id == any_(bindparam("ids", type_=ARRAY(Uuid))),
        S.type == of_type,
        S.status == _ACTIVE,
    )
    rows = await unit.session.execute(query.order_by(S.id), {"ids": list(provider_ids)})
    return [_facts(row) for row in rows]


async def services_of(
    unit: Unit, provider_id: UUID, statuses: Collection[str], page: tuple[int, UUID | None]
) -> Slice[ServiceFacts]:
    """A page of a provider's services, oldest first; `page` is the limit and the last id seen."""
    query = _query().where(S.provider_id == provider_id, S.status.in_(statuses))
    return await _page(unit, query, page)


async def find_services(
    unit: Unit, wanted: ServiceFilter, page: tuple[int, UUID | None]
) -> Slice[ServiceFacts]:
    """A page of the bookable services that fit, oldest first."""
    query = _query().where(S.status == _ACTIVE, P.state == ProviderState.active.value)
    for word in wanted.words:
        query = query.where(S.search.contains(word.lower(), autoescape=True))
    same = {S.category: wanted.category, S.provider_id: wanted.provider_id}
    same[S.type] = wanted.type.value if wanted.type else None
    query = query.where(*(column == value for column, value in same.items() if value is not None))
    if wanted.min_price is not None:
        query = query.where(S.price >= wanted.min_price)
    if wanted.max_price is not None:
        query = query.where(S.price <= wanted.max_price)
    return await _page(unit, query, page)


async def _page(
    unit: Unit, query: Select[*tuple[Any, ...]], page: tuple[int, UUID | None]
) -> Slice[ServiceFacts]:
    limit, after = page
    if after is not None:
        query = query.where(S.id > after)
    rows = await unit.session.execute(query.order_by(S.id).limit(limit + 1))
    return slice_of([_facts(row) for row in rows], limit, lambda found: (found.id,))


async def add_service(unit: Unit, provider_id: UUID, new: NewService) -> UUID:
    service_id = new_id()
    values = {
        "id": service_id,
        "provider_id": provider_id,
        "type": new.type.value,
        "name": new.name,
        "description": new.description,
        "price": new.price.amount,
        "currency": new.price.currency,
        "price_unit": new.price_unit.value,
        "duration_min": new.duration_min,
        "category": new.category,
        "image": new.image,
        "checklist": [asdict(item) for item in new.checklist],
        "created_at": unit.now,
        "updated_at": unit.now,
    }
    await unit.session.execute(insert(Service).values(values))
    return service_id


async def change_service(unit: Unit, service_id: UUID, values: dict[str, Any]) -> None:
    change = update(Service).where(S.id == service_id)
    await unit.session.execute(change.values(**values, updated_at=unit.now))


async def staff_of_service(unit: Unit, service_id: UUID) -> list[UUID]:
    """Those who can do the service, by id; who left is not among them."""
    query = (
        select(ServiceStaff.staff_id)
        .join(StaffMember, StaffMember.id == ServiceStaff.staff_id)
        .where(
            ServiceStaff.service_id == service_id,
            StaffMember.status != PlaceStatus.deleted.value,
        )
        .order_by(ServiceStaff.staff_id)
    )
    return list((await unit.session.execute(query)).scalars())


async def qualify(
    unit: Unit,
    provider_id: UUID,
    *,
    service: UUID | None = None,
    staff: UUID | None = None,
    others: Collection[UUID] = (),
) -> None:
    """Let exactly these `others` be the staff of a service, or the services of a member of the staff.

    Raises Invalid for one that is not of this provider.
    """
    ours, theirs = ("service_id", "staff_id") if service else ("staff_id", "service_id")
    subject = service or staff
    column = getattr(ServiceStaff, ours)
    await unit.session.execute(delete(ServiceStaff).where(column == subject))
    rows = [{ours: subject, theirs: other, "provider_id": provider_id} for other in others]
    if not rows:
        return
    try:
        await unit.session.execute(insert(ServiceStaff).values(rows))
    except IntegrityError as error:
        if not (constraint_of(error) or "").endswith("_of_provider"):
            raise
        raise Invalid(f"there is no such {theirs} at this provider") from error
