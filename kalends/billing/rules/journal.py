"""What the journal's transactions of a subject mean: money that came, was released, or went back."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from kalends.core.money import Money

from ..types import MoneyEvent, Moved

# The kinds of payments' transactions that mean it; money comes into escrow for other reasons as well.
_CAPTURED = frozenset({"capture", "wallet_payment"})
_GIVEN_BACK = frozenset({"refund", "clawback"})
_HELD = frozenset({"escrow", "provider_available"})
# Where a refund goes to; what goes to a gateway directly, a card network has taken.
_CUSTOMERS = frozenset({"customer_wallet", "refunds_payable"})
_EARNED = frozenset({"provider_available", "platform_commission", "tax_payable"})


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One entry: a positive `amount` debits the account, a negative one credits it."""

    transaction_id: UUID
    key: str
    kind: str
    at: datetime
    account: str
    owner: str
    amount: Money


def money_events(lines: Iterable[JournalLine]) -> list[MoneyEvent]:
    """The events of lines that are in the journal's order; what is neither (a hold, a fee) is left out."""
    found = (_event(list(group)) for _, group in groupby(lines, key=lambda x: x.transaction_id))
    return [event for event in found if event is not None]


def kept_of(events: Iterable[MoneyEvent], currency: str) -> Money:
    """What was released for the subject, less what was taken back from providers since."""
    share = {Moved.released: attrgetter("amount"), Moved.refunded: attrgetter("net")}
    return sum((share[e.what](e) for e in events if e.what in share), Money.zero(currency))


def _event(lines: Sequence[JournalLine]) -> MoneyEvent | None:
    kind, debits = lines[0].kind, [x for x in lines if x.amount.amount > 0]
    credited = {x.account for x in lines if x.amount.amount < 0}
    if kind in _CAPTURED and "escrow" in credited:
        return _make(lines, Moved.captured, -_sum(lines, {"escrow"}))
    if any(x.account == "escrow" for x in debits) and credited & _EARNED:
        return _make(lines, Moved.released, _sum(lines, {"escrow"}))
    taken = kind in _GIVEN_BACK and any(x.account in _HELD for x in debits)
    if taken and credited & _CUSTOMERS:
        return _make(lines, Moved.refunded, _sum(debits, _HELD))
    return None


def _make(lines: Sequence[JournalLine], what: Moved, amount: Money) -> MoneyEvent:
    first = lines[0]
    return MoneyEvent(
        key=first.key,
        what=what,
        amount=amount,
        at=first.at,
        commission=-_sum(lines, {"platform_commission"}),
        net=-_sum(lines, {"provider_available"}),
        taxes=tuple((x.owner, -x.amount) for x in lines if x.account == "tax_payable"),
        source=first.kind,
    )


def _sum(lines: Sequence[JournalLine], accounts: Collection[str]) -> Money:
    """What was debited to these accounts, less what was credited."""
    amounts = [x.amount for x in lines if x.account in accounts]
    return sum(amounts, Money.zero(lines[0].amount.currency))
