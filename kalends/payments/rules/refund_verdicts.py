"""What a gateway's view of a refund means for ours. It never leads back, and never guesses."""

from dataclasses import dataclass
from enum import StrEnum

from kalends.core.gateways import GatewayRefund, RefundStatus
from kalends.core.money import Money

MISMATCH, SECOND, REVIVED = "refund_mismatch", "second_refund", "refund_revived"


class Step(StrEnum):
    """`note`: keep the gateway's id and wait."""

    complete = "complete"
    fail = "fail"
    fail_late = "fail_late"
    note = "note"
    keep = "keep"
    park = "park"


@dataclass(frozen=True, slots=True)
class Judgement:
    step: Step
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class KnownRefund:
    """Our refund: `key` names the current attempt, `diverted` one that an operator sent to the wallet."""

    state: str
    key: str
    gateway_refund_id: str | None
    payment_id: str | None
    amount: Money
    diverted: bool = False


_WAITING = {
    RefundStatus.pending: Step.note,
    RefundStatus.processed: Step.complete,
    RefundStatus.failed: Step.fail,
}


def judge_refund(known: KnownRefund, seen: GatewayRefund, *, adopt: bool = False) -> Judgement:
    """Compare our refund with the gateway's view of one.

    `adopt`: nothing was sent for the current attempt yet, and an earlier one turned out to live.
    """
    if (seen.payment_id, seen.amount) != (known.payment_id, known.amount):
        return Judgement(Step.park, MISMATCH)
    if known.diverted or not (adopt or _is_current(known, seen)):
        twice = seen.status is RefundStatus.processed
        return Judgement(Step.park, SECOND) if twice else Judgement(Step.keep)
    if known.state == "processing":
        return Judgement(_WAITING[seen.status])
    if known.state == "completed" and seen.status is RefundStatus.failed:
        return Judgement(Step.fail_late)
    refused = known.state == "failed" and known.gateway_refund_id is None
    if refused and seen.status is not RefundStatus.failed:
        return Judgement(Step.park, REVIVED)
    return Judgement(Step.keep)


def _is_current(known: KnownRefund, seen: GatewayRefund) -> bool:
    if known.gateway_refund_id is not None:
        return seen.refund_id == known.gateway_refund_id
    return seen.key in {None, known.key}
