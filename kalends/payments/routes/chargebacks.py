"""Card disputes, for operators."""

from typing import Annotated

from fastapi import Query

from kalends.core.edge import CurrentUnit, Routes
from kalends.core.paging import Page

from ..schemas import ChargebackRead, ChargebacksQuery
from ..service.chargeback_listings import list_chargebacks

routes = Routes("payments")


@routes.add("GET /admin/chargebacks", summary="What cardholders took back, newest first")
async def list_card_disputes(
    query: Annotated[ChargebacksQuery, Query()], unit: CurrentUnit
) -> Page[ChargebackRead]:
    """`state=open` are those that the card network has not decided; a gateway may have the money already."""
    found = await list_chargebacks(unit, query.state, query)
    items = [ChargebackRead.of(dispute) for dispute in found.rows]
    return Page(items=items, next_cursor=found.next_cursor)
