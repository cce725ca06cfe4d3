"""Allocations: taking, moving and freeing time. The calendar's row is always locked before they change."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, insert, select, text, update

from kalends.core.ids import new_id
from kalends.core.reading import Read, Reading
from kalends.core.unit import Unit

from ..models import Allocation, BookingSlot
from ..rules.ranges import Span
from ..types import Slot

Times = tuple[tuple[datetime, ...], tuple[datetime, ...]]
CLAIM = text("""
    SELECT claim_slot(CAST(:id AS uuid), CAST(:resource AS uuid),
        tstzrange(CAST(:start AS timestamptz), CAST(:end AS timestamptz), '[)'),
        CAST(:booking AS uuid), CAST(:kind AS text), CAST(:expires AS timestamptz), CAST(:now AS timestamptz))
""")
_LOCK = text("""
    INSERT INTO calendars (resource_id)
    SELECT resource_id FROM booking_slots WHERE booking_id = CAST(:booking AS uuid)
    UNION SELECT unnest(CAST(:more AS uuid[])) ORDER BY 1
    ON CONFLICT (resource_id) DO UPDATE SET version = calendars.version + 1
""")
_FIRM = text("""
    WITH firm AS (
        UPDATE allocations SET kind = 'booking', expires_at = NULL
        WHERE booking_id = CAST(:booking AS uuid) AND active AND (expires_at IS NULL OR expires_at > :now)
        RETURNING id
    )
    SELECT (SELECT count(*) FROM firm)
           >= (SELECT count(*) FROM booking_slots WHERE booking_id = CAST(:booking AS uuid))
""")
_END_EARLY = (
    text("""
        UPDATE allocations SET active = false
        WHERE booking_id = CAST(:booking AS uuid) AND active AND lower(during) >= :now
    """),
    text("""
        UPDATE allocations a SET during = tstzrange(lower(a.during),
            least(upper(a.during), CAST(:now AS timestamptz) + (s.busy_until - s.end_at)), '[)')
        FROM booking_slots s
        WHERE a.booking_id = CAST(:booking AS uuid) AND a.active AND s.booking_id = a.booking_id
          AND s.resource_id = a.resource_id AND s.start_at = lower(a.during) AND upper(a.during) > :now
    """),
)

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
    SELECT count(DISTINCT coalesce(b.series_id, b.id)) FROM allocations a JOIN bookings b ON b.id = a.booking_id
    WHERE b.customer_id = :customer AND b.state IN ('awaiting_payment', 'awaiting_provider')
      AND a.active AND a.expires_at > :now
""")
_LIVE_SERIES = text("""
    SELECT count(DISTINCT b.series_id) FROM allocations a JOIN bookings b ON b.id = a.booking_id
    WHERE b.customer_id = :customer AND b.state IN ('awaiting_payment', 'awaiting_provider')
      AND b.series_id IS NOT NULL AND a.active AND a.expires_at > :now
""")
_LOCK_THESE = text("""
    INSERT INTO calendars (resource_id)
    SELECT DISTINCT unnest(CAST(:resources AS uuid[])) ORDER BY 1
    ON CONFLICT (resource_id) DO UPDATE SET version = calendars.version + 1
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
    return (await unit.session.execute(CLAIM, values)).scalar_one() is not None


async def claim_all(
    unit: Unit, booking_id: UUID, slots: Sequence[Slot], expires_at: datetime | None
) -> Slot | None:
    """Take all of these; None, or the first that somebody has, and then the unit must not be kept."""
    for slot in sorted(slots, key=_in_lock_order):
        span = Span(slot.start, slot.busy_until)
        if not await claim(unit, slot.resource_id, span, booking_id, expires_at):
            return slot
    return None


async def swap(
    unit: Unit, booking_id: UUID, slots: Sequence[Slot], expires_at: datetime | None
) -> tuple[Slot | None, list[tuple[UUID, Span]]]:
    """Let go of all that the booking has and take these.

    None, or what is lost, as `claim_all` says; and what was let go, some of which may be taken again.
    """
    gone = await free(unit, booking_id, [slot.resource_id for slot in slots])
    await replace_slots(unit, booking_id, slots)
    return await claim_all(unit, booking_id, slots, expires_at), gone


def _in_lock_order(slot: Slot) -> tuple[UUID, datetime]:
    return slot.resource_id, slot.start


async def lock_calendars(unit: Unit, booking_id: UUID, more: Sequence[UUID] = ()) -> None:
    """Lock every calendar that the booking has time in, and these, in one order for everybody."""
    await unit.session.execute(_LOCK, {"booking": booking_id, "more": list(more)})


async def lock_resources(unit: Unit, resource_ids: Sequence[UUID]) -> None:
    """Lock these calendars, in the same order as everybody."""
    await unit.session.execute(_LOCK_THESE, {"resources": list(resource_ids)})


async def free(
    unit: Unit, booking_id: UUID, wanted: Sequence[UUID] = ()
) -> list[tuple[UUID, Span]]:
    """Let the booking's time go: of which calendars, from when to when.

    The calendars in which it wants other time are locked with its own.
    """
    await lock_calendars(unit, booking_id, wanted)
    return await let_go(unit, Allocation.booking_id == booking_id)


async def let_go(unit: Unit, *which: ColumnElement[bool]) -> list[tuple[UUID, Span]]:
    """Free these allocations, whose calendars are locked."""
    gone = update(Allocation).where(Allocation.active, *which).values(active=False)
    rows = await unit.session.execute(gone.returning(Allocation.resource_id, Allocation.during))
    return [(row.resource_id, Span(row.during.lower, row.during.upper)) for row in rows]


async def end_early(unit: Unit, booking_id: UUID) -> None:
    """The work is done: what lies ahead is free, but for what is kept free after a job."""
    await lock_calendars(unit, booking_id)
    values = {"booking": booking_id, "now": unit.now}
    for statement in _END_EARLY:
        await unit.session.execute(statement, values)


async def make_firm(unit: Unit, booking_id: UUID) -> bool:
    """Turn the booking's living holds into a booking; False when any of them has lapsed."""
    await lock_calendars(unit, booking_id)
    values = {"booking": booking_id, "now": unit.now}
    firm: bool = (await unit.session.execute(_FIRM, values)).scalar_one()
    return firm


async def slots_of(unit: Unit, booking_id: UUID) -> list[Slot]:
    """What the booking needs of which calendars."""
    columns = BookingSlot.__table__.c
    query = (
        select(
            columns.kind, columns.resource_id, columns.start_at, columns.end_at, columns.busy_until
        )
        .where(columns.booking_id == booking_id)
        .order_by(columns.position)
    )
    return [Slot(*row) for row in await unit.session.execute(query)]


async def replace_slots(unit: Unit, booking_id: UUID, slots: Sequence[Slot]) -> None:
    """Write down what the booking needs from now on. Taking it is another step."""
    table = BookingSlot.__table__
    await unit.session.execute(delete(BookingSlot).where(table.c.booking_id == booking_id))
    rows = [
        {
            "booking_id": booking_id,
            "position": position,
            "kind": slot.kind,
            "resource_id": slot.resource_id,
            "start_at": slot.start,
            "end_at": slot.end,
            "busy_until": slot.busy_until,
        }
        for position, slot in enumerate(slots)
    ]
    if rows:
        await unit.session.execute(insert(BookingSlot).values(rows))


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
    """How many unpaid bookings this customer keeps slots with; those of a series count as one."""
    values = {"customer": customer_id, "now": unit.now}
    count: int = (await unit.session.execute(_LIVE_HOLDS, values)).scalar_one()
    return count


async def live_series(unit: Unit, customer_id: UUID) -> int:
    """With how many series that are not paid yet this customer keeps slots."""
    values = {"customer": customer_id, "now": unit.now}
    count: int = (await unit.session.execute(_LIVE_SERIES, values)).scalar_one()
    return count
