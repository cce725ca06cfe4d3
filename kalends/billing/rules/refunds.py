"""Refunds by tier: a percentage of what was captured, decided by how long before the start it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from kalends.core.money import Money


class Tier(Protocol):
    """More than `over_hours` before the start, or exactly that many if `inclusive`: `percent` back."""

    @property
    def over_hours(self) -> int: ...
    @property
    def percent(self) -> int: ...
    @property
    def inclusive(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class RefundQuote:
    """What a cancellation gives back, and what is kept as the fee. The two add up to the captured."""

    percent: int
    amount: Money
    fee: Money


def tier_percent(tiers: Sequence[Tier], before_start: timedelta) -> int:
    """The percentage of the first tier that fits; 0 when none does (the start has passed)."""
    for tier in sorted(tiers, key=lambda t: -t.over_hours):
        border = timedelta(hours=tier.over_hours)
        if before_start > border or (tier.inclusive and before_start == border):
            return tier.percent
    return 0


def refund_for(captured: Money, percent: int) -> RefundQuote:
    """Half a minor unit rounds in the customer's favour; an unpaid booking gives nothing back."""
    amount = captured.percent(percent)
    return RefundQuote(percent, amount, captured - amount)
