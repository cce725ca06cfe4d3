"""Asking for a payout: somebody does, the calendar does, or a release of escrow."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog

from kalends import ledger
from kalends.core import audit
from kalends.core.errors import Problem
from kalends.core.house import House
from kalends.core.money import Money
from kalends.core.principal import ActorKind
from kalends.core.states import begin
from kalends.core.unit import Unit, open_unit

from ..access import access_provider
from ..errors import (
    AmountOutOfRange,
    BankAccountOnHold,
    NoBankAccount,
    PayoutExceedsAvailable,
    PayoutTooSmall,
)
from ..processes import PAYOUTS
from ..repository import bank_accounts, payouts
from ..rules.payout_processes import PAYOUT
from ..types import PAYOUT_SUBJECT, Origin, PayoutFacts, PayoutWish
from .payout_approval import approve_by_rule

MONDAY, FIRST = 0, 1
_DUE: dict[str, Callable[[datetime], bool]] = {
    "on_release": lambda _: True,  # what was too little, or had no account, at the release
    "daily": lambda _: True,
    "weekly": lambda today: today.weekday() == MONDAY,
    "monthly": lambda today: today.day == FIRST,
}
_log = structlog.get_logger()


async def ask_for_payout(unit: Unit, provider_id: UUID | None, amount: Money | None) -> PayoutFacts:
    """A provider asks for money; without an amount for all of it. It is set aside at once.

    Raises NotFound, UnknownProvider, and what `request_payout` raises.
    """
    wish = PayoutWish(access_provider(unit, provider_id), amount)
    payout = await request_payout(unit, wish)
    detail = {"provider_id": payout.provider_id, "amount": payout.amount.amount}
    detail |= {"currency": payout.amount.currency}
    deed = audit.Deed("payout.requested", PAYOUT_SUBJECT, str(payout.id), detail)
    await audit.record(unit, deed)
    return payout


async def request_payout(unit: Unit, wish: PayoutWish) -> PayoutFacts:
    """Set the money aside and make a payout of it.

    Raises NoBankAccount, BankAccountOnHold, AmountOutOfRange for a foreign currency, PayoutTooSmall, and
    PayoutExceedsAvailable with what is available, which a provider who owes has nothing of.
    """
    await payouts.one_at_a_time(unit, wish.provider_id)
    await _check_account(unit, wish.provider_id)
    amount = await _amount(unit, wish)
    by_person = wish.origin is Origin.request
    values = {
        "provider_id": wish.provider_id,
        "origin": wish.origin,
        "amount": amount.amount,
        "currency": amount.currency,
        "requested_by": unit.user_id if by_person else None,
    }
    row = await payouts.add(unit, PAYOUT, values)
    assert row is not None
    await begin(unit, PAYOUTS, row, ActorKind.provider if by_person else ActorKind.system)
    await approve_by_rule(unit, row)
    return payouts.facts(await payouts.by_id(unit, row.id))


async def pay_out_released(unit: Unit, provider_id: UUID) -> None:
    """After a release: ask for all that is available, where the profile says so and it can be paid."""
    if unit.profile.payout.schedule == "on_release":
        await _quietly(request_payout(unit, PayoutWish(provider_id, None, Origin.release)))


async def pay_out_by_calendar(house: House) -> int:
    """On the profile's days, ask for what every provider has; return how many payouts that made."""
    async with open_unit(house, read_only=True) as unit:
        today = unit.now.astimezone(ZoneInfo(house.profile.time_zone))
        due = _DUE.get(house.profile.payout.schedule)
        ready = await payouts.providers_to_pay(unit) if due and due(today) else ()
    made = 0
    for provider_id in ready:
        async with open_unit(house) as unit:
            wish = PayoutWish(provider_id, None, Origin.schedule)
            made += await _quietly(request_payout(unit, wish))
    return made


async def _check_account(unit: Unit, provider_id: UUID) -> None:
    account = await bank_accounts.verified_of(unit, provider_id)
    if account is None:
        raise NoBankAccount("give a bank account first, and wait until it is verified")
    if not bank_accounts.usable(account, unit.now):
        raise BankAccountOnHold(
            "the account was changed; payouts to it begin after a pause",
            usable_from=account.usable_from.isoformat(),
        )


async def _amount(unit: Unit, wish: PayoutWish) -> Money:
    account = ledger.provider_available(wish.provider_id)
    await ledger.lock(unit, account)
    available = await ledger.balance(unit, account)
    amount = available if wish.amount is None else wish.amount
    if amount.currency != available.currency:
        raise AmountOutOfRange(f"this marketplace pays out in {available.currency}")
    shown = {"amount": available.amount, "currency": available.currency}
    if available.amount <= 0 or amount > available:
        raise PayoutExceedsAvailable(f"{available} is available", available=shown)
    smallest = Money(unit.profile.payout.minimum, amount.currency)
    if amount < smallest:
        detail = f"{available} is available, and the smallest payout is {smallest}"
        raise PayoutTooSmall(detail, minimum=smallest.amount, available=shown)
    return amount


async def _quietly(work: Awaitable[Any]) -> bool:
    """Whether it could be done; what speaks against it was decided before anything was written."""
    try:
        await work
    except Problem as refusal:
        _log.info("payout.not_due", reason=refusal.code)
        return False
    return True
