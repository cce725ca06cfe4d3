"""Statements: a provider's month, and every provider's period, from the journal alone."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from kalends import ledger
from kalends.core.errors import Invalid, NotFound
from kalends.core.money import Money
from kalends.core.paging import PageQuery, Slice, encode_cursor, id_after, moment_after, slice_of
from kalends.core.unit import Unit

from ..access import access_provider
from ..repository import payout_statements as journal
from ..rules import movements
from ..rules.periods import days_of, month_of
from ..types import Position, Settlement, Statement, StatementLine, Totals


async def statement_of(
    unit: Unit, month: str, provider_id: UUID | None, query: PageQuery
) -> Statement:
    """One provider's month: balances, sums, and a page of its movements with the bookings they are of.

    Raises NotFound, UnknownProvider, Invalid for a cursor that is not ours.
    """
    owner = await provider_in_reach(unit, provider_id)
    period = month_of(month, unit.profile.time_zone)
    after = moment_after(query.cursor) if query.cursor else None
    rows = await journal.lines(unit, owner, period, after=after, limit=query.limit + 1)
    kept = rows[: query.limit]
    sums = await journal.totals(unit, period, provider_id=owner)
    opening = _position(unit, await journal.position(unit, owner, period[0]))
    closing = _position(unit, sums[0]) if sums else opening
    more = encode_cursor(kept[-1].at, kept[-1].transaction_id) if len(rows) > len(kept) else None
    totals = totals_of(unit, sums[0] if sums else None)
    return Statement(month, owner, opening, closing, totals, await _lines(unit, kept), more)


async def settlement_report(
    unit: Unit, days: tuple[date, date], query: PageQuery
) -> Slice[Settlement]:
    """Every provider's sums from the first to the last day, a page of providers.

    Raises Invalid for a period of no day or of more than a year, or a cursor that is not ours.
    """
    try:
        period = days_of(days[0], days[1] + timedelta(days=1), unit.profile.time_zone)
    except ValueError as error:
        raise Invalid(str(error)) from error
    after = id_after(query.cursor)
    rows = await journal.totals(unit, period, after=after, limit=query.limit + 1)
    found = [
        Settlement(UUID(row.owner), totals_of(unit, row), _position(unit, row)) for row in rows
    ]
    return slice_of(found, query.limit, lambda one: (str(one.provider_id),))


async def provider_in_reach(unit: Unit, provider_id: UUID | None) -> UUID:
    """The caller's own provider, or for operators any that ever had money. Raises NotFound."""
    if provider_id is None or not unit.principal.is_operator:
        return access_provider(unit, provider_id)
    if await ledger.find_account(unit, ledger.provider_available(provider_id)) is None:
        raise NotFound
    return provider_id


async def _lines(unit: Unit, rows: Any) -> list[StatementLine]:
    released = [row.transaction_id for row in rows if row.kind == movements.RELEASE]
    splits = await journal.splits(unit, released)
    return [_line(unit, row, splits.get(row.transaction_id)) for row in rows]


def _line(unit: Unit, row: Any, split: Any | None) -> StatementLine:
    return StatementLine(
        id=row.transaction_id,
        kind=row.kind,
        subject=row.subject,
        at=row.at,
        available=_money(unit, row.available),
        reserved=_money(unit, row.reserved),
        gross=_money(unit, split.gross) if split else None,
        commission=_money(unit, split.commission) if split else None,
        tax=_money(unit, split.tax) if split else None,
    )


def _position(unit: Unit, row: Any) -> Position:
    return Position(_money(unit, row.available), _money(unit, row.reserved))


def totals_of(unit: Unit, row: Any | None) -> Totals:
    """The sums of a row of totals, nothing where there is none."""
    names = ("gross", "commission", "tax", "net", "taken_back", "paid_out")
    return Totals(*(_money(unit, getattr(row, name) if row else 0) for name in names))


def _money(unit: Unit, amount: Any) -> Money:
    return Money(int(amount), unit.profile.currency)
