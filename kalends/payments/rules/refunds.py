"""Pure: how a refund is spread over payments, where it goes, when it is tried again, under which name."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from kalends.core.money import Money

from ..types import WALLET_GATEWAY, Destination, RefundPart, RefundState

LONGEST_PAUSE = timedelta(days=1)
_SHOWN = {
    RefundState.requested: "requested",
    RefundState.approved: "initiated",
    RefundState.processing: "processing",
    RefundState.failed: "processing",  # the money is still on its way; that one try failed is our affair
    RefundState.completed: "completed",
    RefundState.rejected: "rejected",
}


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


def divide(
    shares: Sequence[tuple[UUID, Money]], gateways: Mapping[UUID, str], destination: Destination
) -> list[RefundPart]:
    """The refunds that these shares make; what had been paid from the wallet goes back to it."""
    to_wallet, parts = [], []
    for share in shares:
        gateway = gateways[share[0]]
        if destination is Destination.wallet or gateway == WALLET_GATEWAY:
            to_wallet.append(share)
        else:
            parts.append(RefundPart(Destination.original_method, gateway, (share,)))
    if to_wallet:
        parts.insert(0, RefundPart(Destination.wallet, None, tuple(to_wallet)))
    return parts


def part_key(cause: str, number: int) -> str:
    """The key of one refund of a cause: the cause itself, then ``cause#2`` and so on."""
    return cause if number == 1 else f"{cause}#{number}"


def gateway_key(refund_id: UUID, attempt: int) -> str:
    """The name of an attempt at the gateway: 36 characters; each attempt has its own, for ever."""
    return str(refund_id if attempt == 1 else uuid5(refund_id, f"attempt:{attempt}"))


def gateway_keys(refund_id: UUID, attempt: int) -> list[str]:
    """The names of all attempts so far, the last one first."""
    return [gateway_key(refund_id, number) for number in range(attempt, 0, -1)]


def runs_by_itself(amount: Money, *, automatic: bool, up_to: int | None) -> bool:
    """Whether a refund within policy needs no operator; `up_to` is in minor units."""
    return automatic and (up_to is None or amount.amount <= up_to)


def destination_for(setting: str, wanted: Destination | None, *, free: bool = False) -> Destination:
    """Where a refund goes by the profile's setting; a wish counts where the choice is theirs, or `free`."""
    if wanted and (free or setting == "customer_choice"):
        return wanted
    return Destination.wallet if setting == "wallet" else Destination.original_method


def next_attempt_at(failed_at: datetime, attempt: int, first_pause: timedelta) -> datetime:
    """When a failed attempt is tried again by itself: after pauses that double, a day at most."""
    factor: int = 2 ** (attempt - 1)
    return failed_at + min(first_pause * factor, LONGEST_PAUSE)


def shown(state: RefundState) -> str:
    """The state in the customer's words."""
    return _SHOWN[state]
