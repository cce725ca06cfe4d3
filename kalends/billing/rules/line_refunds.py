"""A sale of several lines of which one is cancelled: its share of what was paid, and what goes back of it.

Every payment is divided over the lines that were still sold when it came, by what each of them lacked. So
a line's share depends on the payments and not on the order in which lines are cancelled, and the shares
are never more than what was captured.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from kalends.core.money import CurrencyMismatch, Money

from ..types import LineRefund, Sale, SoldLine


@dataclass(frozen=True, slots=True)
class Paid:
    """Money that came in at a moment."""

    amount: Money
    at: datetime


@dataclass(frozen=True, slots=True)
class Returned:
    """Money that went back or is asked back: of one line, or (without one) of the sale as a whole."""

    amount: Money
    at: datetime
    line: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A line's part of the payments, less its part of what went back of the sale as a whole, and what of
    it was given back because the line was cancelled: never more than the share.
    """

    share: Money
    given: Money

    @property
    def left(self) -> Money:
        return self.share - self.given


def line_refund(
    sale: Sale, moved: Iterable[Paid | Returned], wanted: str, percent: int
) -> LineRefund:
    """What cancelling the line gives back at this percentage, besides what it gave back before.

    Half a minor unit rounds in the customer's favour. Raises KeyError for a line that is none of the
    sale's, CurrencyMismatch.
    """
    part = parts_of(sale, moved)[wanted]
    wish = part.share.percent(percent) - part.given
    amount = max(wish, Money.zero(wish.currency))
    return LineRefund(wanted, percent, part.share, amount, part.left - amount)


def parts_of(sale: Sale, moved: Iterable[Paid | Returned]) -> dict[str, Part]:
    """How each line stands after all that moved.

    What was paid beyond the price is no line's, and is what goes back first.
    """
    dues = dues_of(sale.lines, sale.total)
    beyond = zero = Money.zero(sale.total.currency)
    parts = dict.fromkeys(dues, Part(zero, zero))
    for one in sorted(moved, key=lambda one: (one.at, isinstance(one, Returned))):
        live = [x.id for x in sale.lines if x.cancelled_at is None or one.at < x.cancelled_at]
        if isinstance(one, Paid):
            lacking = {name: dues[name] - parts[name].share for name in live}
            beyond += one.amount - _pour(one.amount, lacking, parts)
        elif one.line in parts:
            part = parts[one.line]
            parts[one.line] = Part(part.share, min(part.given + one.amount, part.share))
        else:
            first = min(beyond, one.amount)
            beyond -= first
            _take(one.amount - first, live, parts)
    return parts


def dues_of(lines: Sequence[SoldLine], total: Money) -> dict[str, Money]:
    """What each line costs when the lines together cost `total`: a discount is divided by their prices.

    Raises ValueError for two lines of one id, or for lines without a price that cost something.
    """
    names = [line.id for line in lines]
    if len(set(names)) != len(names):
        raise ValueError("two lines have the same id")
    if any(line.price.currency != total.currency for line in lines):
        raise CurrencyMismatch(f"the lines are not all in {total.currency}")
    if not total:
        return dict.fromkeys(names, total)
    return dict(zip(names, total.split([line.price.amount for line in lines]), strict=True))


def _take(amount: Money, live: Sequence[str], parts: dict[str, Part]) -> None:
    """Off the shares of the lines that are still sold, then off what cancelled ones kept."""
    rest = amount - _pour(-amount, {name: parts[name].left for name in live}, parts)
    _pour(-rest, {name: part.left for name, part in parts.items()}, parts)


def _pour(amount: Money, room: Mapping[str, Money], parts: dict[str, Part]) -> Money:
    """Add the amount to the shares (or take it, when it is negative) in proportion to the room that each
    has; return how much found room.
    """
    weights = [one.amount for one in room.values()]
    size = min(abs(amount.amount), sum(weights))
    if size:
        signed = Money(size if amount.amount > 0 else -size, amount.currency)
        for name, share in zip(room, signed.split(weights), strict=True):
            parts[name] = Part(parts[name].share + share, parts[name].given)
    return Money(size, amount.currency)
