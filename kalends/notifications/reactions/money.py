"""What providers and subscribers are told of their money, and when."""

from kalends.billing import (
    StatementIssued,
    SubscriptionActivated,
    SubscriptionCancelled,
    SubscriptionUnpaid,
)
from kalends.core.events import on
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

from ..service import money_letters, statement_letters, subscription_letters


@on(BankAccountChanged)
async def tell_new_account(unit: Unit, event: BankAccountChanged) -> None:
    await money_letters.tell_account(unit, "bank_account_changed", event)


@on(BankAccountVerified)
async def tell_verified_account(unit: Unit, event: BankAccountVerified) -> None:
    await money_letters.tell_account(unit, "bank_account_verified", event)


@on(BankAccountRejected)
async def tell_rejected_account(unit: Unit, event: BankAccountRejected) -> None:
    await money_letters.tell_account(unit, "bank_account_rejected", event)


@on(PayoutPaid)
async def tell_paid_payout(unit: Unit, event: PayoutPaid) -> None:
    await money_letters.tell_payout(unit, "payout_paid", event)


@on(PayoutFailed)
async def tell_failed_payout(unit: Unit, event: PayoutFailed) -> None:
    await money_letters.tell_payout(unit, "payout_returned", event)


@on(PayoutReversed)
async def tell_reversed_payout(unit: Unit, event: PayoutReversed) -> None:
    await money_letters.tell_payout(unit, "payout_returned", event)


@on(PayoutHeld)
async def tell_held_payout(unit: Unit, event: PayoutHeld) -> None:
    await money_letters.tell_payout(unit, "payout_held", event)


@on(ChargebackOpened)
async def tell_card_dispute(unit: Unit, event: ChargebackOpened) -> None:
    await money_letters.tell_card_dispute(unit, "card_dispute_opened", event)


@on(ChargebackClosed)
async def tell_end_of_card_dispute(unit: Unit, event: ChargebackClosed) -> None:
    await money_letters.tell_card_dispute(unit, "card_dispute_closed", event)


@on(StatementIssued)
async def send_statement(unit: Unit, event: StatementIssued) -> None:
    await statement_letters.send_statement(unit, event)


@on(SubscriptionActivated)
async def tell_new_period(unit: Unit, event: SubscriptionActivated) -> None:
    await subscription_letters.tell_active(unit, event)


@on(SubscriptionUnpaid)
async def tell_unpaid_period(unit: Unit, event: SubscriptionUnpaid) -> None:
    await subscription_letters.tell_unpaid(unit, event)


@on(SubscriptionCancelled)
async def tell_end_of_subscription(unit: Unit, event: SubscriptionCancelled) -> None:
    await subscription_letters.tell_cancelled(unit, event)
