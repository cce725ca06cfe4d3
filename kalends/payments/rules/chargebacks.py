"""The life of a card dispute as data, what a gateway's view of one means, and who bears it. Pure."""

from dataclasses import dataclass
from uuid import UUID

from kalends.core.gateways import DisputeStatus, GatewayDispute
from kalends.core.principal import ActorKind
from kalends.core.process import Process, Transition

from ..types import Portions

_gateway = ActorKind.gateway

CHARGEBACK = Process(
    name="chargeback",
    initial="open",
    transitions=(
        Transition("open", (), "open", (_gateway,), effects=("tell_opened",)),
        # What was lost may still be won by an appeal.
        Transition("win", ("open", "lost"), "won", (_gateway,), effects=("tell_closed",)),
        Transition("lose", ("open",), "lost", (_gateway,), effects=("tell_closed",)),
        Transition("close", ("open",), "closed", (_gateway,), effects=("tell_closed",)),
    ),
)
_STEPS = {
    ("open", DisputeStatus.won): "win",
    ("open", DisputeStatus.lost): "lose",
    ("open", DisputeStatus.closed): "close",
    ("lost", DisputeStatus.won): "win",
}
CURRENCY, OTHER_PAYMENT, CONTRADICTION = (
    "currency_mismatch",
    "dispute_mismatch",
    "dispute_contradiction",
)


@dataclass(frozen=True, slots=True)
class KnownDispute:
    """What we know of a dispute; `taken` in minor units of the payment's `currency`."""

    state: str
    payment_id: UUID
    currency: str
    taken: int


@dataclass(frozen=True, slots=True)
class DisputeVerdict:
    """The step to fire, if any, and what is to be taken then. `reason` says why it is parked instead."""

    step: str | None = None
    taken: int = 0
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Sources:
    """Where money of a disputed payment may be, in minor units.

    `left` of the payment was neither refunded nor charged back; `available` is the provider's, None without
    one; `provider_owes`: the provider bears also what is no longer there.
    """

    left: int
    in_origin: int
    available: int | None
    provider_owes: bool


def judge_dispute(known: KnownDispute, seen: GatewayDispute, payment_id: UUID) -> DisputeVerdict:
    """Compare our dispute with the gateway's view of it.

    Never led by an older view: open disputes only take more, ended ones stay, and what was won only gives
    back. The same view again changes nothing.
    """
    reason = _misfit(known, seen, payment_id)
    if reason is not None:
        return DisputeVerdict(taken=known.taken, reason=reason)
    step = _STEPS.get((known.state, seen.status))
    if step is not None:
        return DisputeVerdict(step, seen.deducted)
    if known.state != seen.status.value:  # an older view
        return DisputeVerdict(taken=known.taken)
    grows = known.state in {"open", "lost"}
    keep = max if grows else min
    return DisputeVerdict(taken=keep(known.taken, seen.deducted))


def _misfit(known: KnownDispute, seen: GatewayDispute, payment_id: UUID) -> str | None:
    if payment_id != known.payment_id:
        return OTHER_PAYMENT
    if seen.amount.currency != known.currency:
        return CURRENCY
    ended = known.state != "open" and seen.status is not DisputeStatus.open
    if ended and known.state != seen.status.value and (known.state, seen.status) not in _STEPS:
        return CONTRADICTION
    return None


def is_settled(state: str, taken: int) -> bool:
    """Whether no more money will move for it: it is over, and what was won has come back."""
    return state != "open" and not (state == "won" and taken > 0)


def bear(amount: int, sources: Sources) -> Portions:
    """Who bears so much that was taken: escrow, then the provider, then the platform.

    What is more than the rest of the payment is the platform's alone, so that a provider who has paid for a
    refund never pays for the same money again.
    """
    counted = min(amount, max(sources.left, 0))
    origin = min(counted, max(sources.in_origin, 0))
    rest = counted - origin
    provider = 0
    if sources.available is not None:
        provider = rest if sources.provider_owes else min(rest, max(sources.available, 0))
    return Portions(origin, provider, rest - provider, amount - counted)


def restore(amount: int, borne: Portions) -> Portions:
    """Whose so much is that came back: the last to bear it gets it first, so all of it restores exactly."""
    beyond = min(amount, borne.beyond)
    platform = min(amount - beyond, borne.platform)
    provider = min(amount - beyond - platform, borne.provider)
    return Portions(amount - beyond - platform - provider, provider, platform, beyond)
