"""Commission and taxes, for operators."""

from kalends.core.edge import CurrentUnit, Routes
from kalends.core.errors import NotFound

from ..errors import RateInThePast, RatesExceedPrice
from ..schemas.settings import CommissionChange, CommissionRead, TaxChange, TaxesRead
from ..service import rates

routes = Routes("billing")


@routes.add("GET /admin/settings/commission", summary="The commission, and the rates that were set")
async def read_commission(unit: CurrentUnit) -> CommissionRead:
    terms, rows = await rates.commission_settings(unit)
    return CommissionRead.of(terms.commission_bp, rows)


@routes.add(
    "PATCH /admin/settings/commission",
    errors=[NotFound, RateInThePast, RatesExceedPrice],
    summary="Set a commission, from now or later on",
)
async def change_commission(unit: CurrentUnit, body: CommissionChange) -> CommissionRead:
    """The most specific rate counts: a provider's, a category's, everybody's. Bookings keep theirs."""
    await rates.change_commission(unit, body.new())
    terms, rows = await rates.commission_settings(unit)
    return CommissionRead.of(terms.commission_bp, rows)


@routes.add("GET /admin/settings/taxes", summary="The taxes, and the lines that were set")
async def read_taxes(unit: CurrentUnit) -> TaxesRead:
    terms, rows = await rates.tax_settings(unit)
    return TaxesRead.of(terms.taxes, rows)


@routes.add(
    "PATCH /admin/settings/taxes",
    errors=[RateInThePast, RatesExceedPrice],
    summary="Set a tax, from today or later on",
)
async def change_tax(unit: CurrentUnit, body: TaxChange) -> TaxesRead:
    """It takes the place of the earlier line of that name. Bookings keep theirs."""
    await rates.change_tax(unit, body.new())
    terms, rows = await rates.tax_settings(unit)
    return TaxesRead.of(terms.taxes, rows)
