"""Whose providers they are: the policy rows, and fetching a provider for somebody who may have it."""

from uuid import UUID

from kalends.core.errors import NotFound
from kalends.core.policy import Rule, UnitKind, Who
from kalends.core.principal import ActorKind, Principal
from kalends.core.unit import Unit

from ..errors import WhichProvider
from ..repository import providers
from ..types import ProviderFacts

_FEATURE = "providers"
_OWN = "the providers that one runs"
_TAXED = "the provider that one owns; operators any"
_DECIDES = Rule(Who.moderator, "every provider", feature=_FEATURE)
_STOPS = Rule(Who.moderator, "every provider", confirm=True, feature=_FEATURE)

PROVIDERS = {
    "POST /providers/onboard": Rule(
        Who.signed_in, "a new provider of one's own", keyed=True, feature=_FEATURE
    ),
    "GET /providers/me": Rule(Who.signed_in, _OWN, UnitKind.read, feature=_FEATURE),
    "PATCH /providers/profile": Rule(Who.manager, _OWN, feature=_FEATURE),
    "GET /providers/portfolio": Rule(Who.manager, _OWN, UnitKind.read, feature=_FEATURE),
    "POST /providers/portfolio": Rule(Who.manager, _OWN, keyed=True, feature=_FEATURE),
    "DELETE /providers/portfolio": Rule(Who.manager, _OWN, feature=_FEATURE),
    "GET /providers/tax-details": Rule(Who.signed_in, _TAXED, UnitKind.read),
    "PUT /providers/tax-details": Rule(Who.manager, _TAXED),
    "GET /providers/{provider_id}": Rule(
        Who.public,
        "active providers; those who run one see it always",
        UnitKind.read,
        feature=_FEATURE,
    ),
    "GET /providers/{provider_id}/cancellation-tiers": Rule(
        Who.public,
        "active providers; those who run one see it always",
        UnitKind.read,
        feature="events",
    ),
    "PUT /providers/cancellation-tiers": Rule(Who.manager, _OWN, feature="events"),
    "GET /admin/providers": Rule(Who.operator, "every provider", UnitKind.read, feature=_FEATURE),
    "PATCH /admin/providers/{provider_id}/approve": _DECIDES,
    "PATCH /admin/providers/{provider_id}/needs-changes": _DECIDES,
    "PATCH /admin/providers/{provider_id}/suspend": _STOPS,
    "PATCH /admin/providers/{provider_id}/activate": _STOPS,
}


def runs(principal: Principal, provider_id: UUID) -> bool:
    """Whether the provider is theirs to run: its owners and managers, operators who may act, the system."""
    return (
        principal.kind is ActorKind.system
        or principal.runs_marketplace
        or principal.manages(provider_id)
    )


def sees_private(principal: Principal, provider: ProviderFacts) -> bool:
    """Whether registration number and contacts are shown to them: the owner's own, and operators."""
    owned = provider.id in _owned(principal)
    return principal.kind is ActorKind.system or principal.is_operator or owned


def owned_provider(unit: Unit, provider_id: UUID | None) -> UUID:
    """The provider that is meant, for its owner and for operators: the named one, or the caller's only one.

    Raises NotFound when it is not theirs, WhichProvider when one has to be named.
    """
    mine = _owned(unit.principal)
    if provider_id is not None:
        if provider_id not in mine and not unit.principal.is_operator:
            raise NotFound
        return provider_id
    if len(mine) > 1 or unit.principal.is_operator:
        raise WhichProvider
    if not mine:
        raise NotFound
    return mine[0]


def _owned(principal: Principal) -> list[UUID]:
    whole = (m for m in principal.memberships if m.role == "owner" and m.place_id is None)
    return sorted({m.provider_id for m in whole})


def own_provider(unit: Unit, provider_id: UUID | None) -> UUID:
    """The provider that is meant: the named one, or the only one that the caller runs.

    Raises NotFound when it is not theirs, WhichProvider when one has to be named.
    """
    if provider_id is not None:
        if not runs(unit.principal, provider_id):
            raise NotFound
        return provider_id
    mine = providers_run_by(unit.principal)
    if len(mine) != 1:
        raise WhichProvider
    return mine[0]


def providers_run_by(principal: Principal) -> list[UUID]:
    """Those that they own or manage as a whole."""
    return sorted(
        {m.provider_id for m in principal.memberships if principal.manages(m.provider_id)}
    )


async def access_provider(unit: Unit, provider_id: UUID | None) -> ProviderFacts:
    """The provider, or the caller's only one, for somebody who may run it. Raises NotFound, WhichProvider."""
    wanted = own_provider(unit, provider_id)
    found = (await providers.providers_by_id(unit, [wanted])).get(wanted)
    if found is None:
        raise NotFound
    return found


async def see_provider(unit: Unit, provider_id: UUID) -> ProviderFacts:
    """The provider, for anybody; one that may not sell only for who may run it. Raises NotFound."""
    found = (await providers.providers_by_id(unit, [provider_id])).get(provider_id)
    if found is None:
        raise NotFound
    mine = unit.principal.is_operator or runs(unit.principal, provider_id)
    if not found.bookable and not mine:
        raise NotFound
    return found
