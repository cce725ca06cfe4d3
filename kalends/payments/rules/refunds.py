"""How a refund is spread over the payments of a subject."""

from collections.abc import Sequence
from uuid import UUID

from kalends.core.money import Money


def spread(amount: Money, left: Sequence[tuple[UUID, Money]]) -> list[tuple[UUID, Money]]:
    """Take `amount` from what is left of each payment, in the given order; nothing is taken twice.

    Raises ValueError when there is less than that.
    """
    shares, missing = [], amount
    for payment_id, available in left:
        share = min(missing, available)
        if share:
            shares.append((payment_id, share))
            missing -= share
    if missing:
        raise ValueError("a refund cannot exceed what is left of the payments")
    return shares
