"""Bank accounts: given by providers, judged by the bank's answer or by an operator."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import UUID

from kalends.core import audit
from kalends.core.errors import NotFound
from kalends.core.gateways import BankDetails
from kalends.core.ids import new_id
from kalends.core.paging import PageQuery, Slice, id_after, slice_of
from kalends.core.principal import ActorKind
from kalends.core.states import Order, begin, fire
from kalends.core.unit import Unit

from ..access import access_provider, providers_run_by
from ..events import BankAccountChanged
from ..processes import BANK_ACCOUNTS
from ..repository import bank_accounts
from ..types import BankAccountFacts, NewBankAccount
from .payout_gateways import payout_gateway

KIND = "bank_account"


async def add_bank_account(
    unit: Unit, provider_id: UUID | None, details: BankDetails
) -> BankAccountFacts:
    """Give a provider's bank account. It replaces the verified one when it is verified itself.

    An account that still waited is forgotten. Raises NotFound, UnknownProvider.
    """
    new = NewBankAccount(access_provider(unit, provider_id), details)
    await bank_accounts.lock_provider(unit, new.provider_id)
    for earlier in await bank_accounts.lock_of_provider(unit, new.provider_id, "pending"):
        order = Order(ActorKind.system, "another account was given")
        await fire(unit, BANK_ACCOUNTS, earlier.id, "replace", order)
    row = await _insert(unit, new)
    await begin(unit, BANK_ACCOUNTS, row, ActorKind.provider)
    unit.emit(BankAccountChanged(bank_account_id=row.id, provider_id=row.provider_id))
    unit.defer("payments.verify_bank_account", bank_account_id=str(row.id))
    detail = {"provider_id": row.provider_id, "last_four": row.last_four}
    await audit.record(unit, audit.Deed("bank_account.added", KIND, str(row.id), detail))
    return bank_accounts.facts(row)


async def list_own(unit: Unit, query: PageQuery) -> Slice[BankAccountFacts]:
    """The accounts of the providers that the caller runs, newest first. Raises Invalid for a cursor."""
    before, mine = id_after(query.cursor), providers_run_by(unit.principal)
    rows = await bank_accounts.newest_of(unit, mine, before=before, limit=query.limit + 1)
    return _slice(rows, query)


async def list_all(unit: Unit, state: str | None, query: PageQuery) -> Slice[BankAccountFacts]:
    """Everybody's accounts, newest first. Raises Invalid for a cursor that is not ours."""
    before = id_after(query.cursor)
    rows = await bank_accounts.newest(unit, state, before=before, limit=query.limit + 1)
    return _slice(rows, query)


async def verify_by_operator(unit: Unit, account_id: UUID, reason: str) -> BankAccountFacts:
    """An operator vouches for an account. Raises NotFound, TransitionNotAllowed."""
    row = await locked(unit, account_id)
    await make_verified(unit, row, Order(ActorKind.operator, reason))
    return await _decided(unit, row, "bank_account.verified", reason)


async def reject_by_operator(unit: Unit, account_id: UUID, reason: str) -> BankAccountFacts:
    """An operator refuses an account, even a verified one. Raises NotFound, TransitionNotAllowed."""
    row = await locked(unit, account_id)
    await make_rejected(unit, row, Order(ActorKind.operator, reason))
    return await _decided(unit, row, "bank_account.rejected", reason)


async def locked(unit: Unit, account_id: UUID) -> Any:
    """The account, with its provider's accounts to ourselves. Raises NotFound."""
    row = await bank_accounts.by_id(unit, account_id)
    if row is None:
        raise NotFound
    await bank_accounts.lock_provider(unit, row.provider_id)
    return await bank_accounts.lock(unit, account_id)


async def make_verified(unit: Unit, row: Any, order: Order) -> None:
    """The account takes the place of the verified one; after a change nothing goes to it for a while."""
    pause = timedelta()
    if await bank_accounts.was_verified_before(unit, row):
        pause = timedelta(hours=unit.profile.payout.bank_change_hold_hours)
    for earlier in await bank_accounts.lock_of_provider(unit, row.provider_id, "verified"):
        if earlier.id != row.id:
            replaced = Order(ActorKind.system, "another account was verified")
            await fire(unit, BANK_ACCOUNTS, earlier.id, "replace", replaced)
    await bank_accounts.note(unit, row.id, usable_from=unit.now + pause, reason=None)
    await fire(unit, BANK_ACCOUNTS, row.id, "verify", order)


async def make_rejected(unit: Unit, row: Any, order: Order) -> None:
    """The account cannot be used; the order's reason says why."""
    await bank_accounts.note(unit, row.id, reason=order.reason)
    await fire(unit, BANK_ACCOUNTS, row.id, "reject", order)


async def bounced(unit: Unit, account_id: UUID, reason: str) -> None:
    """A payout came back for good: nothing more is sent to this account."""
    row = await bank_accounts.lock(unit, account_id)
    if row is not None and row.state == "verified":
        await make_rejected(unit, row, Order(ActorKind.gateway, reason))


def opened(unit: Unit, row: Any) -> BankDetails:
    """What the provider told us, in the clear: for the gateway, and for nobody else."""
    holder, number, routing = (
        unit.house.keyring.open(getattr(row, column), bank_accounts.context_of(column, row.id))
        for column in ("holder", "account_number", "routing")
    )
    return BankDetails(holder, number, routing, row.country)


def sealed(unit: Unit, account_id: UUID, column: str, value: str) -> bytes:
    return unit.house.keyring.seal(value, bank_accounts.context_of(column, account_id))


async def _insert(unit: Unit, new: NewBankAccount) -> Any:
    account_id, told = new_id(), asdict(new.details)
    secrets = {
        column: sealed(unit, account_id, column, told[column])
        for column in ("holder", "account_number", "routing")
    }
    facts = {
        "provider_id": new.provider_id,
        "last_four": new.details.account_number[-4:],
        "country": new.details.country,
        "gateway": payout_gateway(unit.house),
    }
    return await bank_accounts.add(unit, account_id, facts | secrets)


async def _decided(unit: Unit, before: Any, action: str, reason: str) -> BankAccountFacts:
    after = bank_accounts.facts(await bank_accounts.by_id(unit, before.id))
    detail = {"before": before.state, "after": after.state, "reason": reason}
    detail |= {"provider_id": before.provider_id, "last_four": before.last_four}
    await audit.record(unit, audit.Deed(action, KIND, str(before.id), detail))
    return after


def _slice(rows: Any, query: PageQuery) -> Slice[BankAccountFacts]:
    found = [bank_accounts.facts(row) for row in rows]
    return slice_of(found, query.limit, lambda account: (str(account.id),))
