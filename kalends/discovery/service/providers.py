"""Finding providers: near a point, by words, by price and rating."""

from collections.abc import Sequence
from uuid import UUID

from kalends.bookings import providers_free_on, providers_under_review
from kalends.catalog import (
    NearProvider,
    ProviderFacts,
    ProviderFilter,
    providers_by_id,
    providers_near,
)
from kalends.core.errors import Invalid
from kalends.core.geography import box_around
from kalends.core.paging import PageQuery, Slice, decode_cursor, slice_of
from kalends.core.unit import Unit

from ..rules.ranking import Place, ranked
from ..types import FoundProvider, Near, WantedProviders

MOST_PROVIDERS = 500


async def find_providers(
    unit: Unit, wanted: WantedProviders, page: PageQuery
) -> Slice[FoundProvider[ProviderFacts]]:
    """Active providers by score, a page of them. Looks at the `MOST_PROVIDERS` nearest.

    Raises Invalid for a radius beyond the profile's, or a cursor of another list.
    """
    ranking, furthest = unit.profile.search.ranking, unit.profile.search.max_radius_km
    if wanted.near and wanted.near.radius_km > furthest:
        raise Invalid(f"radius_km goes up to {furthest}; search a smaller circle")
    after = _place(page.cursor)
    near = await providers_near(unit, _filter(wanted, wanted.near))
    if wanted.free_on is not None:
        free = await providers_free_on(unit, [one.id for one in near], wanted.free_on)
        near = [one for one in near if one.id in free]
    radius = wanted.near.radius_km if wanted.near else float(furthest)
    weights = (ranking.proximity_percent, ranking.rating_percent)
    best = ranked(near, radius, weights, after, await _lowered(unit, near))
    cut = slice_of(best[: page.limit + 1], page.limit, lambda pair: (pair[0], pair[1].id))
    facts = await providers_by_id(unit, [one.id for _, one in cut.rows])
    found = [FoundProvider(facts[one.id], one.distance_km, points) for points, one in cut.rows]
    return Slice(found, cut.next_cursor)


async def _lowered(unit: Unit, near: Sequence[NearProvider]) -> dict[UUID, int]:
    """How much is left of the scores of those where somebody declined too often of late."""
    left = unit.profile.decline.penalty_percent
    return dict.fromkeys(await providers_under_review(unit, [one.id for one in near]), left)


def _filter(wanted: WantedProviders, near: Near | None) -> ProviderFilter:
    rating = wanted.min_rating
    return ProviderFilter(
        near=(near.lat, near.lng, near.radius_km) if near else None,
        box=box_around(near.lat, near.lng, near.radius_km) if near else None,
        city=wanted.city,
        category=wanted.category,
        words=wanted.words,
        min_price=wanted.min_price,
        max_price=wanted.max_price,
        min_rating_hundredths=None if rating is None else round(rating * 100),
        limit=MOST_PROVIDERS,
    )


def _place(cursor: str | None) -> Place | None:
    """Where the page before ended. Raises Invalid."""
    if cursor is None:
        return None
    points, provider_id = decode_cursor(cursor, 2)
    try:
        return float(points), UUID(str(provider_id))
    except (TypeError, ValueError):
        raise Invalid("the cursor is not one of ours; start without it") from None
