"""In which order providers are shown: the nearer and the better rated first."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from uuid import UUID

from ..types import C, Candidate

Weights = tuple[int, int]
"""How much nearness and rating count, in per cent."""
Place = tuple[float, UUID]
"""Where a provider stands in the list: its score, and its id among equals."""
_BEST, _DIGITS = 500, 6


def score(candidate: Candidate, radius_km: float, weights: Weights) -> float:
    """From 0 to 1: nearness falls from 1 at the point to 0 at the radius, rating is stars of five.

    Without a point nothing is near; without reviews there are no stars.
    """
    nearness = 0.0
    if candidate.distance_km is not None:
        nearness = max(0.0, 1 - candidate.distance_km / radius_km)
    stars = (candidate.rating_hundredths or 0) / _BEST
    for_nearness, for_stars = weights
    return round((for_nearness * nearness + for_stars * stars) / 100, _DIGITS)


def ranked(
    candidates: Iterable[C],
    radius_km: float,
    weights: Weights,
    after: Place | None = None,
    lowered: Mapping[UUID, int] = MappingProxyType({}),
) -> list[tuple[float, C]]:
    """The candidates with their scores, best first; those that stand behind `after`, if it is given.

    `lowered` says how many per cent are left of whose score.
    """
    scored = [
        (round(score(one, radius_km, weights) * lowered.get(one.id, 100) / 100, _DIGITS), one)
        for one in candidates
    ]
    scored.sort(key=lambda pair: _order((pair[0], pair[1].id)))
    if after is None:
        return scored
    return [pair for pair in scored if _order((pair[0], pair[1].id)) > _order(after)]


def _order(place: Place) -> tuple[float, UUID]:
    return -place[0], place[1]
