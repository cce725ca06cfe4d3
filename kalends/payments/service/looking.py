"""One thing as it stands now, for the rooms above that were told its id."""

from uuid import UUID

from kalends.core.errors import NotFound
from kalends.core.unit import Unit

from ..repository import bank_accounts, chargebacks, payouts
from ..types import BankAccountFacts, ChargebackFacts, PayoutFacts


async def get_payout(unit: Unit, payout_id: UUID) -> PayoutFacts:
    """Raises NotFound."""
    row = await payouts.by_id(unit, payout_id)
    if row is None:
        raise NotFound
    return payouts.facts(row)


async def get_bank_account(unit: Unit, bank_account_id: UUID) -> BankAccountFacts:
    """Raises NotFound."""
    row = await bank_accounts.by_id(unit, bank_account_id)
    if row is None:
        raise NotFound
    return bank_accounts.facts(row)


async def get_chargeback(unit: Unit, chargeback_id: UUID) -> tuple[ChargebackFacts, UUID | None]:
    """A card dispute, and the provider who was paid for; None for a top-up. Raises NotFound."""
    row = await chargebacks.with_provider(unit, chargeback_id)
    if row is None:
        raise NotFound
    return chargebacks.facts(row), row.provider_id
