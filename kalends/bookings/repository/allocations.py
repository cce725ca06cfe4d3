"""Allocations: taking, moving and freeing time. The calendar's row is always locked before they change."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, text, update

from kalends.core.ids import new_id
from kalends.core.reading import Read, Reading
from kalends.core.unit import Unit

from ..models import Allocation
from ..rules.ranges import Span

Times = tuple[tuple[datetime, ...], tuple[datetime, ...]]
_CLAIM = text("""
    SELECT claim_slot(CAST(:id AS uuid), CAST(:resource AS uuid),
        tstzrange(CAST(:start AS timestamptz), CAST(:end AS timestamptz), '[)'),
        CAST(:booking AS uuid), CAST(:kind AS text), CAST(:expires AS timestamptz), CAST(:now AS timestamptz))
""")
_LOCK = text("""
    INSERT INTO calendars (resource_id) VALUES (CAST(:resource AS uuid))
    ON CONFLICT (resource_id) DO UPDATE SET version = calendars.version + 1
""")

# Search and booking ask this all the time. OFFSET 0 keeps it one look into the index for each resource:
# otherwise the planner reads everything that anybody has in the window.
_TAKEN = text("""
    SELECT wanted.id, taken.start_at, taken.end_at
    FROM unnest(CAST(:resources AS uuid[])) AS wanted (id), LATERAL (
        SELECT lower(during) AS start_at, upper(during) AS end_at FROM allocations
        WHERE resource_id = wanted.id AND active
          AND during && tstzrange(CAST(:start AS timestamptz), CAST(:end AS timestamptz), '[)')
          AND (expires_at IS NULL OR expires_at > CAST(:now AS timestamptz))
          AND (CAST(:ignoring AS uuid) IS NULL OR booking_id IS DISTINCT FROM CAST(:ignoring AS uuid))
        OFFSET 0
    ) AS taken
""")
# The same for one look at many calendars, with the times of each in two arrays.
_TAKEN_TIMES = Read("""
    SELECT wanted.id, taken.starts, taken.ends
    FROM unnest(CAST(:resources AS uuid[])) AS wanted (id) CROSS JOIN LATERAL (
        SELECT array_agg(lower(during)) AS starts, array_agg(upper(during)) AS ends FROM allocations
        WHERE resource_id = wanted.id AND active
          AND during && tstzrange(CAST(:start AS timestamptz), CAST(:end AS timestamptz), '[)')
          AND (expires_at IS NULL OR expires_at > caller.now)
    ) AS taken WHERE taken.starts IS NOT NULL
""")
_LIVE_HOLDS = text("""
    SELECT count(*) FROM allocations a JOIN bookings b ON b.id = a.booking_id
    WHERE b.customer_id = :customer AND b.state = 'awaiting_payment'
      AND a.active AND a.expires_at > :now
""")


async def claim(
    unit: Unit, resource_id: UUID, span: Span, booking_id: UUID | None, expires_at: datetime | None
) -> bool:
    """Take the time; False when somebody has it. Locks the resource until the unit ends."""
    kind = "block" if booking_id is None else ("hold" if expires_at else "booking")
    values = {
        "id": new_id(),
        "resource": resource_id,
        "start": span.start,
        "end": span.end,
        "booking": booking_id,
        "kind": kind,
        "expires": expires_at,
        "now": unit.now,
    }
    return (await unit.session.execute(_CLAIM, values)).scalar_one() is not None


async def lock_calendar(unit: Unit, resource_id: UUID) -> None:
    await unit.session.execute(_LOCK, {"resource": resource_id})


async def free(unit: Unit, resource_id: UUID, booking_id: UUID) -> None:
    """Let the booking's time go."""
    await lock_calendar(unit, resource_id)
    await unit.session.execute(
        update(Allocation)
        .where(Allocation.booking_id == booking_id, Allocation.active)
        .values(active=False)
    )


async def make_firm(unit: Unit, resource_id: UUID, booking_id: UUID) -> bool:
    """Turn the booking's living hold into a booking; False when there is no living hold."""
    await lock_calendar(unit, resource_id)
    firm = (
        update(Allocation)
        .where(
            Allocation.booking_id == booking_id,
            Allocation.active,
            or_(Allocation.expires_at.is_(None), Allocation.expires_at > unit.now),
        )
        .values(kind="booking", expires_at=None)
        .returning(Allocation.id)
    )
    return (await unit.session.execute(firm)).first() is not None


async def taken_spans(
    unit: Unit, resource_ids: Sequence[UUID], window: Span, *, ignoring: UUID | None = None
) -> dict[UUID, list[Span]]:
    """What is taken in the window, per resource, in one statement. `ignoring` leaves a booking out."""
    values = {
        "resources": list(resource_ids),
        "start": window.start,
        "end": window.end,
        "now": unit.now,
        "ignoring": ignoring,
    }
    found: dict[UUID, list[Span]] = {resource_id: [] for resource_id in resource_ids}
    for resource_id, start, end in await unit.session.execute(_TAKEN, values):
        found[resource_id].append(Span(start, end))
    return found


async def taken_times(
    reading: Reading, resource_ids: Sequence[UUID], window: Span
) -> dict[UUID, Times]:
    """The starts and the ends of what is taken in the window, per resource that has any; one statement."""
    asked = {"resources": resource_ids, "start": window.start, "end": window.end}
    rows = await reading.rows(_TAKEN_TIMES, **asked)
    return {row[0]: (tuple(row[1]), tuple(row[2])) for row in rows}


async def live_holds(unit: Unit, customer_id: UUID) -> int:
    """How many unpaid bookings this customer keeps slots with."""
    values = {"customer": customer_id, "now": unit.now}
    count: int = (await unit.session.execute(_LIVE_HOLDS, values)).scalar_one()
    return count
