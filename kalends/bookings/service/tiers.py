"""What the customer's own cancellation gives back: by the tiers, and by who moved the booking before."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from kalends.billing import tier_percent

from ..rules.policy import Policy

_AT_MOST, _BY_OTHERS = "refund_at_most", "moved_by_others"


def customer_percent(stored: Mapping[str, Any], start: datetime, at: datetime) -> int:
    """By the booking's frozen policy. A move of one's own never gives more than there was before it; after
    somebody else's the customer may leave as if that somebody had cancelled.
    """
    policy = Policy.read(stored)
    most: int = stored.get(_AT_MOST, 100)
    percent = min(tier_percent(policy.tiers, start - at), most)
    return max(percent, policy.provider_fault_percent) if stored.get(_BY_OTHERS) else percent


def after_move(
    stored: Mapping[str, Any], start: datetime, at: datetime, *, by_customer: bool
) -> dict[str, Any]:
    """The policy of a paid booking that is moved away from `start`."""
    if not by_customer:
        return {**stored, _BY_OTHERS: True}
    return {**stored, _AT_MOST: customer_percent(stored, start, at), _BY_OTHERS: False}
