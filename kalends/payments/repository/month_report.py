"""The journal's sums by day, for the operators' report of a month."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text

from kalends.core.unit import Unit

from ..types import Booked

_DAYS = text("""
    SELECT CAST(t.at AT TIME ZONE :zone AS date) AS day, a.kind AS account, t.kind,
           CASE a.kind WHEN 'gateway' THEN a.owner ELSE '' END AS owner,
           CAST(sum(e.amount) AS bigint) AS amount
    FROM ledger_transactions t
    JOIN ledger_entries e ON e.transaction_id = t.id AND e.currency = :currency
    JOIN ledger_accounts a ON a.id = e.account_id
    WHERE t.at >= :since AND t.at < :until
    GROUP BY 1, 2, 3, 4
""")
# What was written down at the last closing, and what has moved since: never more than a month or so.
BEFORE = text("""
    WITH base AS (SELECT max(at) AS at FROM ledger_closings WHERE at <= :since)
    SELECT CAST(:day AS date) AS day, s.kind AS account, '' AS kind,
           CASE s.kind WHEN 'gateway' THEN s.owner ELSE '' END AS owner,
           CAST(sum(s.amount) AS bigint) AS amount
    FROM (
        SELECT c.kind, c.owner, c.amount FROM ledger_closings c
        WHERE c.at = (SELECT at FROM base) AND c.currency = :currency
        UNION ALL
        SELECT a.kind, a.owner, e.amount
        FROM ledger_transactions t
        JOIN ledger_entries e ON e.transaction_id = t.id AND e.currency = :currency
        JOIN ledger_accounts a ON a.id = e.account_id
        WHERE t.at < :since AND t.at >= coalesce((SELECT at FROM base), '-infinity')
    ) s
    GROUP BY 2, 4
""")


async def by_day(unit: Unit, period: tuple[datetime, datetime]) -> Sequence[Booked]:
    """What each account's kind moved on each of the marketplace's days in the period."""
    values = {
        "since": period[0],
        "until": period[1],
        "zone": unit.profile.time_zone,
        "currency": unit.profile.currency,
    }
    rows = await unit.session.execute(_DAYS, values)
    return [Booked(r.day, r.account, r.owner, r.kind, r.amount) for r in rows]


async def before(unit: Unit, since: datetime) -> Sequence[Booked]:
    """What each account's kind had before this moment."""
    values = {"since": since, "day": since.date(), "currency": unit.profile.currency}
    rows = await unit.session.execute(BEFORE, values)
    return [Booked(r.day, r.account, r.owner, r.kind, r.amount) for r in rows]
