"""Who gets what at release: commission, taxes, and the provider's net as the remainder."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from kalends.core.money import BASIS_POINTS, Money


class TaxRule(Protocol):
    """`base` is price, value (the price without the tax contained in it) or commission."""

    @property
    def name(self) -> str: ...
    @property
    def base(self) -> str: ...
    @property
    def basis_points(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Settlement:
    """commission + taxes + net = the amount released, to the last minor unit."""

    commission: Money
    taxes: tuple[tuple[str, Money], ...]
    net: Money


def contained_tax(amount: Money, basis_points: int) -> Money:
    """The tax of that rate which an amount contains: 1180.00 at 18 % contains 180.00."""
    return amount.times(Fraction(basis_points, BASIS_POINTS + basis_points))


def settle(
    amount: Money,
    commission_bp: int,
    taxes: Sequence[TaxRule],
    *,
    commission_base: str = "price",
    price_tax_bp: int = 0,
) -> Settlement:
    """Divide what is released. Each part rounds half up by itself; the provider's net is what is left.

    Where the rounding of small amounts would take more than there is, the parts are the nearest ones
    that fit. Raises ValueError when the rates themselves take more than the amount.
    """
    bases = {"price": amount, "value": amount - contained_tax(amount, price_tax_bp)}
    commission = bases[commission_base].basis_points(commission_bp)
    bases["commission"] = commission
    parts = [bases[t.base].basis_points(t.basis_points) for t in taxes]
    net = amount - commission
    for part in parts:
        net -= part
    if net.amount < 0:
        shares = _shares(commission_bp, taxes, commission_base, price_tax_bp)
        commission, *parts, net = amount.split(_weights(shares))
    names = [t.name for t in taxes]
    return Settlement(commission, tuple(zip(names, parts, strict=True)), net)


def net_share(
    commission_bp: int, taxes: Sequence[TaxRule], commission_base: str, price_tax_bp: int
) -> Fraction:
    """Which part of a price these rates leave to the provider; negative when they take more than all."""
    return _shares(commission_bp, taxes, commission_base, price_tax_bp)[-1]


def _shares(
    commission_bp: int, taxes: Sequence[TaxRule], commission_base: str, price_tax_bp: int
) -> list[Fraction]:
    """The exact parts of 1: commission, each tax, and what is left."""
    value = Fraction(BASIS_POINTS, BASIS_POINTS + price_tax_bp)
    bases = {"price": Fraction(1), "value": value}
    bases["commission"] = bases[commission_base] * Fraction(commission_bp, BASIS_POINTS)
    taken = [bases["commission"]]
    taken += [bases[t.base] * Fraction(t.basis_points, BASIS_POINTS) for t in taxes]
    return [*taken, 1 - sum(taken, Fraction(0))]


def _weights(shares: Sequence[Fraction]) -> list[int]:
    if shares[-1] < 0:
        raise ValueError("commission and taxes are more than the amount")
    common = math.lcm(*(share.denominator for share in shares))
    return [int(share * common) for share in shares]
