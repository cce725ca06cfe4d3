"""What identity does by itself at night."""

from datetime import timedelta

from kalends.core.clock import real_now
from kalends.core.house import House
from kalends.core.jobs import job
from kalends.core.unit import open_unit

from .repository import sessions

KEPT = timedelta(days=30)


@job("identity.forget_sessions", cron="17 2 * * *")
async def forget_sessions(house: House) -> None:
    """Delete sessions a month after they expired; until then a reused token is still recognised."""
    async with open_unit(house) as unit:
        await sessions.forget_before(unit, real_now() - KEPT)
