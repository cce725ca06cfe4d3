"""Whose services they are: the policy rows, and fetching a service for somebody who may have it."""

from uuid import UUID

from kalends.core.errors import NotFound
from kalends.core.policy import Rule, UnitKind, Who
from kalends.core.unit import Unit

from ..repository import services
from ..types import PlaceStatus, ServiceFacts
from .providers import runs

_FEATURE = "services"
_SEEN = Rule(
    Who.public,
    "active services; those who run the provider see inactive ones",
    UnitKind.read,
    feature=_FEATURE,
)
_CHANGES = Rule(Who.manager, "services of the providers that one runs", feature=_FEATURE)

SERVICES = {
    "POST /services": Rule(_CHANGES.who, _CHANGES.relation, keyed=True, feature=_FEATURE),
    "GET /services/search": Rule(
        Who.public, "active services", UnitKind.read, limit="search", feature=_FEATURE
    ),
    "GET /services/provider/{provider_id}": _SEEN,
    "GET /services/{service_id}": _SEEN,
    "PATCH /services/{service_id}": _CHANGES,
    "DELETE /services/{service_id}": _CHANGES,
}


async def access_service(unit: Unit, service_id: UUID) -> ServiceFacts:
    """The service, for somebody who may run its provider. Raises NotFound when missing or not theirs."""
    found = await _service(unit, service_id)
    if not runs(unit.principal, found.provider_id):
        raise NotFound
    return found


async def see_service(unit: Unit, service_id: UUID) -> ServiceFacts:
    """The service, for anybody; one that cannot be booked only for who may run it. Raises NotFound."""
    found = await _service(unit, service_id)
    mine = unit.principal.is_operator or runs(unit.principal, found.provider_id)
    if not found.bookable and not mine:
        raise NotFound
    return found


async def _service(unit: Unit, service_id: UUID) -> ServiceFacts:
    found = (await services.services_by_id(unit, [service_id])).get(service_id)
    if found is None or found.status is PlaceStatus.deleted:
        raise NotFound
    return found
