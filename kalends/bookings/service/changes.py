"""What a person asked for, worked out before the transition is fired: its input."""

from dataclasses import dataclass

from kalends.billing import RefundQuote
from kalends.core.money import Money
from kalends.payments import Destination

from ..rules.ranges import Span
from ..types import LineFacts


@dataclass(frozen=True, slots=True)
class Cancellation:
    """The refund that goes with a cancellation; `refund_to` is the customer's wish, where they may choose."""

    quote: RefundQuote
    refund_to: Destination | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """A new time with the price that it has; `difference` is new minus old."""

    span: Span
    lines: tuple[LineFacts, ...]
    total: Money
    difference: Money
