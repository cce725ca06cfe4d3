"""What a gateway's own view of a payout means for ours. What does not fit is parked, never guessed at."""

from dataclasses import dataclass
from uuid import UUID, uuid5

from kalends.core.gateways import GatewayPayout, PayoutStatus
from kalends.core.money import Money

_STEPS: dict[tuple[str, PayoutStatus], tuple[str, ...]] = {
    ("processing", PayoutStatus.processed): ("pay",),
    ("processing", PayoutStatus.failed): ("fail",),
    ("processing", PayoutStatus.reversed): ("pay", "reverse"),
    ("paid", PayoutStatus.failed): ("fail",),
    ("paid", PayoutStatus.reversed): ("reverse",),
}


@dataclass(frozen=True, slots=True)
class KnownPayout:
    """What we know of one attempt. `current`: no later one was begun since."""

    state: str
    key: str
    amount: Money
    current: bool = True


@dataclass(frozen=True, slots=True)
class PayoutVerdict:
    """The transitions to fire, in order; `reason` says why something is parked instead."""

    steps: tuple[str, ...] = ()
    reason: str | None = None


def attempt_key(payout_id: UUID, attempt: int) -> str:
    """The name of an attempt at the gateway: the payout's id, and one derived from it for later ones."""
    return str(payout_id if attempt == 1 else uuid5(payout_id, str(attempt)))


def judge_payout(known: KnownPayout, seen: GatewayPayout) -> PayoutVerdict:
    """Compare one attempt of ours with the gateway's view of it. The same answer again changes nothing."""
    if seen.key not in {None, known.key}:
        return PayoutVerdict(reason="key_mismatch")
    if seen.amount.currency != known.amount.currency:
        return PayoutVerdict(reason="currency_mismatch")
    if seen.amount != known.amount:
        return PayoutVerdict(reason="amount_mismatch")
    if known.current and (known.state, seen.status) in _STEPS:
        return PayoutVerdict(_STEPS[known.state, seen.status])
    ended = not known.current or known.state not in {"processing", "paid"}
    if ended and seen.status is PayoutStatus.processed:
        return PayoutVerdict(reason="paid_after_failure")
    return PayoutVerdict()
