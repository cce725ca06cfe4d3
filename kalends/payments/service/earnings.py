"""What somebody's money page shows: the wallet to everybody, earnings to who runs a provider, tips to staff."""

from uuid import UUID

from kalends import ledger
from kalends.core.money import Money
from kalends.core.unit import Unit

from ..access import providers_run_by
from ..repository import payments, payout_statements, payouts
from ..types import Earnings, Standing

STAFF = "staff"


async def standing_of(unit: Unit) -> Standing:
    """The caller's own: never a provider's figures to its staff or to a manager of one venue only."""
    wallet, tips = ledger.wallet(unit.user_id), ledger.staff_tips(unit.user_id)
    found = await ledger.balances(unit, [wallet, tips])
    mine = providers_run_by(unit.principal)
    works = any(m.role == STAFF for m in unit.principal.memberships) or bool(found[tips])
    return Standing(
        balance=found[wallet],
        earnings=await earnings_of(unit, mine) if mine else None,
        tips=found[tips] if works and not mine else None,
    )


async def earnings_of(unit: Unit, provider_ids: list[UUID]) -> Earnings:
    """What these providers have earned, wait for, and may have paid out; all of them together."""
    zero = Money.zero(unit.profile.currency)
    accounts = [ledger.provider_available(one) for one in provider_ids]
    available = await ledger.balances(unit, accounts)
    subjects = await payments.subjects_paid_for(unit, provider_ids)
    escrows = await ledger.balances(unit, [ledger.escrow(subject) for subject in subjects])
    promised = await payouts.claimed_of(unit, provider_ids, zero.currency, subjects)
    return Earnings(
        revenue=Money(await payout_statements.revenue(unit, provider_ids), zero.currency),
        pending=sum(escrows.values(), Money(promised, zero.currency)),
        available=sum(available.values(), zero),
    )
