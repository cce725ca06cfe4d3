"""Tiers of cancellation: a vendor sets its own, where the marketplace lets it."""

from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

from kalends.core.unit import Unit

from ..access import access_provider, see_provider
from ..errors import TiersNotOffered, TiersWrong
from ..repository import providers as stored
from ..rules import tiers as rules
from ..types import CancellationTier, ProviderFacts
from .audit import note

Tiers = tuple[CancellationTier, ...]


async def tiers_of_provider(unit: Unit, provider_id: UUID) -> Tiers:
    """Those that a new part of an event freezes. Raises NotFound."""
    return tiers_that_hold(unit, await see_provider(unit, provider_id))


async def set_tiers(unit: Unit, provider_id: UUID | None, new: Sequence[CancellationTier]) -> Tiers:
    """From the next event on; none: the marketplace's again. What was agreed stays as it is.

    Raises NotFound, WhichProvider, TiersNotOffered, TiersWrong.
    """
    provider = await access_provider(unit, provider_id)
    bounds = unit.profile.events.vendor_tiers
    if bounds is None:
        raise TiersNotOffered
    problem = rules.problem_with(new, bounds)
    if problem:
        raise TiersWrong(problem)
    await stored.set_tiers(unit, provider.id, new)
    told = [[asdict(tier) for tier in tiers] for tiers in (provider.tiers, new)]
    await note(unit, "provider.tiers_changed", provider.id, {"tiers": told})
    return await tiers_of_provider(unit, provider.id)


def tiers_that_hold(unit: Unit, provider: ProviderFacts) -> Tiers:
    """Its own, where it has any and the marketplace lets it; else the marketplace's."""
    if provider.tiers and unit.profile.events.vendor_tiers is not None:
        return provider.tiers
    shared = unit.profile.cancellation.tiers
    return tuple(CancellationTier(t.over_hours, t.percent, t.inclusive) for t in shared)
