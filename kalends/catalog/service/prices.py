"""Prices are in the marketplace's one currency."""

from kalends.core.errors import Invalid
from kalends.core.money import Money
from kalends.core.unit import Unit


def accept_price(unit: Unit, price: Money) -> Money:
    """The price, if it is in the profile's currency. Raises Invalid."""
    ours = unit.profile.currency
    if price.currency != ours:
        raise Invalid(f"prices here are in {ours}, not {price.currency}", currency=ours)
    return price
