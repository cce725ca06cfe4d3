"""Whether a provider's own tiers of cancellation are in order, and within what the marketplace allows."""

from collections.abc import Sequence
from itertools import pairwise

from kalends.core.sections import VendorTiers

from ..types import CancellationTier


def problem_with(tiers: Sequence[CancellationTier], bounds: VendorTiers) -> str | None:
    """A sentence that says what is wrong; None for tiers that are fine, and for none at all."""
    if not tiers:
        return None
    if len(tiers) > bounds.max_tiers:
        return f"tiers: at most {bounds.max_tiers} of them"
    if any(later.over_hours >= earlier.over_hours for earlier, later in pairwise(tiers)):
        return "tiers: name the earliest first; over_hours becomes less from one to the next"
    if any(later.percent > earlier.percent for earlier, later in pairwise(tiers)):
        return "tiers: nobody gets back more for cancelling later"
    if tiers[-1].over_hours != 0:
        return (
            "tiers: the last one has over_hours 0, so that it is clear what holds until the start"
        )
    return _beyond(tiers[0], bounds)


def _beyond(earliest: CancellationTier, bounds: VendorTiers) -> str | None:
    if earliest.over_hours > bounds.max_hours:
        return f"tiers: over_hours is at most {bounds.max_hours} here"
    if earliest.percent < bounds.least_percent:
        return f"tiers: the earliest gives back at least {bounds.least_percent} percent here"
    return None
