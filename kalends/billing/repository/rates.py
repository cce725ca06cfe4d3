"""Rates in the database: added, never changed."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError

from kalends.core.database import constraint_of
from kalends.core.errors import NotFound
from kalends.core.ids import new_id
from kalends.core.profile import TaxLine
from kalends.core.unit import Unit

from ..models import CommissionRateRow, TaxRateRow
from ..types import CommissionRate, NewCommission, NewTax, TaxRate

_MOST = 100
# One statement, for every booking asks.
_VALID = text("""
    SELECT (SELECT basis_points FROM commission_rates
            WHERE valid_from <= :at
              AND (provider_id IS NULL OR provider_id = CAST(:provider_id AS uuid))
              AND (category IS NULL OR category = CAST(:category AS text))
            ORDER BY provider_id IS NOT NULL DESC, category IS NOT NULL DESC,
                     valid_from DESC, id DESC LIMIT 1) AS commission,
           (SELECT json_agg(newest) FROM (
                SELECT DISTINCT ON (name) name, base, basis_points, valid_from, valid_to
                FROM tax_rates
                WHERE valid_from <= :day AND (valid_to IS NULL OR valid_to > :day)
                ORDER BY name, valid_from DESC, id DESC) newest) AS taxes
""")
_LATER_COMMISSIONS = text("""
    SELECT max(basis_points) FROM commission_rates r
    WHERE r.valid_from > :at OR NOT EXISTS (
        SELECT FROM commission_rates n
        WHERE n.provider_id IS NOT DISTINCT FROM r.provider_id
          AND n.category IS NOT DISTINCT FROM r.category AND n.valid_from <= :at
          AND (n.valid_from, n.id) > (r.valid_from, r.id))
""")
_LATER_DAYS = text("""
    SELECT DISTINCT day FROM tax_rates, LATERAL (VALUES (valid_from), (valid_to)) AS border (day)
    WHERE day > :day ORDER BY day LIMIT 100
""")


async def valid(
    unit: Unit, provider_id: UUID | None, category: str | None, moment: tuple[datetime, date]
) -> tuple[int | None, list[TaxLine]]:
    """The commission and the tax lines that the tables have for a moment and its local day."""
    at, day = moment
    asked = {"provider_id": provider_id, "category": category, "at": at, "day": day}
    row = (await unit.session.execute(_VALID, asked)).one()
    return row.commission, [TaxLine(**line) for line in row.taxes or ()]


async def highest_commission(unit: Unit, at: datetime) -> int | None:
    """The highest commission that anybody pays at the moment or is announced for later."""
    found: int | None = (await unit.session.execute(_LATER_COMMISSIONS, {"at": at})).scalar_one()
    return found


async def days_of_change(unit: Unit, day: date) -> list[date]:
    """The days after `day` on which a tax of the table begins or ends."""
    return list((await unit.session.execute(_LATER_DAYS, {"day": day})).scalars())


async def add_commission(unit: Unit, new: NewCommission) -> CommissionRate:
    """Raises NotFound when there is no such provider."""
    rate = CommissionRate(
        id=new_id(),
        provider_id=new.provider_id,
        category=new.category,
        basis_points=new.basis_points,
        valid_from=new.valid_from or unit.now,
        created_by=unit.principal.user_id,
        reason=new.reason,
    )
    row = insert(CommissionRateRow).values(**asdict(rate), created_at=unit.now)
    try:
        await unit.session.execute(row)
    except IntegrityError as error:
        if constraint_of(error) != "fk_commission_rates_provider_id":
            raise
        raise NotFound from error
    return rate


async def add_tax(unit: Unit, new: NewTax) -> None:
    values = new.line.model_dump() | {
        "id": new_id(),
        "created_by": unit.principal.user_id,
        "reason": new.reason,
        "created_at": unit.now,
    }
    await unit.session.execute(insert(TaxRateRow).values(**values))


async def commissions(unit: Unit) -> Sequence[CommissionRate]:
    """The latest hundred rows, newest first."""
    columns = [getattr(CommissionRateRow, name) for name in CommissionRate.__slots__]
    query = select(*columns).order_by(CommissionRateRow.id.desc()).limit(_MOST)
    return [CommissionRate(*row) for row in await unit.session.execute(query)]


async def taxes(unit: Unit) -> Sequence[TaxRate]:
    """The latest hundred rows, newest first."""
    query = select(TaxRateRow.__table__).order_by(TaxRateRow.id.desc()).limit(_MOST)
    return [_tax(row) for row in await unit.session.execute(query)]


def _tax(row: Any) -> TaxRate:
    names = ("name", "base", "basis_points", "valid_from", "valid_to")
    line = TaxLine(**{name: getattr(row, name) for name in names})
    return TaxRate(row.id, line, row.created_by, row.reason)
