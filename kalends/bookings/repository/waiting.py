"""Waitlists in the database. Whoever moves an entry has locked its row before any calendar."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select, text, update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.dialects.postgresql import insert as upsert

from kalends.core.ids import new_id
from kalends.core.paging import PageQuery, Slice, id_after, slice_of
from kalends.core.unit import Unit

from ..models import Allocation, WaitlistEntry
from ..rules.ranges import Span
from ..types import Slot
from ..types.waiting import WaitFacts, WaitOffer
from .allocations import CLAIM, lock_resources
from .allocations import let_go as free_these

Row = Any
_TABLE = WaitlistEntry.metadata.tables["waitlist_entries"]
_E = _TABLE.c
LIVE = ("waiting", "offered")
_LINE = text("""
    SELECT * FROM waitlist_entries
    WHERE state = 'waiting' AND target_id = ANY(CAST(:targets AS uuid[]))
      AND (staff_id = CAST(:resource AS uuid) OR (staff_id IS NULL AND :anybody))
      AND during && tstzrange(CAST(:start AS timestamptz), CAST(:end AS timestamptz), '[)')
      AND (CAST(:at AS timestamptz) IS NULL OR (created_at, id) > (:at, CAST(:after AS uuid)))
    ORDER BY created_at, id LIMIT :most
""")


@dataclass(frozen=True, slots=True)
class Line:
    """Who waits for a calendar: for which rooms or services, and whether also those who named nobody."""

    resource_id: UUID
    targets: tuple[UUID, ...]
    anybody: bool


async def add(unit: Unit, values: dict[str, Any], during: Span) -> Row | None:
    """Write the entry; None when this customer waits for some of that time already."""
    known = {
        "id": new_id(),
        "state_since": unit.now,
        "version": 1,
        "customer_id": unit.user_id,
        "during": Range(during.start, during.end),
        "created_at": unit.now,
    }
    made = upsert(_TABLE).values(known | values).on_conflict_do_nothing().returning(*_E)
    return (await unit.session.execute(made)).first()


async def lock(unit: Unit, entry_id: UUID) -> Row | None:
    """The entry's row, locked until the unit ends."""
    query = select(*_E).where(_E.id == entry_id).with_for_update()
    return (await unit.session.execute(query)).first()


async def find(unit: Unit, entry_id: UUID) -> WaitFacts | None:
    row = (await unit.session.execute(select(*_E).where(_E.id == entry_id))).first()
    return facts_of(row) if row else None


async def change(unit: Unit, entry_id: UUID, **values: Any) -> None:
    """Write columns other than the state, which only the engine moves."""
    await unit.session.execute(update(_TABLE).where(_E.id == entry_id).values(**values))


async def count_live(unit: Unit, customer_id: UUID) -> int:
    query = select(func.count()).where(_E.customer_id == customer_id, _E.state.in_(LIVE))
    count: int = (await unit.session.execute(query)).scalar_one()
    return count


async def in_line(
    unit: Unit, line: Line, freed: Span, after: WaitFacts | None, most: int
) -> list[WaitFacts]:
    """Who waits for some of this time, the first in the line first."""
    values = {
        "targets": list(line.targets),
        "resource": line.resource_id,
        "anybody": line.anybody,
        "start": freed.start,
        "end": freed.end,
        "at": after.created_at if after else None,
        "after": after.id if after else None,
        "most": most,
    }
    return [facts_of(row) for row in await unit.session.execute(_LINE, values)]


async def own_page(unit: Unit, page: PageQuery) -> Slice[WaitFacts]:
    """The caller's own entries, newest first."""
    return await _page(unit, select(*_E).where(_E.customer_id == unit.user_id), page)


async def place_page(
    unit: Unit, provider_id: UUID, venue_id: UUID | None, page: PageQuery
) -> Slice[WaitFacts]:
    """Who waits at this provider (at this place of it), newest first."""
    query = select(*_E).where(_E.provider_id == provider_id, _E.state.in_(LIVE))
    if venue_id is not None:
        query = query.where(_E.venue_id == venue_id)
    return await _page(unit, query, page)


async def _page(unit: Unit, query: Select[Any], page: PageQuery) -> Slice[WaitFacts]:
    last = id_after(page.cursor)
    if last is not None:
        query = query.where(_E.id < last)
    rows = await unit.session.execute(query.order_by(_E.id.desc()).limit(page.limit + 1))
    return slice_of([facts_of(row) for row in rows], page.limit, lambda one: (one.id,))


async def hold(unit: Unit, entry_id: UUID, slot: Slot, expires_at: datetime) -> bool:
    """Take the time for whoever it is offered to; False when somebody has it."""
    values = {
        "id": new_id(),
        "resource": slot.resource_id,
        "start": slot.start,
        "end": slot.busy_until,
        "booking": None,
        "kind": "hold",
        "expires": expires_at,
        "now": unit.now,
    }
    taken = (await unit.session.execute(CLAIM, values)).scalar_one()
    if taken is None:
        return False
    theirs = update(Allocation).where(Allocation.id == taken).values(waitlist_id=entry_id)
    await unit.session.execute(theirs)
    return True


async def let_go(unit: Unit, entry_id: UUID, resource_id: UUID) -> None:
    """What was held for the offer is free; its calendar is locked."""
    await lock_resources(unit, [resource_id])
    await free_these(unit, Allocation.waitlist_id == entry_id)


def facts_of(row: Row) -> WaitFacts:
    offer = None
    if row.offer_resource_id is not None:
        offer = WaitOffer(row.offer_resource_id, row.offer_start, row.offer_end, row.expires_at)
    return WaitFacts(
        id=row.id,
        state=row.state,
        customer_id=row.customer_id,
        provider_id=row.provider_id,
        venue_id=row.venue_id,
        kind=row.kind,
        target_id=row.target_id,
        staff_id=row.staff_id,
        title=row.title,
        not_before=row.during.lower,
        not_after=row.during.upper,
        minutes=row.minutes,
        zone=row.zone,
        wish=row.wish,
        offer=offer,
        booking_id=row.booking_id,
        created_at=row.created_at,
    )
