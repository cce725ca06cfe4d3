"""What the way to a customer costs: a base, and so much for each kilometre beyond those that are free.

A distance is whole metres, rounded once; everything after that is whole numbers, so that a price never
depends on the last digit of a coordinate.
"""

from fractions import Fraction
from typing import Protocol

from kalends.core.geography import distance_km
from kalends.core.money import Money

from ..errors import TooFarAway

METRES_PER_KM = 1000
Point = tuple[float, float]
"""Latitude and longitude in degrees."""


class TravelTerms(Protocol):
    """Of a provider's travel policy, what its price depends on; `max_km` None goes anywhere."""

    @property
    def base(self) -> Money: ...
    @property
    def per_km(self) -> Money: ...
    @property
    def free_km(self) -> int: ...
    @property
    def max_km(self) -> int | None: ...


def metres_between(one: Point, other: Point) -> int:
    """The great-circle distance, to the nearest metre."""
    return round(distance_km(*one, *other) * METRES_PER_KM)


def within_reach(terms: TravelTerms, metres: int) -> bool:
    """Whether the provider goes so far."""
    return terms.max_km is None or metres <= terms.max_km * METRES_PER_KM


def travel_charge(terms: TravelTerms, metres: int) -> Money:
    """base + per_km × what lies beyond free_km, by the metre; half a minor unit rounds up.

    Raises TooFarAway beyond max_km.
    """
    if not within_reach(terms, metres):
        raise TooFarAway(
            f"the provider travels up to {terms.max_km} km; choose somebody nearer",
            max_km=terms.max_km,
            distance_metres=metres,
        )
    paid_for = max(0, metres - terms.free_km * METRES_PER_KM)
    return terms.base + terms.per_km.times(Fraction(paid_for, METRES_PER_KM))
