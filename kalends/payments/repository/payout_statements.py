"""A provider's money by the journal: what it had, what moved, and the sums of a period."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from kalends.core.unit import Unit

_POSITION = """
    WITH base AS (SELECT max(at) AS at FROM ledger_closings WHERE at <= :until), moved AS (
        SELECT kind AS account, amount FROM ledger_closings
        WHERE at = (SELECT at FROM base) AND owner = :owner AND currency = :currency
          AND kind IN ('provider_available', 'provider_reserved')
        UNION ALL
        SELECT account, amount FROM ledger_lines
        WHERE account IN ('provider_available', 'provider_reserved')
          AND owner = :owner AND currency = :currency
          AND at < :until AND at >= coalesce((SELECT at FROM base), '-infinity')
    )
    SELECT coalesce(-sum(amount) FILTER (WHERE account = 'provider_available'), 0) AS available,
           coalesce(-sum(amount) FILTER (WHERE account = 'provider_reserved'), 0) AS reserved
    FROM moved
"""
_LINES = """
    SELECT transaction_id, key, kind, subject, at,
           coalesce(-sum(amount) FILTER (WHERE account = 'provider_available'), 0) AS available,
           coalesce(-sum(amount) FILTER (WHERE account = 'provider_reserved'), 0) AS reserved
    FROM ledger_lines
    WHERE account IN ('provider_available', 'provider_reserved')
      AND owner = :owner AND currency = :currency AND at >= :since AND at < :until
      AND (CAST(:after_at AS timestamptz) IS NULL
           OR (at, transaction_id) > (CAST(:after_at AS timestamptz), CAST(:after_id AS uuid)))
    GROUP BY transaction_id, key, kind, subject, at
    ORDER BY at, transaction_id
    LIMIT :limit
"""
# What came to the provider or left it, reserved or not, one line for each kind of a day.
_DAYS = """
    SELECT max(at) AS at, kind, count(DISTINCT transaction_id) AS movements, -sum(amount) AS amount
    FROM ledger_lines
    WHERE account IN ('provider_available', 'provider_reserved')
      AND owner = :owner AND currency = :currency AND at >= :since AND at < :until
    GROUP BY CAST(at AT TIME ZONE :zone AS date), kind
    HAVING sum(amount) <> 0
    ORDER BY max(at), kind
"""
_MOVED = """
    SELECT DISTINCT a.owner FROM ledger_accounts a
    WHERE a.kind IN ('provider_available', 'provider_reserved') AND a.currency = :currency
      AND (CAST(:after AS text) IS NULL OR a.owner > :after)
      AND EXISTS (SELECT FROM ledger_entries e JOIN ledger_transactions t ON t.id = e.transaction_id
                  WHERE e.account_id = a.id AND t.at >= :since AND t.at < :until)
    ORDER BY a.owner LIMIT :limit
"""
_SPLITS = """
    SELECT transaction_id,
           coalesce(sum(amount) FILTER (WHERE account = 'escrow'), 0) AS gross,
           coalesce(-sum(amount) FILTER (WHERE account = 'platform_commission'), 0) AS commission,
           coalesce(-sum(amount) FILTER (WHERE account = 'tax_payable'), 0) AS tax
    FROM ledger_lines WHERE transaction_id = ANY(:ids) GROUP BY transaction_id
"""
# A page of providers whose account was open; the sums of the period of each; and how each stood at its end,
# from the last closing on.
_TOTALS = """
    WITH base AS (SELECT max(at) AS at FROM ledger_closings WHERE at <= :since), shown AS (
        SELECT owner FROM ledger_accounts
        WHERE kind = 'provider_available' AND currency = :currency AND created_at < :until
          AND (CAST(:owner AS text) IS NULL OR owner = :owner)
          AND (CAST(:after AS text) IS NULL OR owner > :after)
        ORDER BY owner LIMIT :limit
    ), own AS (
        SELECT l.transaction_id, l.owner, l.account, l.kind, l.at, l.amount
        FROM ledger_lines l JOIN shown USING (owner)
        WHERE l.account IN ('provider_available', 'provider_reserved') AND l.currency = :currency
          AND l.at < :until AND l.at >= coalesce((SELECT at FROM base), '-infinity')
        UNION ALL
        SELECT NULL, owner, c.kind, 'closing', c.at - interval '1 microsecond', c.amount
        FROM ledger_closings c JOIN shown USING (owner)
        WHERE c.at = (SELECT at FROM base) AND c.currency = :currency
          AND c.kind IN ('provider_available', 'provider_reserved')
    ), releases AS (
        SELECT DISTINCT owner, transaction_id FROM own WHERE kind = 'release' AND at >= :since
    ), split AS (
        SELECT r.owner,
               coalesce(sum(l.amount) FILTER (WHERE l.account = 'escrow'), 0) AS gross,
               coalesce(-sum(l.amount) FILTER (WHERE l.account = 'platform_commission'), 0) AS commission,
               coalesce(-sum(l.amount) FILTER (WHERE l.account = 'tax_payable'), 0) AS tax,
               coalesce(-sum(l.amount) FILTER (WHERE l.account = 'provider_available'), 0) AS net
        FROM releases r JOIN ledger_lines l USING (transaction_id) GROUP BY r.owner
    )
    SELECT shown.owner,
           coalesce(max(split.gross), 0) AS gross, coalesce(max(split.commission), 0) AS commission,
           coalesce(max(split.tax), 0) AS tax, coalesce(max(split.net), 0) AS net,
           coalesce(sum(own.amount) FILTER (
               WHERE own.kind = 'clawback' AND own.at >= :since), 0) AS taken_back,
           coalesce(sum(own.amount) FILTER (
               WHERE own.kind IN ('payout_paid', 'payout_reversed') AND own.at >= :since), 0) AS paid_out,
           coalesce(-sum(own.amount) FILTER (WHERE own.account = 'provider_available'), 0) AS available,
           coalesce(-sum(own.amount) FILTER (WHERE own.account = 'provider_reserved'), 0) AS reserved
    FROM shown LEFT JOIN own USING (owner) LEFT JOIN split USING (owner)
    GROUP BY shown.owner ORDER BY shown.owner
"""
_REVENUE = """
    SELECT coalesce(-sum(amount), 0) FROM ledger_lines
    WHERE account = 'provider_available' AND owner = ANY(:owners) AND currency = :currency
      AND kind IN ('release', 'clawback')
"""


async def position(unit: Unit, provider_id: UUID, until: datetime) -> Any:
    """What was available and reserved before this moment, in minor units."""
    values = {"owner": str(provider_id), "currency": unit.profile.currency, "until": until}
    return (await unit.session.execute(text(_POSITION), values)).one()


async def lines(
    unit: Unit,
    provider_id: UUID,
    period: tuple[datetime, datetime],
    *,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[Any]:
    """What moved in the period, oldest first, after this place of the list."""
    at, last = after or (None, None)
    values = {
        "owner": str(provider_id),
        "currency": unit.profile.currency,
        "since": period[0],
        "until": period[1],
        "after_at": at,
        "after_id": last,
        "limit": limit,
    }
    return (await unit.session.execute(text(_LINES), values)).all()


async def days(unit: Unit, provider_id: UUID, period: tuple[datetime, datetime]) -> Sequence[Any]:
    """What moved in the period, one line for each kind of a day of the marketplace, oldest first."""
    values = {
        "owner": str(provider_id),
        "currency": unit.profile.currency,
        "zone": unit.profile.time_zone,
        "since": period[0],
        "until": period[1],
    }
    return (await unit.session.execute(text(_DAYS), values)).all()


async def moved(
    unit: Unit, period: tuple[datetime, datetime], *, after: UUID | None, limit: int
) -> list[UUID]:
    """The providers whose money moved in the period, in the order of their ids."""
    values = {
        "currency": unit.profile.currency,
        "since": period[0],
        "until": period[1],
        "after": str(after) if after else None,
        "limit": limit,
    }
    return [UUID(row.owner) for row in await unit.session.execute(text(_MOVED), values)]


async def splits(unit: Unit, transaction_ids: Sequence[UUID]) -> dict[UUID, Any]:
    """What these releases took out of escrow, and what of it was commission and tax."""
    found = await unit.session.execute(text(_SPLITS), {"ids": list(transaction_ids)})
    return {row.transaction_id: row for row in found}


async def totals(
    unit: Unit,
    period: tuple[datetime, datetime],
    *,
    provider_id: UUID | None = None,
    after: UUID | None = None,
    limit: int = 1,
) -> Sequence[Any]:
    """The sums of each provider's period and how it stands at its end: one provider, or a page of them."""
    values = {
        "currency": unit.profile.currency,
        "since": period[0],
        "until": period[1],
        "owner": str(provider_id) if provider_id else None,
        "after": str(after) if after else None,
        "limit": limit,
    }
    return (await unit.session.execute(text(_TOTALS), values)).all()


async def revenue(unit: Unit, provider_ids: Sequence[UUID]) -> int:
    """Minor units that were released to these providers, less what was taken back."""
    owners = [str(one) for one in provider_ids]
    values = {"owners": owners, "currency": unit.profile.currency}
    return int((await unit.session.execute(text(_REVENUE), values)).scalar_one())
