"""The invariants of payments (reliability B5, B6, B8 to B11, B14, B17, B18)."""

from kalends.core.checks import Rows, check
from kalends.core.unit import Unit

from .repository import checks, payout_checks


@check(
    "B5", "captured = in escrow + released + refunded + charged back, for each subject", money=True
)
async def escrow_is_explained(unit: Unit) -> Rows:
    return await checks.offending(unit, checks.ESCROW_IDENTITY)


@check("B6", "a refund is part of captured payments, and never more than they are", money=True)
async def refunds_are_within_captures(unit: Unit) -> Rows:
    return await checks.offending(unit, checks.REFUNDS_WITHIN_CAPTURES)


@check("B6.payable", "what waits to be given back is that of refunds under way", money=True)
async def refunds_under_way_have_their_money(unit: Unit) -> Rows:
    return await checks.offending(unit, checks.REFUNDS_PAYABLE)


@check("B11", "a refund leaves its gateway once; a failed one has come back exactly", money=True)
async def refunds_leave_once(unit: Unit) -> Rows:
    return await checks.offending(unit, checks.REFUNDS_SENT)


@check("B18", "no refund's outcome is unknown for more than half an hour")
async def refunds_of_unknown_outcome(unit: Unit) -> Rows:
    return await checks.offending(unit, checks.REFUNDS_UNKNOWN)


@check("B10", "a card dispute takes money once, and a won one restores it exactly", money=True)
async def card_disputes_take_once(unit: Unit) -> Rows:
    return await checks.offending(unit, checks.CHARGED_BACK_ONCE)


@check("B14", "every captured payment is in the journal once, with its amount", money=True)
async def captures_are_booked_once(unit: Unit) -> Rows:
    return await checks.offending(unit, checks.CAPTURED_ONCE)


@check("B8", "a provider's payouts under way are exactly what is set aside for them", money=True)
async def payouts_have_their_money(unit: Unit) -> Rows:
    return await checks.offending(unit, payout_checks.SET_ASIDE)


@check("B9", "a payout leaves once, if it was approved, and comes back exactly", money=True)
async def payouts_leave_once(unit: Unit) -> Rows:
    return await checks.offending(unit, payout_checks.LEFT_ONCE)


@check("B9.approved", "nothing was sent that was held, cancelled or not approved", money=True)
async def payouts_were_approved(unit: Unit) -> Rows:
    return await checks.offending(unit, payout_checks.SENT_UNASKED)


@check("B7.milestones", "what milestones promise lies in escrow", money=True)
async def milestones_are_covered(unit: Unit) -> Rows:
    return await checks.offending(unit, payout_checks.PROMISED)


@check("B18.payouts", "no payout is without an answer for more than half an hour")
async def payouts_of_unknown_outcome(unit: Unit) -> Rows:
    return await checks.offending(unit, payout_checks.UNANSWERED)


@check("B17", "what a gateway tells otherwise than we do is explained within a day")
async def differences_are_explained(unit: Unit) -> Rows:
    return await checks.offending(unit, checks.UNEXPLAINED)


@check("C-61", "what is sealed of a bank account opens at its place")
async def bank_accounts_open(unit: Unit) -> Rows:
    return await payout_checks.unreadable(unit)
