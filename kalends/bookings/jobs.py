"""The work of bookings that nobody waits for."""

from uuid import UUID

from kalends.core.house import House
from kalends.core.jobs import job

from .service.feeds.following import READ_FEED
from .service.feeds.reading import ask_due_feeds, read_feed


@job(READ_FEED, queue="bulk")
async def read_calendar(house: House, feed_id: str) -> None:
    await read_feed(house, UUID(feed_id))


@job("bookings.read_calendars", queue="bulk", cron="*/5 * * * *")
async def read_calendars(house: House) -> None:
    """Whose turn it is says the database; how often, the profile."""
    if house.profile.features.calendars:
        await ask_due_feeds(house)
