"""The journal's SQL. Posting is one call of the database function `ledger_post`."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from kalends.core.checks import Rows
from kalends.core.database import constraint_of
from kalends.core.ids import new_id
from kalends.core.money import Money
from kalends.core.unit import Unit

from .errors import InsufficientFunds
from .rules import fingerprint, owned
from .types import Account, AccountFacts, AccountKind, Entry, Line, Transaction

_POST = text("""
    SELECT posted_id, is_fresh, stored_hash
    FROM ledger_post(CAST(:posting AS jsonb), CAST(:entries AS jsonb))
""")
_LOCK = text("SELECT ledger_lock(CAST(:kinds AS text[]), CAST(:owners AS text[]))")
_OPEN = text("""
    INSERT INTO ledger_accounts (id, kind, owner, currency, created_at)
    VALUES (:id, :kind, :owner, :currency, :now)
    ON CONFLICT (kind, owner, currency) DO NOTHING
""")
_BALANCES = text("""
    SELECT a.kind, a.owner, b.balance AS stored,
           CASE WHEN b.account_id IS NULL THEN
               (SELECT CAST(coalesce(sum(e.amount), 0) AS bigint)
                FROM ledger_entries e WHERE e.account_id = a.id) END AS debits
    FROM unnest(CAST(:kinds AS text[]), CAST(:owners AS text[])) AS w (kind, owner)
    JOIN ledger_accounts a ON (a.kind, a.owner, a.currency) = (w.kind, w.owner, :currency)
    LEFT JOIN ledger_balances b ON b.account_id = a.id
""")
_FACTS = text("""
    SELECT a.id, a.created_at, coalesce(max(t.at), a.created_at) AS updated_at,
           count(e.amount) AS lines, CAST(coalesce(sum(e.amount), 0) AS bigint) AS debits
    FROM ledger_accounts a
    LEFT JOIN ledger_entries e ON e.account_id = a.id
    LEFT JOIN ledger_transactions t ON t.id = e.transaction_id
    WHERE (a.kind, a.owner, a.currency) = (:kind, :owner, :currency)
    GROUP BY a.id
""")
_LINES = text("""
    SELECT t.id, t.kind, t.subject, t.memo, t.at, e.amount
    FROM ledger_accounts a
    JOIN ledger_entries e ON e.account_id = a.id
    JOIN ledger_transactions t ON t.id = e.transaction_id
    WHERE (a.kind, a.owner, a.currency) = (:kind, :owner, :currency)
      AND (CAST(:before AS uuid) IS NULL OR e.transaction_id < CAST(:before AS uuid))
    ORDER BY e.transaction_id DESC
    LIMIT :limit
""")
_COUNT = text("""
    SELECT count(*)
    FROM ledger_accounts a JOIN ledger_entries e ON e.account_id = a.id
    WHERE (a.kind, a.owner, a.currency) = (:kind, :owner, :currency)
""")
# On top of the closing before, so that each costs what one month moved.
_CLOSE = text("""
    WITH base AS (SELECT max(at) AS at FROM ledger_closings WHERE at < :until)
    INSERT INTO ledger_closings (at, kind, owner, currency, amount)
    SELECT :until, s.kind, s.owner, s.currency, CAST(sum(s.amount) AS bigint) FROM (
        SELECT c.kind, c.owner, c.currency, c.amount
        FROM ledger_closings c WHERE c.at = (SELECT at FROM base)
        UNION ALL
        SELECT a.kind, ledger_closed_owner(a.kind, a.owner), e.currency, e.amount
        FROM ledger_transactions t
        JOIN ledger_entries e ON e.transaction_id = t.id
        JOIN ledger_accounts a ON a.id = e.account_id
        WHERE t.at < :until AND t.at >= coalesce((SELECT at FROM base), '-infinity')
    ) s
    WHERE NOT EXISTS (SELECT FROM ledger_closings WHERE at = :until)
    GROUP BY s.kind, s.owner, s.currency HAVING sum(s.amount) <> 0
    ON CONFLICT DO NOTHING
""")
# The newest ones: what was closed earlier was looked at then, and neither it nor the journal changes.
_WRONG_CLOSINGS = text("""
    WITH shown AS (SELECT DISTINCT at FROM ledger_closings ORDER BY at DESC LIMIT 3), summed AS (
        SELECT c.at, a.kind, ledger_closed_owner(a.kind, a.owner) AS owner, e.currency,
               sum(e.amount) AS amount
        FROM shown c
        JOIN ledger_transactions t ON t.at < c.at
        JOIN ledger_entries e ON e.transaction_id = t.id
        JOIN ledger_accounts a ON a.id = e.account_id
        GROUP BY 1, 2, 3, 4 HAVING sum(e.amount) <> 0
    ), closed AS (SELECT * FROM ledger_closings WHERE at IN (SELECT at FROM shown))
    SELECT CAST(at AS text) AS at, kind, owner, currency,
           closed.amount AS stored, CAST(summed.amount AS bigint) AS summed
    FROM closed FULL JOIN summed USING (at, kind, owner, currency)
    WHERE closed.amount IS DISTINCT FROM summed.amount
""")
_OF_KEY = text("""
    SELECT account, owner, currency, amount FROM ledger_lines WHERE key = :key
    ORDER BY account, owner, currency
""")
_UNBALANCED = text("""
    SELECT CAST(t.id AS text) AS transaction_id, t.key, t.entry_count, count(e.amount) AS entries
    FROM ledger_transactions t LEFT JOIN ledger_entries e ON e.transaction_id = t.id
    GROUP BY t.id
    HAVING count(e.amount) < 2 OR count(e.amount) <> t.entry_count
        OR EXISTS (SELECT FROM ledger_entries o WHERE o.transaction_id = t.id
                   GROUP BY o.currency HAVING sum(o.amount) <> 0)
""")
_WRONG_BALANCES = text("""
    SELECT CAST(b.account_id AS text) AS account_id, b.balance AS stored,
           CAST(coalesce(-sum(e.amount), 0) AS bigint) AS summed
    FROM ledger_balances b LEFT JOIN ledger_entries e ON e.account_id = b.account_id
    GROUP BY b.account_id
    HAVING b.balance <> coalesce(-sum(e.amount), 0)
    UNION ALL
    SELECT currency, 0, CAST(sum(amount) AS bigint)
    FROM ledger_entries GROUP BY currency HAVING sum(amount) <> 0
""")
_BELOW_ZERO = text("""
    SELECT CAST(a.id AS text) AS account_id, a.kind, b.balance
    FROM ledger_accounts a LEFT JOIN ledger_balances b ON b.account_id = a.id
    WHERE ledger_guarded(a.kind) AND (b.account_id IS NULL OR (b.balance < 0 AND NOT b.overdraft))
""")


async def post(unit: Unit, transaction: Transaction) -> Any:
    """Return (posted_id, is_fresh, stored_hash). Raises InsufficientFunds; the unit is lost then."""
    posting = {
        "id": new_id(),
        "key": transaction.key,
        "kind": transaction.kind,
        "subject": transaction.subject,
        "memo": transaction.memo,
        "metadata": dict(transaction.metadata),
        "entries_hash": fingerprint(transaction),
        "entry_count": len(transaction.entries),
        "at": unit.now.isoformat(),
        "actor_id": unit.principal.user_id,
    }
    entries = [
        {"account_id": new_id(), "kind": e.account.kind, "owner": e.account.owner}
        | {"currency": e.debit.currency, "amount": e.debit.amount}
        for e in transaction.entries
    ]
    values = {
        "posting": json.dumps(posting, default=str),
        "entries": json.dumps(entries, default=str),
    }
    try:
        return (await unit.session.execute(_POST, values)).one()
    except IntegrityError as error:
        if constraint_of(error) == "ck_ledger_balances_covered":
            raise InsufficientFunds(
                "the account would fall below zero; nothing was moved"
            ) from error
        raise


async def lock(unit: Unit, accounts: Iterable[Account]) -> None:
    await unit.session.execute(_LOCK, _names(accounts))


async def open_account(unit: Unit, account: Account, currency: str) -> None:
    where = {"kind": account.kind, "owner": account.owner, "currency": currency}
    await unit.session.execute(_OPEN, where | {"id": new_id(), "now": unit.now})


async def find_account(unit: Unit, account: Account, currency: str) -> AccountFacts | None:
    where = {"kind": account.kind, "owner": account.owner, "currency": currency}
    row = (await unit.session.execute(_FACTS, where)).one_or_none()
    if row is None:
        return None
    balance = Money(owned(account.kind, row.debits), currency)
    return AccountFacts(row.id, balance, row.lines, row.created_at, row.updated_at)


async def balances(unit: Unit, accounts: Iterable[Account], currency: str) -> dict[Account, Money]:
    wanted = list(accounts)
    values = _names(wanted) | {"currency": currency}
    found = dict.fromkeys(wanted, Money.zero(currency))
    for row in await unit.session.execute(_BALANCES, values):
        kind = AccountKind(row.kind)
        amount = owned(kind, row.debits) if row.stored is None else row.stored
        found[Account(kind, row.owner)] = Money(amount, currency)
    return found


async def lines(
    unit: Unit, account: Account, currency: str, *, before: UUID | None, limit: int
) -> list[Line]:
    """The newest movements first, at most `limit`, older than the transaction `before`."""
    values = {"kind": account.kind, "owner": account.owner, "currency": currency}
    rows = await unit.session.execute(_LINES, values | {"before": before, "limit": limit})
    return [
        Line(r.id, r.kind, Money(owned(account.kind, r.amount), currency), r.subject, r.memo, r.at)
        for r in rows
    ]


async def count_lines(unit: Unit, account: Account, currency: str) -> int:
    values = {"kind": account.kind, "owner": account.owner, "currency": currency}
    count: int = (await unit.session.execute(_COUNT, values)).scalar_one()
    return count


async def entries_of(unit: Unit, key: str) -> tuple[Entry, ...]:
    rows = await unit.session.execute(_OF_KEY, {"key": key})
    return tuple(
        Entry(Account(AccountKind(r.account), r.owner), Money(r.amount, r.currency)) for r in rows
    )


async def close_books(unit: Unit, until: datetime) -> None:
    await unit.session.execute(_CLOSE, {"until": until})


async def wrong_closings(unit: Unit) -> Rows:
    return await _rows(unit, _WRONG_CLOSINGS)


async def unbalanced(unit: Unit) -> Rows:
    return await _rows(unit, _UNBALANCED)


async def wrong_balances(unit: Unit) -> Rows:
    return await _rows(unit, _WRONG_BALANCES)


async def below_zero(unit: Unit) -> Rows:
    return await _rows(unit, _BELOW_ZERO)


async def _rows(unit: Unit, query: Any) -> Rows:
    return [dict(row) for row in (await unit.session.execute(query)).mappings()]


def _names(accounts: Iterable[Account]) -> dict[str, list[str]]:
    ordered = sorted({(a.kind.value, a.owner) for a in accounts})
    return {"kinds": [kind for kind, _ in ordered], "owners": [owner for _, owner in ordered]}
