"""A provider's month as a whole, for the statement that is issued about it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from kalends import ledger
from kalends.core.money import Money
from kalends.core.unit import Unit

from ..repository import payout_statements as journal
from ..rules.periods import month_of, months_to
from ..types import MonthBooks, MonthLine
from .payout_statements import totals_of

CLOSED_MONTHS = 13
MOST_LINES = 400  # of a statement that names each movement; a longer one tells days


async def month_books(unit: Unit, provider_id: UUID, month: str) -> MonthBooks:
    """The month (``2026-11``) by the journal; balances are asked for by themselves, not summed up."""
    period = month_of(month, unit.profile.time_zone)
    opening = await journal.position(unit, provider_id, period[0])
    closing = await journal.position(unit, provider_id, period[1])
    sums = await journal.totals(unit, period, provider_id=provider_id)
    return MonthBooks(
        provider_id=provider_id,
        since=period[0],
        until=period[1],
        opening=_money(unit, opening.available + opening.reserved),
        closing=_money(unit, closing.available + closing.reserved),
        totals=totals_of(unit, sums[0] if sums else None),
        lines=tuple(await _lines(unit, provider_id, month)),
    )


async def providers_moved(
    unit: Unit, month: str, after: UUID | None = None, limit: int = 200
) -> Sequence[UUID]:
    """The providers whose money moved in the month, a page of them."""
    period = month_of(month, unit.profile.time_zone)
    return await journal.moved(unit, period, after=after, limit=limit)


async def _lines(unit: Unit, provider_id: UUID, month: str) -> list[MonthLine]:
    period = month_of(month, unit.profile.time_zone)
    rows = await journal.lines(unit, provider_id, period, after=None, limit=MOST_LINES + 1)
    if len(rows) > MOST_LINES:
        days = await journal.days(unit, provider_id, period)
        return [MonthLine(r.at, r.kind, None, r.movements, _money(unit, r.amount)) for r in days]
    found = [
        MonthLine(r.at, r.kind, r.subject, 1, _money(unit, r.available + r.reserved)) for r in rows
    ]
    return [line for line in found if line.amount]


def _money(unit: Unit, amount: Any) -> Money:
    return Money(int(amount), unit.profile.currency)


async def close_months(unit: Unit) -> None:
    """Write down what each of the last months began with, so that reports begin there."""
    today = unit.now.astimezone(ZoneInfo(unit.profile.time_zone)).date()
    for began in reversed(list(months_to(today, CLOSED_MONTHS))):
        await ledger.close_books(unit, month_of(began, unit.profile.time_zone)[0])
