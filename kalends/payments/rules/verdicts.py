"""What a gateway's own view of an order means for our payment. Never guesses: what does not fit is parked."""

from dataclasses import dataclass, replace
from enum import StrEnum

from kalends.core.gateways import GatewayPayment
from kalends.core.money import Money

from .processes import OPEN

MONEY_MOVED = frozenset({"captured", "partially_refunded", "refunded"})
# A payment never moves to a lower rank. What a gateway refunds by itself is looked at, whatever the rank.
RANK = {"created": 0, "expired": 0, "failed": 1, "authorized": 2, "captured": 3}
HIGHEST = 4


class Outcome(StrEnum):
    capture = "capture"
    fail = "fail"
    keep = "keep"
    park = "park"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`reason` says why something is parked, in a word that operators' screens translate."""

    outcome: Outcome
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What we know of a payment. `refunded` counts what we have asked the gateway to give back."""

    order_id: str | None
    payment_id: str | None
    state: str
    amount: Money
    refunded: int = 0


def judge(known: Known, seen: GatewayPayment) -> Verdict:
    """Compare our payment with the gateway's view of its order."""
    if seen.order_id != known.order_id:
        return Verdict(Outcome.park, "order_mismatch")
    if seen.status not in MONEY_MOVED:
        failed = seen.status == "failed" and known.state == "created"
        return Verdict(Outcome.fail if failed else Outcome.keep)
    reason = _mismatch(known, seen)
    if reason:
        return Verdict(Outcome.park, reason)
    return Verdict(Outcome.capture if known.state in OPEN else Outcome.keep)


def sorted_out(known: Known, seen: GatewayPayment) -> tuple[GatewayPayment, list[GatewayPayment]]:
    """The gateway's view of our payment, and of the others that were captured for the same order.

    Once we know which payment is ours, that one stays it, whichever the gateway names first.
    """
    every = [replace(seen, others=()), *seen.others]
    ours = next((one for one in every if one.payment_id == known.payment_id), every[0])
    return ours, [one for one in every if one is not ours]


def judge_surplus(known: Known, asked_back: int | None, seen: GatewayPayment) -> Verdict:
    """What a further captured payment of an order means; `asked_back` is None while we do not have it.

    Its money is booked beside the first, unless it went back before we heard of it.
    """
    if seen.amount.currency != known.amount.currency:
        return Verdict(Outcome.park, "currency_mismatch")
    if asked_back is None and seen.status == "refunded":
        return Verdict(Outcome.keep)
    if seen.refunded > (asked_back or 0):
        return Verdict(Outcome.park, "refunded_at_gateway")
    return Verdict(Outcome.capture if asked_back is None else Outcome.keep)


def worth_taking(known: Known, seen: GatewayPayment) -> bool:
    """Whether money that the gateway only reserved is the money that we wait for."""
    fits = seen.order_id == known.order_id and seen.amount == known.amount
    return seen.status == "authorized" and known.state in OPEN and fits


def _mismatch(known: Known, seen: GatewayPayment) -> str | None:
    if seen.amount.currency != known.amount.currency:
        return "currency_mismatch"
    if seen.amount != known.amount:
        return "amount_mismatch"
    if known.payment_id is not None and seen.payment_id != known.payment_id:
        return "second_capture"
    if seen.refunded > known.refunded:
        return "refunded_at_gateway"
    return None


def is_stale(known: Known, status: str | None, payment_id: str | None) -> bool:
    """Whether an event says nothing new: the same order already stands at this status or beyond it.

    Decided by order and status, because an event id is not always covered by the signature.
    """
    if status not in RANK or payment_id not in {None, known.payment_id}:
        return False
    return RANK[status] <= RANK.get(known.state, HIGHEST)
