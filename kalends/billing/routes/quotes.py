"""Quotes over HTTP."""

from kalends.core.edge import CurrentUnit, Routes
from kalends.core.errors import NotFound

from ..errors import AddonUnavailable
from ..schemas import QuoteRead, RentalRequest
from ..service.quotes import quote_rental

routes = Routes("billing")


@routes.add(
    "POST /quotes",
    summary="Price a booking and fix the price for a few minutes",
    errors=[NotFound, AddonUnavailable],
)
async def quote(unit: CurrentUnit, body: RentalRequest) -> QuoteRead:
    """The body of a booking. Sending the token with the booking gives exactly this price."""
    price, token, expires_at = await quote_rental(unit, body)
    return QuoteRead.quoted(price, token, expires_at)
