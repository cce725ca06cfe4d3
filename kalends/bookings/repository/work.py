"""Who is at work: jobs that go on beyond their time, what comes next, and how much somebody had to do."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from kalends.core.paging import Slice, slice_of
from kalends.core.unit import Unit

from ..rules.ranges import Span

_NEXT = text("""
    SELECT DISTINCT ON (later.resource_id) b.id
    FROM booking_slots s
    JOIN booking_slots later ON later.resource_id = s.resource_id
    JOIN bookings b ON b.id = later.booking_id
    WHERE s.booking_id = CAST(:booking AS uuid) AND s.kind = 'staff' AND b.id <> s.booking_id
      AND later.start_at >= s.end_at AND later.start_at <= CAST(:until AS timestamptz)
      AND b.state = 'confirmed'
    ORDER BY later.resource_id, later.start_at
""")
_OCCUPIED = text("""
    SELECT DISTINCT s.resource_id FROM bookings b JOIN booking_slots s ON s.booking_id = b.id
    WHERE b.state = 'in_progress' AND b.end_at <= CAST(:now AS timestamptz)
      AND s.resource_id = ANY(CAST(:resources AS uuid[]))
      AND (CAST(:ignoring AS uuid) IS NULL OR b.id <> CAST(:ignoring AS uuid))
""")
_LOAD = text("""
    SELECT s.resource_id, count(*) FROM booking_slots s JOIN bookings b ON b.id = s.booking_id
    WHERE s.resource_id = ANY(CAST(:resources AS uuid[]))
      AND s.start_at >= CAST(:start AS timestamptz) AND s.start_at < CAST(:end AS timestamptz)
      AND b.state NOT IN ('expired', 'cancelled', 'no_show')
    GROUP BY s.resource_id
""")

_OPEN = text("""
    SELECT b.id, b.staff_user_ids, ARRAY(
        SELECT DISTINCT s.resource_id FROM booking_slots s WHERE s.booking_id = b.id AND s.kind = 'staff'
    ) AS team
    FROM bookings b
    WHERE b.id > CAST(:after AS uuid) AND b.state NOT IN ('expired', 'cancelled', 'no_show', 'closed')
      AND b.id IN (SELECT booking_id FROM booking_slots WHERE resource_id = CAST(:staff AS uuid))
    ORDER BY b.id LIMIT 200 FOR UPDATE OF b
""")

_SERVED = text("""
    SELECT * FROM (
        SELECT l.staff_id, count(DISTINCT b.id) AS visits, max(l.start_at) AS last
        FROM bookings b JOIN booking_lines l ON l.booking_id = b.id
        WHERE b.customer_id = CAST(:customer AS uuid) AND l.kind = 'service' AND l.cancelled_at IS NULL
          AND l.staff_id IS NOT NULL
          AND b.state IN ('completed', 'pending_clearance', 'released', 'rating_pending', 'closed')
        GROUP BY l.staff_id
    ) AS served
    WHERE CAST(:at AS timestamptz) IS NULL OR (last, staff_id) < (:at, CAST(:after AS uuid))
    ORDER BY last DESC, staff_id DESC LIMIT :most
""")


async def served_by(
    unit: Unit, customer_id: UUID, limit: int, after: tuple[datetime, UUID] | None
) -> Slice[Any]:
    """Who served the customer (`staff_id`, `visits`, `last`), the latest first."""
    at, last = after or (None, None)
    values = {"customer": customer_id, "at": at, "after": last, "most": limit + 1}
    rows = (await unit.session.execute(_SERVED, values)).all()
    return slice_of(rows, limit, lambda row: (row.last.isoformat(), row.staff_id))


async def open_jobs_of(unit: Unit, staff_id: UUID, after: UUID) -> Sequence[Any]:
    """Some 200 of the bookings beyond this id that are not over, locked: `staff_user_ids`, and who serves."""
    return (await unit.session.execute(_OPEN, {"staff": staff_id, "after": after})).all()


async def next_after(unit: Unit, booking_id: UUID, within: timedelta) -> list[UUID]:
    """The next confirmed bookings of the same people that begin within so long from now."""
    values = {"booking": booking_id, "until": unit.now + within}
    return sorted(set((await unit.session.execute(_NEXT, values)).scalars()))


async def occupied(
    unit: Unit, resource_ids: Sequence[UUID], *, ignoring: UUID | None = None
) -> set[UUID]:
    """Those of them whose job goes on although its time is over."""
    values = {"resources": list(resource_ids), "now": unit.now, "ignoring": ignoring}
    return set((await unit.session.execute(_OCCUPIED, values)).scalars())


async def jobs_in(unit: Unit, resource_ids: Sequence[UUID], window: Span) -> dict[UUID, int]:
    """How many jobs each of them has that begin in the window; who has none is left out."""
    values = {"resources": list(resource_ids), "start": window.start, "end": window.end}
    return {row[0]: row[1] for row in await unit.session.execute(_LOAD, values)}
