"""The price of a service: as it is, or by the hour; dearer where the owner does it in person."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from kalends.core.money import BASIS_POINTS, Money

from .prices import MINUTES_PER_HOUR, Price, PriceLine

SERVICE, OWNER_PREMIUM, TRAVEL = "service", "owner_premium", "travel"


@dataclass(frozen=True, slots=True)
class ServiceOrder:
    """A service at its price now. `premium_bp` is added where the owner does it, in basis points of that."""

    id: UUID
    name: str
    price: Money
    by_the_hour: bool
    minutes: int
    premium_bp: int = 0


def service_line(order: ServiceOrder) -> PriceLine:
    """The service itself; by the hour pro rata by the minute, half a minor unit rounds up."""
    if order.by_the_hour:
        cost = order.price.times(Fraction(order.minutes, MINUTES_PER_HOUR))
        return PriceLine(SERVICE, order.id, order.name, order.minutes, order.price, cost)
    return PriceLine(SERVICE, order.id, order.name, 1, order.price, order.price)


def priced_service(order: ServiceOrder) -> tuple[PriceLine, ...]:
    """Its line, and the premium behind it where there is one: a part of the service's own price alone."""
    line = service_line(order)
    if not order.premium_bp:
        return (line,)
    premium = line.subtotal.times(Fraction(order.premium_bp, BASIS_POINTS))
    name = f"{order.name}: the owner in person"
    return line, PriceLine(OWNER_PREMIUM, order.id, name, 1, premium, premium)


def price_visit(orders: Sequence[ServiceOrder], more: Sequence[PriceLine] = ()) -> Price:
    """All services of a visit, then what else is paid for."""
    lines = (*(line for order in orders for line in priced_service(order)), *more)
    total = Money.zero(lines[0].subtotal.currency)
    for line in lines:
        total += line.subtotal
    return Price(lines, total)
