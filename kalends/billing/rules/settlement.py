"""Who gets what at release: commission, tax, and the provider's net as the remainder."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from kalends.core.money import Money


class TaxRule(Protocol):
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


def settle(amount: Money, commission_bp: int, taxes: Sequence[TaxRule]) -> Settlement:
    """Divide what is released. Each part rounds half up by itself; the provider's net is what is left.

    Raises ValueError when commission and taxes would take more than there is.
    """
    commission = amount.basis_points(commission_bp)
    parts = tuple(
        (t.name, (commission if t.base == "commission" else amount).basis_points(t.basis_points))
        for t in taxes
    )
    net = amount - commission
    for _, tax in parts:
        net -= tax
    if net.amount < 0:
        raise ValueError("commission and taxes are more than the amount")
    return Settlement(commission, parts, net)
