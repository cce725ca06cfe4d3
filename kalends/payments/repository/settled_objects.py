"""Our side of a statement: what we know of the objects that it names, and of those that it does not."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, and_, exists, or_, select

from kalends.core.gateways import MovementKind
from kalends.core.unit import Unit

from ..models import Chargeback, Payment, Payout, PayoutAttempt, Refund, SettlementLine
from ..rules.refunds import gateway_key, gateway_keys
from ..rules.settlement_match import as_uuid
from ..types import Destination, Moved, Ours, Theirs, Thing

REFUNDS = cast("Table", Refund.__table__)
UNKNOWN_AFTER = timedelta(minutes=30)
# Refunds that were tried more than once have keys that tell nothing; those of this long are looked through.
TRIED_AGAIN_WITHIN = timedelta(days=120)
_MOST = 10_000
Known = dict[str, Ours]


async def payments(unit: Unit, gateway: str, told: Sequence[Theirs]) -> Known:
    """Our payments by the gateway's name of them. A second payment of an order is not ours."""
    query = select(Payment).where(
        Payment.gateway == gateway,
        or_(
            Payment.gateway_payment_id.in_([t.object_id for t in told]),
            Payment.gateway_order_id.in_([t.order_id for t in told if t.order_id]),
            Payment.id.in_(_ids(told)),
        ),
    )
    known: Known = {}
    by_name: dict[str, Any] = {}
    for row in (await unit.session.execute(query)).scalars():
        by_name |= {str(row.id): row, str(row.gateway_order_id): row}
        by_name[str(row.gateway_payment_id)] = row
    for theirs in told:
        names = (theirs.object_id, theirs.order_id, theirs.reference)
        found = next((by_name[name] for name in names if name in by_name), None)
        if found is not None and found.gateway_payment_id in {None, theirs.object_id}:
            known[theirs.object_id] = _payment(found)
    return known


def _payment(row: Any) -> Ours:
    moved = Moved.yes if row.captured_at else Moved.no
    return Ours(row.id, row.state, moved, row.amount, row.currency, row.fee)


async def refunds(unit: Unit, gateway: str, told: Sequence[Theirs]) -> Known:
    """Our refunds by the gateway's name of them, each of their attempts."""
    lately = unit.now - TRIED_AGAIN_WITHIN
    query = select(*REFUNDS.c).where(
        Refund.gateway == gateway,
        or_(
            Refund.gateway_refund_id.in_([t.object_id for t in told]),
            Refund.id.in_(_ids(told)),
            and_(Refund.attempt > 1, Refund.created_at >= lately),
        ),
    )
    by_name: dict[str, tuple[Any, bool]] = {}
    for row in (await unit.session.execute(query.limit(_MOST))).all():
        last = gateway_key(row.id, max(row.attempt, 1))
        by_name |= {key: (row, key == last) for key in gateway_keys(row.id, max(row.attempt, 1))}
        by_name[str(row.gateway_refund_id)] = row, True
    known: Known = {}
    for theirs in told:
        found = by_name.get(theirs.object_id) or by_name.get(theirs.reference or "")
        if found is not None:
            known[theirs.object_id] = _refund(*found)
    return known


def _refund(row: Any, current: bool) -> Ours:  # noqa: FBT001 - one half of a pair
    words = {"completed": Moved.yes, "processing": Moved.open, "approved": Moved.open}
    to_gateway = row.destination == Destination.original_method
    moved = words.get(row.state, Moved.no) if current and to_gateway else Moved.no
    return Ours(row.id, row.state, moved, row.amount, row.currency)


async def payouts(unit: Unit, gateway: str, told: Sequence[Theirs]) -> Known:
    """Our payouts by the gateway's name of them, each of their attempts."""
    query = (
        select(PayoutAttempt, Payout)
        .join(Payout, Payout.id == PayoutAttempt.payout_id)
        .where(
            PayoutAttempt.gateway == gateway,
            or_(
                PayoutAttempt.gateway_payout_id.in_([t.object_id for t in told]),
                PayoutAttempt.key.in_([t.reference for t in told if t.reference]),
            ),
        )
    )
    by_name: dict[str, Ours] = {}
    for attempt, payout in (await unit.session.execute(query)).all():
        ours = _payout(payout, attempt)
        by_name |= {attempt.key: ours, str(attempt.gateway_payout_id): ours}
    named = {t.object_id: by_name.get(t.object_id) or by_name.get(t.reference or "") for t in told}
    return {name: ours for name, ours in named.items() if ours is not None}


def _payout(row: Any, attempt: Any) -> Ours:
    words = {"paid": Moved.yes, "processing": Moved.open}
    current = row.attempt == attempt.attempt
    moved = words.get(row.state, Moved.no) if current else Moved.no
    return Ours(row.id, row.state, moved, row.amount, row.currency)


async def disputes(unit: Unit, gateway: str, told: Sequence[Theirs]) -> Known:
    """Our card disputes by the gateway's name of them; what is taken now is what has moved."""
    query = select(Chargeback).where(
        Chargeback.gateway == gateway, Chargeback.dispute_id.in_([t.object_id for t in told])
    )
    found = (await unit.session.execute(query)).scalars()
    return {row.dispute_id: _dispute(row) for row in found}


def _dispute(row: Any) -> Ours:
    moved = Moved.yes if row.taken else Moved.no
    return Ours(row.id, row.state, moved, row.taken or None, row.currency)


async def untold(
    unit: Unit, gateway: str, day: date, since: date
) -> list[tuple[Thing, str | None, Ours]]:
    """What moved for us on this day and stands on no statement that was read since then."""
    start = datetime.combine(day, time.min, UTC)
    span = _Span(gateway, start, datetime.combine(since, time.min, UTC))
    return [
        *await _untold_payments(unit, span),
        *await _untold_refunds(unit, span),
        *await _untold_payouts(unit, span),
    ]


class _Span:
    """One day of one gateway. What is older than the first statement cannot be asked of any."""

    def __init__(self, gateway: str, start: datetime, since: datetime) -> None:
        self.gateway, self.start, self.since = gateway, start, since
        self.end = start + timedelta(days=1)

    def holds(self, moment: Any) -> Any:
        return and_(moment >= self.start, moment < self.end)

    def silent(self, kind: MovementKind, name: Any) -> Any:
        line = SettlementLine
        return ~exists().where(
            line.gateway == self.gateway, line.kind == kind, line.object_id == name
        )


async def _untold_payments(unit: Unit, span: _Span) -> Iterable[tuple[Thing, str | None, Ours]]:
    query = select(Payment).where(
        Payment.gateway == span.gateway,
        span.holds(Payment.captured_at),
        Payment.created_at >= span.since,
        span.silent(MovementKind.capture, Payment.gateway_payment_id),
    )
    found = (await unit.session.execute(query.limit(_MOST))).scalars()
    return [(Thing.payment, row.gateway_payment_id, _payment(row)) for row in found]


async def _untold_refunds(unit: Unit, span: _Span) -> Iterable[tuple[Thing, str | None, Ours]]:
    query = select(*REFUNDS.c).where(
        Refund.gateway == span.gateway,
        Refund.destination == Destination.original_method,
        Refund.state == "completed",
        span.holds(Refund.state_since),
        Refund.created_at >= span.since,
        span.silent(MovementKind.refund, Refund.gateway_refund_id),
    )
    found = (await unit.session.execute(query.limit(_MOST))).all()
    return [(Thing.refund, row.gateway_refund_id, _refund(row, True)) for row in found]


async def _untold_payouts(unit: Unit, span: _Span) -> Iterable[tuple[Thing, str | None, Ours]]:
    mine = and_(PayoutAttempt.payout_id == Payout.id, PayoutAttempt.attempt == Payout.attempt)
    query = (
        select(PayoutAttempt, Payout)
        .join(Payout, mine)
        .where(
            PayoutAttempt.gateway == span.gateway,
            Payout.state == "paid",
            span.holds(Payout.paid_at),
            PayoutAttempt.begun_at >= span.since,
            span.silent(MovementKind.payout, PayoutAttempt.gateway_payout_id),
        )
    )
    found = (await unit.session.execute(query.limit(_MOST))).all()
    return [
        (Thing.payout, attempt.gateway_payout_id, _payout(payout, attempt))
        for attempt, payout in found
    ]


async def unknown(unit: Unit) -> list[tuple[str, date, Thing, Ours]]:
    """Refunds and payouts that were asked for too long ago to know no more: gateway, day, thing, ours."""
    long_ago = unit.now - UNKNOWN_AFTER
    lost = select(*REFUNDS.c).where(
        Refund.state.in_(("approved", "processing")),
        Refund.gateway.is_not(None),
        Refund.gateway_refund_id.is_(None),
        Refund.state_since <= long_ago,
    )
    back = (await unit.session.execute(lost.limit(_MOST))).all()
    mine = and_(PayoutAttempt.payout_id == Payout.id, PayoutAttempt.attempt == Payout.attempt)
    query = (
        select(PayoutAttempt, Payout)
        .join(Payout, mine)
        .where(
            Payout.state == "processing",
            PayoutAttempt.gateway_payout_id.is_(None),
            PayoutAttempt.begun_at <= long_ago,
        )
    )
    out = (await unit.session.execute(query.limit(_MOST))).all()
    return [
        *((r.gateway, r.state_since.date(), Thing.refund, _refund(r, True)) for r in back),
        *((a.gateway, a.begun_at.date(), Thing.payout, _payout(p, a)) for a, p in out),
    ]


def _ids(told: Iterable[Theirs]) -> list[UUID]:
    return [found for t in told if (found := as_uuid(t.reference)) is not None]
