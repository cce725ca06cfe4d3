"""Quotes over HTTP."""

from kalends.core.edge import CurrentUnit, Routes
from kalends.core.errors import NotFound

from ..errors import AddonUnavailable, KindNotOffered, StaffNotQualified, TooFarAway
from ..schemas import QuoteRead, QuoteRequest
from ..service import quotes

routes = Routes("billing")


@routes.add(
    "POST /quotes",
    summary="Price a booking and fix the price for a few minutes",
    errors=[NotFound, AddonUnavailable, KindNotOffered, StaffNotQualified, TooFarAway],
)
async def quote(unit: CurrentUnit, body: QuoteRequest) -> QuoteRead:
    """The body of a booking. Sending the token with the booking gives exactly this price."""
    price, token, expires_at = await quotes.quote(unit, body)
    return QuoteRead.quoted(price, token, expires_at)
