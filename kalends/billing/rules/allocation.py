"""A payment over several lines: who gets which part of it, and what each part is charged."""

from collections.abc import Sequence

from kalends.core.money import CurrencyMismatch, Money

from ..types import FeeTerms
from .settlement import Settlement, settle


def allocate_over(lines: Sequence[Money], amount: Money) -> list[Money]:
    """Divide a payment over lines in proportion to what they cost; the parts add up to the payment.

    For a second payment give what each line still lacks: when it is all paid, each line has exactly
    its price. Raises ValueError when no line costs anything, CurrencyMismatch.
    """
    if any(line.currency != amount.currency for line in lines):
        raise CurrencyMismatch(f"the lines are not all in {amount.currency}")
    return amount.split([line.amount for line in lines])


def settle_lines(parts: Sequence[Money], terms: FeeTerms) -> list[Settlement]:
    """Settle each line by itself: its commission is its own, and the sums follow from the lines."""
    return [settle_by(terms, part) for part in parts]


def settle_by(terms: FeeTerms, amount: Money) -> Settlement:
    """Settle one amount by these terms. Raises ValueError when the rates take more than all of it."""
    return settle(
        amount,
        terms.commission_bp,
        terms.taxes,
        commission_base=terms.commission_base,
        price_tax_bp=terms.price_tax_bp,
    )
