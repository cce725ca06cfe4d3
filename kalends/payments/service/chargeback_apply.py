"""Applying what a gateway says of a card dispute: one way for its webhooks and for our asking."""

from typing import Any

from kalends.core.gateways import GatewayDispute
from kalends.core.principal import ActorKind
from kalends.core.states import Order, begin, fire
from kalends.core.unit import Unit

from ..processes import CHARGEBACKS
from ..repository import chargebacks, payments
from ..rules.chargebacks import CURRENCY, DisputeVerdict, KnownDispute, is_settled, judge_dispute
from ..types import TOP_UP, PayoutHold
from .chargeback_money import follow
from .payout_holds import hold_payouts, let_go_payouts

_ENDS = {"win": "won", "lose": "lost", "close": "closed"}


async def apply_dispute(unit: Unit, known_payment: Any, seen: GatewayDispute) -> DisputeVerdict:
    """Move the dispute, and the money, to where the gateway says they are; the payment's lock is held after.

    The same view once more changes nothing, an older one neither. Payouts of the subject wait meanwhile.
    """
    payment = await _locked(unit, known_payment)
    row = await chargebacks.lock_named(unit, payment.gateway, seen.dispute_id)
    if row is None:
        if seen.amount.currency != payment.currency:
            return DisputeVerdict(reason=CURRENCY)
        row = await _take_up(unit, payment, seen)
    known = KnownDispute(row.state, row.payment_id, row.currency, row.taken)
    verdict = judge_dispute(known, seen, payment.id)
    await chargebacks.note(unit, row.id, asked_at=unit.now)
    if verdict.reason is None:
        await _move(unit, payment, row, verdict)
    return verdict


async def card_disputed(unit: Unit, subject: str) -> bool:
    """Whether a card network may still move money of the subject."""
    return await chargebacks.unsettled_of(unit, subject)


async def _locked(unit: Unit, known: Any) -> Any:
    """The payment, locked with the subject's others, as whoever moves the subject's money locks them."""
    if known.purpose == TOP_UP:
        return await payments.lock(unit, known.id)
    found = await payments.lock_refundable(unit, known.subject)
    return next(payment for payment in found if payment.id == known.id)


async def _take_up(unit: Unit, payment: Any, seen: GatewayDispute) -> Any:
    row = await chargebacks.add(unit, payment, seen)
    await begin(unit, CHARGEBACKS, row, ActorKind.gateway)
    await hold_payouts(unit, PayoutHold(_ref(row), "card dispute", subject=payment.subject))
    return row


async def _move(unit: Unit, payment: Any, row: Any, verdict: DisputeVerdict) -> None:
    if verdict.step is not None:
        await fire(unit, CHARGEBACKS, row.id, verdict.step, Order(ActorKind.gateway))
    state = _ENDS[verdict.step] if verdict.step else row.state
    await follow(unit, payment, row, verdict.taken)
    if is_settled(state, verdict.taken):
        await let_go_payouts(unit, _ref(row))


def _ref(row: Any) -> str:
    return f"chargeback:{row.id}"
