"""How travel policies are written down, and what a way costs."""

import json
from dataclasses import asdict
from typing import Any

from kalends.core.money import Money

from ..types import TravelMode, TravelPolicy


def write_travel(travel: TravelPolicy | None) -> dict[str, Any] | None:
    """The policy as JSON values, as it is stored."""
    return None if travel is None else asdict(travel)


def read_travel(text: str | None, currency: str) -> TravelPolicy:
    """The policy that was stored as this JSON text; without one, customers come to the provider."""
    if text is None:
        nothing = Money(0, currency)
        return TravelPolicy((TravelMode.provider_place,), nothing, nothing)
    stored = json.loads(text)
    return TravelPolicy(
        modes=tuple(TravelMode(mode) for mode in stored["modes"]),
        base=Money(**stored["base"]),
        per_km=Money(**stored["per_km"]),
        free_km=stored["free_km"],
        max_km=stored["max_km"],
    )
