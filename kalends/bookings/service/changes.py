"""What a person asked for, worked out before the transition is fired: its input."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kalends.billing import LineRefund, RefundQuote
from kalends.core.money import Money
from kalends.payments import Destination

from ..rules.ranges import Span
from ..types import LineFacts, Slot
from ..types.events import LineShare


@dataclass(frozen=True, slots=True)
class Cancellation:
    """The refund that goes with a cancellation; `refund_to` is the customer's wish, where they may choose.
    `lines` divide it over those of an event. `to_wallet`: whatever they chose, because nobody could come.
    """

    quote: RefundQuote
    refund_to: Destination | None = None
    lines: tuple[LineShare, ...] = ()
    to_wallet: bool = False


@dataclass(frozen=True, slots=True)
class Extra:
    """What is added to a job that is under way, and what it costs together."""

    lines: tuple[LineFacts, ...]
    amount: Money


@dataclass(frozen=True, slots=True)
class DroppedLine:
    """A visit without the service at `position`: what is left of it, what it costs, and what goes back.

    `columns` are those of the booking that follow from what is left.
    """

    position: int
    lines: tuple[LineFacts, ...]
    slots: tuple[Slot, ...]
    total: Money
    refund: LineRefund
    columns: Mapping[str, Any]
    refund_to: Destination | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """A new time with the price that it has; `difference` is new minus old."""

    span: Span
    slots: tuple[Slot, ...]
    lines: tuple[LineFacts, ...]
    total: Money
    difference: Money


@dataclass(frozen=True, slots=True)
class Opening:
    """A time to which a booking could move; `difference` is new price minus old."""

    span: Span
    difference: Money
