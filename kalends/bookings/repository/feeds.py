"""Calendars that are read from elsewhere, and the blocks that come of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import Range

from kalends.core.ids import new_id
from kalends.core.unit import Unit

from ..models import Allocation, BusyFeed
from ..rules.ranges import Span
from ..types import Clash, FeedFacts

_TABLE = BusyFeed.__table__
_LOCK = text("""
    INSERT INTO calendars (resource_id) VALUES (:resource)
    ON CONFLICT (resource_id) DO UPDATE SET version = calendars.version + 1
""")
_DUE = 200


async def add_feed(unit: Unit, kind: str, resource_id: UUID, url: str, host: str) -> FeedFacts:
    """Store a feed whose turn to be read is now."""
    feed_id = new_id()
    values = {
        "id": feed_id,
        "resource_kind": kind,
        "resource_id": resource_id,
        "url": unit.house.keyring.seal(url, _place(feed_id)),
        "host": host,
        "created_by": unit.principal.user_id,
        "created_at": unit.now,
        "next_read_at": unit.now,
    }
    stored = insert(BusyFeed).values(**values).returning(*_TABLE.c)
    return _facts((await unit.session.execute(stored)).one())


async def feeds_of(unit: Unit, resource_id: UUID) -> list[FeedFacts]:
    query = select(*_TABLE.c).where(_TABLE.c.resource_id == resource_id).order_by(_TABLE.c.id)
    return [_facts(row) for row in await unit.session.execute(query)]


async def count_feeds(unit: Unit, resource_id: UUID) -> int:
    """How many there are. The resource's calendar is locked until the unit ends."""
    await _lock_calendar(unit, resource_id)
    query = select(func.count()).where(_TABLE.c.resource_id == resource_id)
    return (await unit.session.execute(query)).scalar_one()


async def delete_feed(unit: Unit, resource_id: UUID, feed_id: UUID) -> bool:
    """Whether the resource had it; its blocks go with it."""
    await _lock_calendar(unit, resource_id)
    gone = delete(BusyFeed).where(_TABLE.c.id == feed_id, _TABLE.c.resource_id == resource_id)
    return (await unit.session.execute(gone.returning(_TABLE.c.id))).first() is not None


async def delete_feeds(unit: Unit, resource_id: UUID) -> None:
    """All that the resource has; their blocks go with them."""
    await _lock_calendar(unit, resource_id)
    await unit.session.execute(delete(BusyFeed).where(_TABLE.c.resource_id == resource_id))


async def due_feeds(unit: Unit) -> list[UUID]:
    query = select(_TABLE.c.id).where(_TABLE.c.next_read_at <= unit.now)
    found = await unit.session.execute(query.order_by(_TABLE.c.next_read_at).limit(_DUE))
    return list(found.scalars())


async def take_turn(
    unit: Unit, feed_id: UUID, next_read_at: datetime
) -> tuple[FeedFacts, str] | None:
    """The feed and its address, if its turn has come; nobody else gets it before the next one."""
    mine = update(BusyFeed).where(_TABLE.c.id == feed_id, _TABLE.c.next_read_at <= unit.now)
    taken = mine.values(next_read_at=next_read_at).returning(*_TABLE.c)
    row = (await unit.session.execute(taken)).one_or_none()
    if row is None:
        return None
    return _facts(row), unit.house.keyring.open(row.url, _place(row.id))


async def note_reading(unit: Unit, feed_id: UUID, **values: Any) -> None:
    await unit.session.execute(update(BusyFeed).where(_TABLE.c.id == feed_id).values(**values))


async def let_go_of_blocks(unit: Unit, feed: FeedFacts) -> None:
    """Take the feed's blocks away, and holds that have lapsed. Locks the calendar until the unit ends."""
    await _lock_calendar(unit, feed.resource_id)
    await unit.session.execute(delete(Allocation).where(Allocation.feed_id == feed.id))
    lapsed = update(Allocation).where(
        Allocation.resource_id == feed.resource_id,
        Allocation.active,
        Allocation.expires_at <= unit.now,
    )
    await unit.session.execute(lapsed.values(active=False))


async def taken_by(unit: Unit, resource_id: UUID, window: Span) -> list[tuple[Span, UUID | None]]:
    """What is taken in the window, and by which booking, if by one."""
    during = Allocation.during
    query = select(func.lower(during), func.upper(during), Allocation.booking_id).where(
        Allocation.resource_id == resource_id,
        Allocation.active,
        during.op("&&")(func.tstzrange(window.start, window.end)),
    )
    rows = await unit.session.execute(query.order_by(func.lower(during)))
    return [(Span(start, end), booking_id) for start, end, booking_id in rows]


async def block(unit: Unit, feed: FeedFacts, spans: Sequence[Span]) -> None:
    """Take these for the feed; they must be free."""
    rows = [
        {
            "id": new_id(),
            "resource_id": feed.resource_id,
            "during": Range(span.start, span.end),
            "active": True,
            "kind": "block",
            "feed_id": feed.id,
            "created_at": unit.now,
        }
        for span in spans
    ]
    if rows:
        await unit.session.execute(insert(Allocation), rows)


async def _lock_calendar(unit: Unit, resource_id: UUID) -> None:
    await unit.session.execute(_LOCK, {"resource": resource_id})


def _place(feed_id: UUID) -> str:
    return f"busy_feeds.url.{feed_id}"


def _facts(row: Any) -> FeedFacts:
    return FeedFacts(
        id=row.id,
        resource_kind=row.resource_kind,
        resource_id=row.resource_id,
        host=row.host,
        etag=row.etag,
        created_at=row.created_at,
        next_read_at=row.next_read_at,
        read_at=row.read_at,
        error=row.error,
        failures=row.failures,
        busy=row.busy,
        skipped=row.skipped,
        clashes=tuple(
            Clash(UUID(c["booking_id"]), *map(datetime.fromisoformat, (c["start"], c["end"])))
            for c in row.clashes
        ),
    )
