"""Reading foreign calendars: between two units, because their servers may take their time."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from kalends import catalog
from kalends.core.errors import NotFound
from kalends.core.house import House
from kalends.core.ports import Page, WebRefused
from kalends.core.unit import Unit, open_unit

from ...repository import feeds
from ...rules.busy_feeds import Busy, NoCalendar, busy_spans
from ...rules.ranges import Span, clipped, without
from ...types import FeedFacts
from .following import READ_FEED

WHOLE_EVERY = timedelta(days=1)
BACK = timedelta(days=1)
MOST_CLASHES = 50
MOST_DOUBLINGS = 5


async def ask_due_feeds(house: House) -> None:
    """One job for every calendar whose turn it is, so that a slow server holds up nobody else's."""
    async with open_unit(house) as unit:
        for feed_id in await feeds.due_feeds(unit):
            unit.defer(READ_FEED, feed_id=feed_id)


async def read_feed(house: House, feed_id: UUID) -> None:
    """Replace what the calendar blocks by what it says now. When that fails, what it said before stays."""
    async with open_unit(house) as unit:
        mine = await feeds.take_turn(unit, feed_id, unit.now + _pause(unit))
        if mine is None:
            return
        feed, url = mine
        now, zone = unit.now, await _zone(unit, feed)
    window = Span(now - BACK, now + timedelta(days=house.profile.booking.window_days))
    try:
        page = await house.ports.web.read(url, _known(feed, now))
        busy = await _understood(page, window, zone)
    except (WebRefused, NoCalendar) as error:
        await _remember_failure(house, feed, str(error))
        return
    async with open_unit(house) as unit:
        await _apply(unit, feed, (window, busy, page.etag))


async def _understood(page: Page, window: Span, zone: str) -> Busy | None:
    if page.content is None:
        return None
    return await asyncio.to_thread(busy_spans, page.content, window, zone)


async def _apply(unit: Unit, feed: FeedFacts, read: tuple[Span, Busy | None, str | None]) -> None:
    window, busy, etag = read
    if busy is None:
        await feeds.note_reading(unit, feed.id, error=None, failures=0)
        return
    await feeds.let_go_of_blocks(unit, feed)
    taken = await feeds.taken_by(unit, feed.resource_id, window)
    free = without(busy.spans, [span for span, _ in taken])
    await feeds.block(unit, feed, free)
    clashes = [
        {"booking_id": str(booking_id), "start": c.start.isoformat(), "end": c.end.isoformat()}
        for span, booking_id in taken
        if booking_id is not None
        for c in clipped(busy.spans, span)
    ]
    await feeds.note_reading(
        unit,
        feed.id,
        etag=etag,
        read_at=unit.now,
        error=None,
        failures=0,
        busy=len(busy.spans),
        skipped=busy.skipped,
        clashes=clashes[:MOST_CLASHES],
    )


async def _remember_failure(house: House, feed: FeedFacts, error: str) -> None:
    async with open_unit(house) as unit:
        failures = feed.failures + 1
        values: dict[str, Any] = {"failures": failures, "error": error}
        values["next_read_at"] = unit.now + _pause(unit) * 2 ** min(failures, MOST_DOUBLINGS)
        await feeds.note_reading(unit, feed.id, **values)


def _known(feed: FeedFacts, now: datetime) -> str | None:
    """What the server may leave unsaid. Once a day, and after a clash, all is read: the window moves on,
    and a booking that stood in the way may be gone."""
    fresh = feed.read_at is not None and now - feed.read_at < WHOLE_EVERY
    return feed.etag if fresh and not feed.clashes else None


def _pause(unit: Unit) -> timedelta:
    return timedelta(minutes=unit.profile.calendars.refresh_minutes)


async def _zone(unit: Unit, feed: FeedFacts) -> str:
    """The zone of the resource, that of the marketplace when it is gone."""
    if feed.resource_kind == "room":
        try:
            return (await catalog.get_room(unit, feed.resource_id)).zone
        except NotFound:
            return unit.profile.time_zone
    found = await catalog.staff_by_id(unit, [feed.resource_id])
    return found[feed.resource_id].zone if found else unit.profile.time_zone
