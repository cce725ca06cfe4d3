"""What must never be found: two people in one slot, a state without its history, money told twice."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from kalends import payments
from kalends.core.checks import Rows
from kalends.core.unit import Unit

from ..types import subject_of

OVERLAPS = text("""
    SELECT a.resource_id, a.id AS one, b.id AS other
    FROM allocations a JOIN allocations b
      ON a.resource_id = b.resource_id AND a.id < b.id AND a.during && b.during
    WHERE a.active AND b.active LIMIT 100
""")
ORPHANS = text("""
    SELECT b.id AS booking_id, b.state FROM bookings b JOIN booking_slots s ON s.booking_id = b.id
    WHERE (b.state IN ('confirmed', 'preparing', 'traveling', 'arrived', 'in_progress')
        OR (b.state IN ('awaiting_provider', 'declined_with_option') AND b.hold_expires_at IS NULL)) AND NOT EXISTS (
        SELECT FROM allocations a WHERE a.booking_id = b.id AND a.active
          AND a.resource_id = s.resource_id AND a.during = tstzrange(s.start_at, s.busy_until, '[)'))
    UNION ALL
    SELECT b.id, b.state FROM bookings b JOIN allocations a ON a.booking_id = b.id
    WHERE a.active AND b.state IN ('expired', 'cancelled', 'no_show') LIMIT 100
""")
OFFERS = text("""
    SELECT w.id AS entry_id, w.state FROM waitlist_entries w
    WHERE w.state = 'offered' AND w.expires_at > kalends_now() AND 1 <> (
        SELECT count(*) FROM allocations a WHERE a.waitlist_id = w.id AND a.active
          AND a.resource_id = w.offer_resource_id AND lower(a.during) = w.offer_start)
    UNION ALL
    SELECT w.id, w.state FROM waitlist_entries w JOIN allocations a ON a.waitlist_id = w.id
    WHERE a.active AND w.state <> 'offered'
    UNION ALL
    SELECT w.id, w.state FROM waitlist_entries w
    WHERE (w.state = 'accepted') <> (w.booking_id IS NOT NULL) LIMIT 100
""")
HISTORY = text("""
    SELECT b.id AS booking_id, b.state, t.to_state FROM bookings b
    LEFT JOIN LATERAL (SELECT to_state, seq FROM booking_transitions
        WHERE subject_id = b.id ORDER BY seq DESC LIMIT 1) t ON true
    WHERE t.to_state IS DISTINCT FROM b.state OR t.seq IS DISTINCT FROM b.version LIMIT 100
""")
STUCK = text("""
    SELECT b.id AS booking_id, b.hold_expires_at FROM bookings b
    WHERE b.state = 'awaiting_payment' AND b.hold_expires_at < kalends_now() - interval '60 seconds'
    LIMIT 100
""")


MONEY = text("SELECT id, paid, refunded FROM bookings WHERE id > :after ORDER BY id LIMIT 1000")
# Money that payments has booked, or gives back, and whose reaction here has not run yet.
UNDER_WAY = text("""
    SELECT args->'data'->>'subject' FROM procrastinate_jobs
    WHERE task_name IN ('bookings.apply_captured_payment', 'bookings.note_decided_refund')
      AND status IN ('todo', 'doing')
""")


async def offending(unit: Unit, query: Any) -> Rows:
    return [dict(row) for row in (await unit.session.execute(query)).mappings()]


async def other_money(unit: Unit) -> Rows:
    """The bookings whose copy of their money differs from what payments knows."""
    wrong: Rows = []
    after = UUID(int=0)
    while batch := (await unit.session.execute(MONEY, {"after": after})).all():
        after = batch[-1].id
        known = await payments.money_of(unit, [subject_of(row.id) for row in batch])
        for row in batch:
            paid, refunded = known[subject_of(row.id)]
            if (row.paid, row.refunded) != (paid.amount, refunded.amount):
                wrong.append({"booking_id": row.id, "paid": row.paid, "captured": paid.amount})
    under_way = set((await unit.session.execute(UNDER_WAY)).scalars()) if wrong else set()
    return [row for row in wrong if subject_of(row["booking_id"]) not in under_way]
