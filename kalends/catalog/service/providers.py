"""Providers: somebody starts to sell, says more about it, and shows what they have done."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from kalends.core.errors import Invalid
from kalends.core.paging import Slice
from kalends.core.principal import ActorKind
from kalends.core.states import Order, begin, fire
from kalends.core.unit import Unit
from kalends.identity import add_membership

from ..access import access_provider, providers_run_by, see_provider, sees_private
from ..events import ProviderChanged
from ..processes import PROVIDERS
from ..repository import near
from ..repository import providers as stored
from ..rules import read_hours
from ..types import (
    NearProvider,
    NewProvider,
    ProviderFacts,
    ProviderFilter,
    ProviderPage,
    ProviderState,
    TravelPolicy,
)
from .audit import difference, note
from .prices import accept_price
from .rooms import accept_hours


async def onboard(unit: Unit, new: NewProvider) -> ProviderPage:
    """Start to sell as the signed-in user, who becomes the owner.

    Raises AlreadyOnboarded for a second profile of one person, UsernameTaken, and Invalid for a kind,
    category, price or hours that this marketplace does not have.
    """
    if new.kind.value not in unit.profile.providers.kinds:
        kinds = ", ".join(unit.profile.providers.kinds)
        raise Invalid(f"kind: providers here are one of: {kinds}")
    _accept(unit, {"categories": new.categories, "portfolio": new.portfolio, "travel": new.travel})
    row = await stored.add_provider(unit, replace(new, hours=accept_hours(new.hours)))
    await add_membership(unit, unit.user_id, "owner", row.id)
    await begin(unit, PROVIDERS, row, ActorKind.customer)
    if unit.profile.providers.approval == "auto":
        await fire(unit, PROVIDERS, row.id, "approve", Order(ActorKind.system))
    await note(unit, "provider.onboarded", row.id, {"kind": new.kind.value})
    # the caller's memberships were read before there was this one
    facts = (await stored.providers_by_id(unit, [row.id]))[row.id]
    return await _page(unit, facts, private=True)


async def get_provider(unit: Unit, provider_id: UUID) -> ProviderFacts:
    """The provider as the principal may see it: an active one, or one's own. Raises NotFound."""
    return await see_provider(unit, provider_id)


async def providers_by_id(unit: Unit, ids: Collection[UUID]) -> dict[UUID, ProviderFacts]:
    """Those of the providers that there are, whatever their state: old bookings name them."""
    return await stored.providers_by_id(unit, ids)


async def show_provider(unit: Unit, provider_id: UUID) -> ProviderPage:
    """The provider's page, with what is private for its owner and operators. Raises NotFound."""
    facts = await see_provider(unit, provider_id)
    return await _page(unit, facts, private=sees_private(unit.principal, facts))


async def own_providers(unit: Unit) -> list[ProviderFacts]:
    """The providers that the caller owns or manages, oldest first."""
    found = await stored.providers_by_id(unit, providers_run_by(unit.principal))
    return sorted(found.values(), key=lambda facts: facts.id)


async def change_profile(
    unit: Unit, provider_id: UUID | None, changes: Mapping[str, Any]
) -> ProviderPage:
    """Set the named fields of NewProvider. One that needed changes is looked at again.

    Raises NotFound, WhichProvider, UsernameTaken, Invalid.
    """
    before = await access_provider(unit, provider_id)
    if not changes:
        return await _page(unit, before, private=sees_private(unit.principal, before))
    _accept(unit, changes)
    told = dict(changes)
    if "hours" in told:
        told["hours"] = accept_hours(told["hours"])
    await stored.change_provider(unit, before.id, told)
    if before.state is ProviderState.needs_changes:
        await fire(unit, PROVIDERS, before.id, "resubmit", Order(ActorKind.provider))
    unit.emit(ProviderChanged(provider_id=before.id))
    await note(unit, "provider.changed", before.id, _said(before, told))
    return await show_provider(unit, before.id)


async def portfolio_of(unit: Unit, provider_id: UUID | None) -> Sequence[str]:
    """The pictures of one's own provider. Raises NotFound, WhichProvider."""
    return (await access_provider(unit, provider_id)).portfolio


async def add_to_portfolio(unit: Unit, provider_id: UUID | None, url: str) -> Sequence[str]:
    """Show one more picture, last; one that is there stays where it is.

    Raises NotFound, WhichProvider, Invalid when there are as many as the profile allows.
    """
    provider = await access_provider(unit, provider_id)
    pictures = await stored.lock_portfolio(unit, provider.id)
    if url not in pictures:
        pictures.append(url)
        await _set_portfolio(unit, provider.id, pictures)
    return pictures


async def remove_from_portfolio(unit: Unit, provider_id: UUID | None, url: str) -> None:
    """No longer show this picture; one that is not there is gone already. Raises NotFound, WhichProvider."""
    provider = await access_provider(unit, provider_id)
    pictures = await stored.lock_portfolio(unit, provider.id)
    if url in pictures:
        pictures.remove(url)
        await _set_portfolio(unit, provider.id, pictures)


async def list_providers(
    unit: Unit, state: ProviderState | None, page: tuple[int, UUID | None]
) -> Slice[ProviderFacts]:
    """Every provider, oldest first, or those in one state: for operators, whom the policy lets in."""
    return await stored.providers_in_state(unit, state.value if state else None, page)


async def providers_near(unit: Unit, wanted: ProviderFilter) -> list[NearProvider]:
    """The active providers that fit, at most `wanted.limit`: nearest first, else best rated first."""
    return await near.providers_near(unit, wanted)


async def set_provider_rating(
    unit: Unit, provider_id: UUID, hundredths: int | None, count: int
) -> None:
    """Store what the reviews of a provider say: their average (100 to 500, None without any) and number."""
    await stored.set_rating(unit, provider_id, hundredths, count)
    unit.emit(ProviderChanged(provider_id=provider_id))


async def _set_portfolio(unit: Unit, provider_id: UUID, pictures: list[str]) -> None:
    _accept(unit, {"portfolio": pictures})
    await stored.change_provider(unit, provider_id, {"portfolio": pictures})
    unit.emit(ProviderChanged(provider_id=provider_id))


async def _page(unit: Unit, facts: ProviderFacts, *, private: bool) -> ProviderPage:
    hours = read_hours(await stored.hours_of(unit, facts.id))
    seen = await stored.private_facts(unit, facts.id) if private else None
    return ProviderPage(facts, hours, seen)


def _accept(unit: Unit, told: Mapping[str, Any]) -> None:
    """Raises Invalid for what this marketplace does not have."""
    known, most = unit.profile.providers.categories, unit.profile.providers.max_portfolio
    unknown = sorted(set(told.get("categories", ())) - set(known)) if known else []
    if unknown:
        raise Invalid(
            f"categories: there is no {unknown[0]!r} here; use some of: {', '.join(known)}"
        )
    if len(told.get("portfolio", ())) > most:
        raise Invalid(f"portfolio: at most {most} pictures; remove one first")
    travel: TravelPolicy | None = told.get("travel")
    if travel is not None:
        accept_price(unit, travel.base)
        accept_price(unit, travel.per_km)


_PERSONAL = frozenset({"contacts", "registration_no", "base"})
_LONG = frozenset({"hours", "bio", "portfolio"})


def _said(before: ProviderFacts, told: Mapping[str, Any]) -> dict[str, Any]:
    """For the audit log: values before and after, but what is personal or long is only named."""
    named = dict.fromkeys((_PERSONAL | _LONG) & told.keys(), "changed")
    rest = {name: value for name, value in told.items() if name not in named}
    return difference(asdict(before), rest) | named
