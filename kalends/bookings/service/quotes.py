"""What something would cost, whichever kind it is, and a token that fixes the price for a few minutes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from kalends import billing
from kalends.billing import AppointmentRequest, Price, PriceLine, RentalRequest
from kalends.core.money import Money
from kalends.core.unit import Unit

from ..errors import VenueRequired
from ..rules.ranges import Span
from ..schemas import EnquiryRequest
from ..schemas.events import EventRequest
from ..types import Candidate, LineFacts
from ..types.events import NewEventLine
from .create import lines_of
from .events.terms import new_line

Sealed = tuple[Price, str, datetime]
Priced = RentalRequest | AppointmentRequest | EventRequest


async def quote(unit: Unit, request: Priced) -> Sealed:
    """The price, its token, and when the token ends. Raises what making such a booking raises for its price."""
    if not isinstance(request, EventRequest):
        return await billing.quote(unit, request)
    billing.check_kind(unit, request.kind)
    span = Span(request.start_time, request.end_time)
    lines = [await new_line(unit, one.wish(), span) for one in request.lines]
    if not any(line.role == "venue" for line in lines):
        raise VenueRequired("name a line with role: venue")
    price = _price([_line_of(line) for line in lines])
    return price, *billing.seal(unit, _event(request), price)


def quote_candidate(unit: Unit, request: EnquiryRequest, first: Candidate) -> Sealed:
    """The same for what the provider who is asked first would do."""
    price = _price([_fact(line) for line in first.lines])
    return price, *billing.seal(unit, _enquiry(request), price)


def at_quoted_price(unit: Unit, request: EnquiryRequest, first: Candidate) -> Candidate:
    """The candidate at the price of the request's token, if it has one. Raises QuoteMismatch, QuoteExpired."""
    if request.quote_token is None:
        return first
    price = billing.unseal(unit, _enquiry(request), request.quote_token)
    return replace(first, lines=lines_of(price.lines), total=price.total)


def at_quoted_prices(
    unit: Unit, request: EventRequest, lines: Sequence[NewEventLine]
) -> list[NewEventLine]:
    """The lines at the prices of the request's token, if it has one. Raises QuoteMismatch, QuoteExpired."""
    if request.quote_token is None:
        return [*lines]
    price = billing.unseal(unit, _event(request), request.quote_token)
    return [
        replace(line, asked=quoted.subtotal)
        for line, quoted in zip(lines, price.lines, strict=True)
    ]


def _price(lines: Sequence[PriceLine]) -> Price:
    total = sum(line.subtotal.amount for line in lines)
    return Price(tuple(lines), Money(total, lines[0].subtotal.currency))


def _line_of(line: NewEventLine) -> PriceLine:
    return PriceLine("vendor", line.service_id, line.service_name, 1, line.asked, line.asked)


def _fact(line: LineFacts) -> PriceLine:
    return PriceLine(
        line.kind, line.ref_id, line.name, line.quantity, line.unit_price, line.subtotal
    )


def _enquiry(request: EnquiryRequest) -> str:
    place = request.location
    return billing.fingerprint(
        request.mode.value,
        str(request.provider_id),
        [str(one) for one in request.service_ids],
        request.wall.isoformat(),
        [place.lat, place.lng],
        request.travel_option.value,
    )


def _event(request: EventRequest) -> str:
    return billing.fingerprint(
        [moment.astimezone(UTC).isoformat() for moment in (request.start_time, request.end_time)],
        [
            [
                str(line.provider_id),
                str(line.service_id),
                str(line.room_id),
                line.role,
                [line.price.amount, line.price.currency] if line.price else None,
            ]
            for line in request.lines
        ],
    )
