"""Quotes: the price now, and a signed token that fixes it for a few minutes."""

from datetime import datetime

from kalends.core.unit import Unit

from ..errors import KindNotOffered
from ..rules.prices import Price
from ..schemas import AppointmentRequest, RentalRequest
from .appointments import visit_fingerprint, visit_price
from .rentals import rental_fingerprint, rental_price
from .tokens import seal


async def quote(
    unit: Unit, request: RentalRequest | AppointmentRequest
) -> tuple[Price, str, datetime]:
    """Price the request from the catalogue; return the price, its token and when the token ends.

    Raises KindNotOffered, and what pricing that kind raises.
    """
    check_kind(unit, request.kind)
    price, what = await _priced(unit, request)
    token, expires = seal(unit, what, price)
    return price, token, expires


def check_kind(unit: Unit, kind: str) -> None:
    """Raises KindNotOffered for a kind of booking that this marketplace does not have."""
    offered = unit.profile.booking.kinds
    if kind not in offered:
        raise KindNotOffered(f"kind: bookings here are one of: {', '.join(offered)}")


async def _priced(unit: Unit, request: RentalRequest | AppointmentRequest) -> tuple[Price, str]:
    if isinstance(request, RentalRequest):
        return (await rental_price(unit, request)).price, rental_fingerprint(request)
    return (await visit_price(unit, request)).price, visit_fingerprint(request)
