"""The journal's lines of a subject."""

from sqlalchemy import text

from kalends.core.money import Money
from kalends.core.unit import Unit

from ..rules.journal import JournalLine, money_events
from ..types import MoneyEvent

_LINES = text("""
    SELECT transaction_id, key, kind, at, account, owner, currency, amount FROM ledger_lines
    WHERE subject = :subject ORDER BY at, transaction_id, account, owner LIMIT 2000
""")


async def events_of(unit: Unit, subject: str) -> list[MoneyEvent]:
    """What came, was released and went back for the subject, oldest first."""
    rows = await unit.session.execute(_LINES, {"subject": subject})
    return money_events(
        JournalLine(
            r.transaction_id, r.key, r.kind, r.at, r.account, r.owner, Money(r.amount, r.currency)
        )
        for r in rows
    )
