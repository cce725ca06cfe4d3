"""Posting to the journal and asking it. One function writes; everything else calls it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from kalends.core.money import Money
from kalends.core.paging import PageQuery, Slice, id_after, slice_of
from kalends.core.unit import Unit

from . import repository
from .errors import LedgerConflict
from .rules import check_entries, fingerprint, transaction_of
from .types import Account, AccountFacts, Entry, Line, Move, Posted, Transaction

STILL_OPEN = timedelta(days=1)  # longer than any transaction lasts


async def post(unit: Unit, transaction: Transaction) -> Posted:
    """Post in the caller's unit, in one statement. The same key with the same content posts once.

    Raises Unbalanced for entries that are no transaction, InsufficientFunds when a guarded account would
    fall below zero (the unit can then only be rolled back), LedgerConflict when the key was used for
    something else.
    """
    check_entries(transaction.entries)
    posted = await repository.post(unit, transaction)
    if posted.stored_hash != fingerprint(transaction):
        raise LedgerConflict(f"{transaction.key} was already posted with other entries")
    return Posted(posted.posted_id, posted.is_fresh)


async def move(unit: Unit, order: Move) -> Posted:
    """Debit one account and credit another. Raises what `post` raises."""
    return await post(unit, transaction_of(order))


async def lock(unit: Unit, *accounts: Account) -> None:
    """Hold the guarded balances of these accounts until the unit ends; always in the same order."""
    await repository.lock(unit, accounts)


async def open_account(unit: Unit, account: Account, currency: str | None = None) -> None:
    """Open the account with nothing on it, unless it is open. Postings do that by themselves."""
    await repository.open_account(unit, account, currency or unit.profile.currency)


async def find_account(
    unit: Unit, account: Account, currency: str | None = None
) -> AccountFacts | None:
    """What is known of an account; None when it was never opened."""
    return await repository.find_account(unit, account, currency or unit.profile.currency)


async def balance(unit: Unit, account: Account, currency: str | None = None) -> Money:
    """What the owner has, in the marketplace's currency unless another is named."""
    return (await balances(unit, [account], currency))[account]


async def balances(
    unit: Unit, accounts: Iterable[Account], currency: str | None = None
) -> dict[Account, Money]:
    """What the owners have, in one statement; zero for accounts that nothing was posted to."""
    return await repository.balances(unit, accounts, currency or unit.profile.currency)


async def statement(
    unit: Unit, account: Account, query: PageQuery, currency: str | None = None
) -> Slice[Line]:
    """The movements of an account, newest first. Raises Invalid for a cursor that is not ours."""
    before = id_after(query.cursor)
    found = await newest_lines(unit, account, before, query.limit + 1, currency)
    return slice_of(found, query.limit, lambda line: (str(line.transaction_id),))


async def newest_lines(
    unit: Unit, account: Account, before: UUID | None, limit: int, currency: str | None = None
) -> list[Line]:
    """At most `limit` movements older than the transaction `before`, for lists that merge them."""
    code = currency or unit.profile.currency
    return await repository.lines(unit, account, code, before=before, limit=limit)


async def count_lines(unit: Unit, account: Account, currency: str | None = None) -> int:
    """How many movements the account has had."""
    return await repository.count_lines(unit, account, currency or unit.profile.currency)


async def entries_of(unit: Unit, key: str) -> tuple[Entry, ...]:
    """What was posted for this cause; nothing when it was not."""
    return await repository.entries_of(unit, key)


async def close_books(unit: Unit, until: datetime) -> bool:
    """Write down what was there before this moment, once; False while something may still be posted before it."""
    if unit.now < until + STILL_OPEN:
        return False
    await repository.close_books(unit, until)
    return True
