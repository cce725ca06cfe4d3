"""Who could do instead of the provider that was asked: the same work, near enough, in an order of merit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar
from uuid import UUID

Weights = tuple[int, int]
"""How much nearness and rating count, in per cent."""
BEST = 500


class Sold(Protocol):
    """A service as it is compared: `duration_min` counts minutes."""

    @property
    def id(self) -> UUID: ...
    @property
    def category(self) -> str: ...
    @property
    def duration_min(self) -> int: ...


S = TypeVar("S", bound=Sold)


@dataclass(frozen=True, slots=True)
class Merit:
    """What decides when somebody is asked: `dearer` ones, who need the customer's word, come last."""

    provider_id: UUID
    metres: int
    rating_hundredths: int | None
    dearer: bool


def instead_of(
    wanted: Sequence[Sold], offered: Iterable[tuple[int, S]], tolerance_percent: int
) -> tuple[S, ...] | None:
    """For each wanted service another one of its category and about its length, none twice; None if one lacks.

    `offered` are services with what they cost: the cheapest that fits is taken, then the nearest in length.
    """
    left = list(offered)
    found = []
    for wish in wanted:
        fitting = [pair for pair in left if _fits(wish, pair[1], tolerance_percent)]
        if not fitting:
            return None
        best = min(fitting, key=lambda pair: _order(wish, pair))
        left.remove(best)
        found.append(best[1])
    return tuple(found)


def score(merit: Merit, radius_metres: int, weights: Weights) -> int:
    """Nearness falls to nothing at the radius, stars count as reviews say; both in whole numbers."""
    near = max(0, radius_metres - merit.metres) * BEST
    stars = (merit.rating_hundredths or 0) * radius_metres
    return weights[0] * near + weights[1] * stars


def place_in_line(merit: Merit, radius_metres: int, weights: Weights) -> tuple[bool, int, UUID]:
    """To sort by: who is not dearer first, then the best score, then the id, so that it is always the same."""
    return merit.dearer, -score(merit, radius_metres, weights), merit.provider_id


def _fits(wish: Sold, other: Sold, tolerance_percent: int) -> bool:
    apart = abs(other.duration_min - wish.duration_min)
    return other.category == wish.category and apart * 100 <= tolerance_percent * wish.duration_min


def _order(wish: Sold, pair: tuple[int, Sold]) -> tuple[int, int, UUID]:
    cost, service = pair
    return cost, abs(service.duration_min - wish.duration_min), service.id
