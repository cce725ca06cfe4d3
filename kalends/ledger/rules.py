"""What makes a transaction postable, and its fingerprint. Pure."""

import hashlib
import json
from collections import Counter

from .types import AccountKind, Entry, Move, Transaction

MIN_ENTRIES = 2


class Unbalanced(ValueError):
    """The entries do not form a transaction: a bug of the caller, refused before it reaches the database."""


def check_entries(entries: tuple[Entry, ...]) -> None:
    """Raise Unbalanced unless there are two entries or more, none zero, one per account, zero in sum."""
    if len(entries) < MIN_ENTRIES:
        raise Unbalanced("a transaction has at least two entries")
    if not all(entry.debit for entry in entries):
        raise Unbalanced("an entry moves something")
    if len({(entry.account, entry.debit.currency) for entry in entries}) < len(entries):
        raise Unbalanced("an account has one entry per transaction")
    sums: Counter[str] = Counter()
    for entry in entries:
        sums[entry.debit.currency] += entry.debit.amount
    if any(sums.values()):
        raise Unbalanced(f"the entries do not add up to zero: {dict(sums)}")


def fingerprint(transaction: Transaction) -> str:
    """What must be equal when the same key comes again: kind, subject and entries in any order."""
    lines = sorted(
        [e.account.kind, e.account.owner, e.debit.currency, e.debit.amount]
        for e in transaction.entries
    )
    packed = json.dumps([transaction.kind, transaction.subject, lines], separators=(",", ":"))
    return hashlib.sha256(packed.encode()).hexdigest()


def transaction_of(move: Move) -> Transaction:
    """The two entries of a move. Raises Unbalanced for an amount that is not positive."""
    if move.amount.amount <= 0:
        raise Unbalanced("a move has a positive amount")
    entries = (Entry(move.debit, move.amount), Entry(move.credit, -move.amount))
    return Transaction(move.key, move.kind, move.subject, move.memo, entries)


def owned(kind: AccountKind, debits: int) -> int:
    """Turn a sum of debits into what the owner has."""
    return debits if kind.debit_normal else -debits
