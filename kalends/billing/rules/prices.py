"""The price of a rental: hours at the rate, pro rata by the minute, plus add-ons."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from kalends.core.money import Money

MINUTES_PER_HOUR = 60


@dataclass(frozen=True, slots=True)
class PriceLine:
    """One line of a price, as it was on the day: kept on the booking for ever.

    `kind` is room, addon, service, owner_premium or travel; `quantity` counts minutes of what is sold
    by the hour, whose `unit_price` is per hour, and units of everything else.
    """

    kind: str
    ref_id: UUID
    name: str
    quantity: int
    unit_price: Money
    subtotal: Money


@dataclass(frozen=True, slots=True)
class Price:
    lines: tuple[PriceLine, ...]
    total: Money


@dataclass(frozen=True, slots=True)
class AddonOrder:
    """So many units of an add-on at its price now."""

    id: UUID
    name: str
    unit_price: Money
    quantity: int


def rent(room_id: UUID, name: str, rate: Money, minutes: int) -> PriceLine:
    """The room for so many minutes; half a minor unit rounds up."""
    return PriceLine(
        "room", room_id, name, minutes, rate, rate.times(Fraction(minutes, MINUTES_PER_HOUR))
    )


def price_rental(room: PriceLine, addons: Sequence[AddonOrder]) -> Price:
    """Add the add-ons to the rent (H-033: hours × rate + Σ price × quantity)."""
    extras = tuple(
        PriceLine("addon", a.id, a.name, a.quantity, a.unit_price, a.unit_price.times(a.quantity))
        for a in addons
    )
    lines = (room, *extras)
    total = Money.zero(room.subtotal.currency)
    for line in lines:
        total += line.subtotal
    return Price(lines, total)
