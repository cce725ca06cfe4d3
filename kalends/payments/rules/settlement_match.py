"""Comparing a gateway's statement with what we know. Pure.

A statement tells movements: a refund that failed has two lines, there and back. What counts is how an
object stands by all of its lines, whatever day each of them is on.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from kalends.core.gateways import MovementKind

from ..types import Finding, Gap, Line, Moved, Ours, Theirs, Thing

# Late news changes lines of days that were read before: each round reads so many days again.
DAYS_BACK = 7
# What was paid to our own bank, and fees, are nobody's object here; both are booked.
_NO_OBJECT = frozenset({MovementKind.transfer, MovementKind.fee})
_THINGS = {
    MovementKind.capture: Thing.payment,
    MovementKind.refund: Thing.refund,
    MovementKind.refund_failed: Thing.refund,
    MovementKind.payout: Thing.payout,
    MovementKind.payout_reversed: Thing.payout,
    MovementKind.dispute: Thing.dispute,
    MovementKind.dispute_won: Thing.dispute,
}
_BACK = frozenset(
    {MovementKind.refund_failed, MovementKind.payout_reversed, MovementKind.dispute_won}
)
_TELL_THEIR_FEES = frozenset(
    {MovementKind.capture, MovementKind.payout, MovementKind.payout_reversed}
)
_WORDS = {Moved.yes: "moved", Moved.no: "came back"}


def days_to_read(today: date, with_differences: Iterable[date] = ()) -> list[date]:
    """The complete days that a round reads, oldest first: the last week, and days with open differences."""
    week = {today - timedelta(days=back) for back in range(1, DAYS_BACK + 1)}
    return sorted(week | {day for day in with_differences if day < today})


def objects(lines: Iterable[Line]) -> list[Theirs]:
    """How each object stands by all lines about it, in the order of their first lines."""
    grouped: dict[tuple[Thing, str], list[Line]] = defaultdict(list)
    for line in lines:
        if line.kind not in _NO_OBJECT:
            grouped[_THINGS.get(line.kind, Thing.other), line.object_id].append(line)
    return [_object(thing, object_id, told) for (thing, object_id), told in grouped.items()]


def _object(thing: Thing, object_id: str, lines: Sequence[Line]) -> Theirs:
    back = sum(abs(line.amount) for line in lines if line.kind in _BACK)
    there = sum(abs(line.amount) for line in lines if line.kind not in _BACK)
    return Theirs(
        thing=thing,
        object_id=object_id,
        amount=max(there, back),
        fee=sum(line.fee for line in lines if line.kind not in _BACK),
        currency=lines[0].currency,
        moved=Moved.yes if there > back else Moved.no,
        order_id=next((line.order_id for line in lines if line.order_id), None),
        reference=next((line.reference for line in lines if line.reference), None),
    )


def compare(theirs: Theirs, ours: Ours | None) -> Finding | None:
    """How the two stories of one object differ; None when they do not."""
    if ours is None:
        return _found(Gap.missing_here, theirs)
    amount = theirs.amount if ours.amount is None else ours.amount
    if (amount, ours.currency) != (theirs.amount, theirs.currency):
        return _found(Gap.other_amount, theirs, ours)
    if ours.moved is not Moved.open and ours.moved is not theirs.moved:
        return _found(Gap.other_state, theirs, ours)
    if theirs.fee and ours.fee not in {None, theirs.fee}:
        return Finding(
            kind=Gap.other_amount,
            thing=Thing.fee,
            object_id=theirs.object_id,
            currency=theirs.currency,
            our_id=ours.id,
            ours_amount=ours.fee,
            theirs_amount=theirs.fee,
        )
    return None


def compare_all(told: Iterable[Theirs], known: Mapping[str, Ours]) -> list[Finding]:
    """The differences of these objects; `known` is ours by the gateway's name of it."""
    found = (compare(theirs, known.get(theirs.object_id)) for theirs in told)
    return [finding for finding in found if finding is not None]


def untold(thing: Thing, object_id: str | None, ours: Ours, gap: Gap) -> Finding:
    """A difference about something that stands on no statement; our own id names what has no other."""
    return Finding(
        kind=gap,
        thing=thing,
        object_id=object_id or str(ours.id),
        currency=ours.currency,
        our_id=ours.id,
        ours_state=ours.state,
        ours_amount=ours.amount,
    )


def totals(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """How many lines of each currency and kind there are, and what they come to."""
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for line in lines:
        entry = sums[line.currency, line.kind.value]
        for place, value in enumerate((1, line.amount, line.fee)):
            entry[place] += value
    return [
        {"currency": currency, "kind": kind, "count": count, "amount": amount, "fee": fee}
        for (currency, kind), (count, amount, fee) in sorted(sums.items())
    ]


def kept_by_gateway(line: Line) -> int:
    """The fee of a line that belongs to no payment or payout of ours: those tell theirs by themselves."""
    if line.kind is MovementKind.fee:
        return line.fee - line.amount
    return 0 if line.kind in _TELL_THEIR_FEES else line.fee


def as_uuid(reference: str | None) -> UUID | None:
    """Our own id, where the gateway kept it as it was."""
    try:
        return UUID(reference or "")
    except ValueError:
        return None


def _found(gap: Gap, theirs: Theirs, ours: Ours | None = None) -> Finding:
    return Finding(
        kind=gap,
        thing=theirs.thing,
        object_id=theirs.object_id,
        currency=theirs.currency,
        our_id=ours.id if ours else None,
        ours_state=ours.state if ours else None,
        ours_amount=ours.amount if ours else None,
        theirs_state=_WORDS[theirs.moved],
        theirs_amount=theirs.amount,
    )
