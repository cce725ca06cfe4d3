"""What a cancelled line of a sale gives back, from what was really paid and given back for it."""

from collections.abc import Iterator, Sequence

from kalends import payments
from kalends.core.unit import Unit
from kalends.payments import PaymentFacts, RefundFacts, RefundState

from ..rules import line_refunds as rules
from ..rules.line_refunds import Paid, Returned
from ..types import LineRefund, Sale


async def line_refund(unit: Unit, sale: Sale, line: str, percent: int) -> LineRefund:
    """What cancelling this line gives back now; refund it with ``RefundOrder(line=…)``, so that it counts.

    Whoever refunds it locks what was sold first, so that no other line is cancelled meanwhile. Raises
    KeyError for a line that is none of the sale's.
    """
    paid = await payments.payments_of(unit, sale.subject)
    returned = await payments.refunds_of(unit, sale.subject)
    moved: list[Paid | Returned] = [*_came(paid), *_went(returned), *_taken(unit, paid)]
    return rules.line_refund(sale, moved, line, percent)


def _came(paid: Sequence[PaymentFacts]) -> Iterator[Paid]:
    for one in paid:
        if one.captured_at is not None:
            yield Paid(one.amount, one.captured_at)


def _went(returned: Sequence[RefundFacts]) -> Iterator[Returned]:
    """What is asked for counts as well: nothing else may take it meanwhile."""
    for one in returned:
        if one.state is not RefundState.rejected:
            yield Returned(one.amount, one.created_at, one.line)


def _taken(unit: Unit, paid: Sequence[PaymentFacts]) -> Iterator[Returned]:
    """What a card network took, and what it may still take: that cannot be refunded meanwhile."""
    for one in paid:
        gone = one.charged_back + one.disputed
        if gone:
            yield Returned(gone, unit.now)
