"""Quotes over HTTP."""

from kalends.billing import AddonUnavailable, KindNotOffered, StaffNotQualified, TooFarAway
from kalends.core.edge import CurrentUnit
from kalends.core.errors import NotFound

from ..errors import OwnVenue, SlotUnavailable, VenueRequired
from ..schemas import PricedRead, QuoteRequest
from ..service.priced import priced
from .base import routes


@routes.add(
    "POST /quotes",
    summary="Price a booking, an enquiry or an event, and fix the price for a few minutes",
    errors=[
        NotFound,
        AddonUnavailable,
        KindNotOffered,
        StaffNotQualified,
        TooFarAway,
        OwnVenue,
        VenueRequired,
        SlotUnavailable,
    ],
)
async def quote(unit: CurrentUnit, body: QuoteRequest) -> PricedRead:
    """The body that would be sent. Sending it with the token gives exactly this price."""
    return PricedRead.told(*await priced(unit, body))
