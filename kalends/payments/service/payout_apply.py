"""Applying what a gateway says to our payout: one way for the job, the webhook and reconciliation."""

from typing import Any

from kalends import ledger
from kalends.core.gateways import GatewayPayout, PayoutStatus
from kalends.core.money import Money
from kalends.core.principal import ActorKind
from kalends.core.states import Order, fire
from kalends.core.unit import Unit
from kalends.core.wire import subject

from ..events import PaymentParked
from ..processes import PAYOUTS
from ..repository import payout_attempts, payouts
from ..rules import movements
from ..rules.payout_verdicts import KnownPayout, PayoutVerdict, judge_payout
from ..types import PAYOUT_SUBJECT
from .bank_accounts import bounced

LEFT = frozenset({PayoutStatus.processed, PayoutStatus.reversed})


async def apply_payout(unit: Unit, attempt: Any, seen: GatewayPayout) -> PayoutVerdict:
    """Move the payout to where the gateway says this attempt of it is, if that fits.

    The same answer once more changes nothing; news of an earlier attempt never touches a later one.
    """
    payout = await payouts.lock(unit, attempt.payout_id)
    known = await payout_attempts.of(unit, attempt.payout_id, attempt.attempt)
    assert payout is not None
    assert known is not None
    verdict = judge_payout(_known(payout, known), seen)
    if verdict.reason is not None:
        return verdict
    await payout_attempts.name(unit, known, seen.payout_id)
    if verdict.steps or payout.state == "paid":
        await _book_fee(unit, payout, known, seen)
    for step in verdict.steps:
        await fire(unit, PAYOUTS, payout.id, step, Order(ActorKind.gateway, seen.reason))
    if verdict.steps:
        await payouts.note(unit, payout.id, bank_reference=seen.bank_reference)
    if verdict.steps and seen.permanent:
        await bounced(unit, known.bank_account_id, seen.reason or "a payout came back")
    return verdict


async def refuse_payout(unit: Unit, attempt: Any, code: str | None) -> bool:
    """The gateway said no for certain: nothing left, and the money is available again; whether it was."""
    payout = await payouts.lock(unit, attempt.payout_id)
    if payout is None or payout.state != "processing" or payout.attempt != attempt.attempt:
        return False
    order = Order(ActorKind.gateway, code or "the gateway refused it")
    await fire(unit, PAYOUTS, payout.id, "fail", order)
    return True


async def park_finding(unit: Unit, attempt: Any, reason: str) -> None:
    """Show an operator what does not fit, once."""
    known = await payout_attempts.of(unit, attempt.payout_id, attempt.attempt)
    if known is not None and not await payout_attempts.is_found(unit, known, reason):
        found = await payout_attempts.add_finding(unit, known, reason)
        unit.emit(PaymentParked(inbox_id=found, reason=reason))


def _known(payout: Any, attempt: Any) -> KnownPayout:
    amount = Money(payout.amount, payout.currency)
    current = attempt.attempt == payout.attempt
    return KnownPayout(payout.state, attempt.key, amount, current)


async def _book_fee(unit: Unit, payout: Any, attempt: Any, seen: GatewayPayout) -> None:
    """What the gateway took on top is an expense, booked once, when it says that the money has left."""
    if seen.status not in LEFT or not seen.fee or attempt.fee is not None:
        return
    await payout_attempts.set_fee(unit, attempt, seen.fee)
    await ledger.move(
        unit,
        ledger.Move(
            key=f"fee:payout:{attempt.key}",
            kind=movements.FEE,
            debit=ledger.gateway_fees(),
            credit=ledger.gateway(attempt.gateway),
            amount=Money(seen.fee, payout.currency),
            subject=subject(PAYOUT_SUBJECT, payout.id),
            memo="Gateway fee",
        ),
    )
