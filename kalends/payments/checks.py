"""The invariants of payments (reliability B5, B6, B14)."""

from kalends.core.checks import Rows, check
from kalends.core.unit import Unit

from .repository import checks


@check("B5", "captured = in escrow + released + refunded, for each subject", money=True)
async def escrow_is_explained(unit: Unit) -> Rows:
    return await checks.offending(unit, checks.ESCROW_IDENTITY)


@check("B6", "a refund is part of captured payments, and never more than they are", money=True)
async def refunds_are_within_captures(unit: Unit) -> Rows:
    return await checks.offending(unit, checks.REFUNDS_WITHIN_CAPTURES)


@check("B14", "every captured payment is in the journal once, with its amount", money=True)
async def captures_are_booked_once(unit: Unit) -> Rows:
    return await checks.offending(unit, checks.CAPTURED_ONCE)
