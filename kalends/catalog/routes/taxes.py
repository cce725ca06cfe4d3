"""The endpoints of what providers' invoices say of them."""

from typing import Annotated

from fastapi import Query

from kalends.core.edge import CurrentUnit, Routes
from kalends.core.errors import NotFound

from ..errors import TaxDetailsWrong, WhichProvider
from ..schemas import TaxDetailsIn, TaxDetailsRead, WhichQuery
from ..service import taxes

tax_routes = Routes("providers")
Which = Annotated[WhichQuery, Query()]


@tax_routes.add(
    "GET /providers/tax-details",
    errors=[NotFound, WhichProvider],
    summary="What a provider's invoices say of it",
)
async def read_tax_details(unit: CurrentUnit, which: Which) -> TaxDetailsRead:
    details = await taxes.read_tax_details(unit, which.provider_id)
    return TaxDetailsRead.of(unit.profile.documents.tax_id_name, details)


@tax_routes.add(
    "PUT /providers/tax-details",
    errors=[NotFound, WhichProvider, TaxDetailsWrong],
    summary="Say what a provider's invoices say of it, from the next one on",
)
async def set_tax_details(unit: CurrentUnit, which: Which, body: TaxDetailsIn) -> TaxDetailsRead:
    details = await taxes.set_tax_details(unit, which.provider_id, body.details())
    return TaxDetailsRead.of(unit.profile.documents.tax_id_name, details)
