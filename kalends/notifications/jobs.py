"""Jobs of this room."""

from uuid import UUID

from kalends.core.house import House
from kalends.core.jobs import job

from .service.booking_links import forget_links
from .service.send import send_message


@job("notifications.send", queue="mail")
async def send(house: House, message_id: str) -> None:
    """Send one message; repeated by the queue until the mail server took it."""
    await send_message(house, UUID(message_id))


@job("notifications.forget_links", queue="bulk", cron="23 * * * *")
async def forget(house: House) -> None:
    """Delete links of letters a month after their end; until then they are told to have ended."""
    await forget_links(house)
