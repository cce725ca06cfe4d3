"""Letters about a provider's money: bank accounts, payouts, card disputes. To all who run the provider."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from kalends import bookings, identity, payments
from kalends.core.money import Money
from kalends.core.unit import Unit
from kalends.payments import (
    BankAccountChanged,
    BankAccountRejected,
    BankAccountVerified,
    ChargebackClosed,
    ChargebackOpened,
    PayoutFailed,
    PayoutHeld,
    PayoutPaid,
    PayoutReversed,
)

from .write import Letter, write_letter

AccountNews = BankAccountChanged | BankAccountVerified | BankAccountRejected
PayoutNews = PayoutPaid | PayoutFailed | PayoutReversed | PayoutHeld
DisputeNews = ChargebackOpened | ChargebackClosed


async def tell_account(unit: Unit, template: str, event: AccountNews) -> None:
    """What became of a bank account, named by its last four digits."""
    account = await payments.get_bank_account(unit, event.bank_account_id)
    facts = {
        "last_four": account.last_four,
        "reason": account.reason,
        "usable_from": getattr(event, "usable_from", None),
        "zone": unit.profile.time_zone,
    }
    occasion = f"{account.id}:{facts['usable_from']}"
    await _tell(unit, event.provider_id, (template, occasion), facts)


async def tell_payout(unit: Unit, template: str, event: PayoutNews) -> None:
    """What became of a payout; the same again is told again."""
    payout = await payments.get_payout(unit, event.payout_id)
    facts = {
        "amount": Money(event.amount, event.currency),
        "came_back": isinstance(event, PayoutReversed),
        "failure": payout.failure,
        "bank_reference": payout.bank_reference,
        "reference": event.payout_id,
    }
    occasion = f"{event.payout_id}:{event.version}"
    await _tell(unit, event.provider_id, (template, occasion), facts)


async def tell_card_dispute(unit: Unit, template: str, event: DisputeNews) -> None:
    """A cardholder's complaint about money that a provider was paid for. A top-up is nobody's else."""
    dispute, provider_id = await payments.get_chargeback(unit, event.chargeback_id)
    if provider_id is None:
        return
    kind, _, subject_id = event.subject.partition(":")
    booking = await bookings.get_booking(unit, UUID(subject_id)) if kind == "booking" else None
    facts = {
        "amount": dispute.amount,
        "borne": dispute.from_provider,
        "outcome": dispute.state.value,
        "booking": booking,
        "reference": dispute.id,
    }
    await _tell(unit, provider_id, (template, str(dispute.id)), facts)


async def _tell(
    unit: Unit, provider_id: UUID, what: tuple[str, str], facts: Mapping[str, Any]
) -> None:
    template, occasion = what
    for person in await identity.managers_of(unit, provider_id):
        await write_letter(unit, Letter(template, occasion, person, facts))
