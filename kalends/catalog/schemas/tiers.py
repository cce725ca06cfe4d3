"""Tiers of cancellation on the wire."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from kalends.core.wire import Count, In, Out

from ..types import CancellationTier

MAX_TIERS, MAX_HOURS = 10, 365 * 24


class TierIn(In):
    """More than `over_hours` before the start, or exactly that many if `inclusive`: `percent` back."""

    over_hours: Annotated[Count, Field(ge=0, le=MAX_HOURS)]
    percent: Annotated[Count, Field(ge=0, le=100)]
    inclusive: Annotated[bool, Field(strict=True)] = False


class TiersIn(In):
    """The earliest first. None at all: the marketplace's hold again."""

    tiers: Annotated[list[TierIn], Field(max_length=MAX_TIERS)]

    def chosen(self) -> list[CancellationTier]:
        return [CancellationTier(**tier.model_dump()) for tier in self.tiers]


class TierRead(Out):
    over_hours: int
    percent: int
    inclusive: bool


class TiersRead(Out):
    """What the provider's part of an event that is asked for now gives back, if it is cancelled."""

    tiers: list[TierRead]

    @classmethod
    def of(cls, tiers: Iterable[CancellationTier]) -> "TiersRead":
        found = [TierRead.model_validate(tier, from_attributes=True) for tier in tiers]
        return cls(tiers=found)
