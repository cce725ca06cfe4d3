"""Which foreign calendars block a resource."""

from urllib.parse import urlsplit
from uuid import UUID

from kalends.core.audit import Deed, record
from kalends.core.errors import Invalid, NotFound
from kalends.core.unit import Unit

from ...access import access_calendar
from ...errors import TooManyCalendars
from ...repository import feeds
from ...types import FeedFacts

READ_FEED = "bookings.read_calendar"


async def follow(unit: Unit, kind: str, resource_id: UUID, url: str) -> FeedFacts:
    """Read this calendar from now on. Raises NotFound, TooManyCalendars, Invalid."""
    await access_calendar(unit, kind, resource_id)
    address = url.replace("webcal://", "https://", 1)
    host = _host(address)
    most = unit.profile.calendars.max_feeds
    if await feeds.count_feeds(unit, resource_id) >= most:
        raise TooManyCalendars(f"{most} calendars are read already; remove one first", limit=most)
    feed = await feeds.add_feed(unit, kind, resource_id, address, host)
    unit.defer(READ_FEED, feed_id=feed.id)
    await _note(unit, "calendar.followed", feed.id, resource_id)
    return feed


async def followed(unit: Unit, kind: str, resource_id: UUID) -> list[FeedFacts]:
    """What is read for the resource, and how that went. Raises NotFound."""
    await access_calendar(unit, kind, resource_id)
    return await feeds.feeds_of(unit, resource_id)


async def unfollow(unit: Unit, kind: str, resource_id: UUID, feed_id: UUID) -> None:
    """Read it no longer; what it blocked is free. Raises NotFound."""
    await access_calendar(unit, kind, resource_id)
    if not await feeds.delete_feed(unit, resource_id, feed_id):
        raise NotFound
    await _note(unit, "calendar.unfollowed", feed_id, resource_id)


def _host(address: str) -> str:
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if not host or parts.username is not None or parts.scheme not in {"http", "https"}:
        raise Invalid("url: write an http or https address without a user name")
    return host


async def _note(unit: Unit, action: str, feed_id: UUID, resource_id: UUID) -> None:
    await record(unit, Deed(action, "calendar", str(feed_id), {"resource_id": str(resource_id)}))
