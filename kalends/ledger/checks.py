"""The journal's invariants (reliability B1, B3, B4)."""

from kalends.core.checks import Rows, check
from kalends.core.unit import Unit

from . import repository


@check("B1", "every transaction has two entries or more and adds up to zero", money=True)
async def transactions_balance(unit: Unit) -> Rows:
    return await repository.unbalanced(unit)


@check(
    "B3",
    "a stored balance is the sum of its entries; the whole journal adds up to zero",
    money=True,
)
async def balances_are_explained(unit: Unit) -> Rows:
    return await repository.wrong_balances(unit)


@check("B4", "no guarded account is below zero", money=True)
async def guarded_accounts_are_covered(unit: Unit) -> Rows:
    return await repository.below_zero(unit)


@check(
    "B3.closings",
    "what was written down when a month began is the sum of what was before",
    money=True,
)
async def closings_are_explained(unit: Unit) -> Rows:
    return await repository.wrong_closings(unit)
