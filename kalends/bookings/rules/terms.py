"""The lines of an enquiry's work, and how a price that was agreed on instead lies on them."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from kalends.core.money import Money

from ..types import LineFacts

TRAVEL = "travel"


def travel_line(provider_id: UUID, cost: Money) -> LineFacts:
    return LineFacts(TRAVEL, provider_id, "Travel", 1, cost, cost)


def total_of(lines: Sequence[LineFacts]) -> Money:
    return Money(sum(line.subtotal.amount for line in lines), lines[0].subtotal.currency)


def at_price(lines: Sequence[LineFacts], total: Money) -> tuple[LineFacts, ...]:
    """The same lines for another price of everything, each changed in proportion; the parts add up."""
    if total == total_of(lines):
        return tuple(lines)
    parts = total.split([line.subtotal.amount for line in lines])
    return tuple(
        replace(line, quantity=1, unit_price=part, subtotal=part)
        for line, part in zip(lines, parts, strict=True)
    )
