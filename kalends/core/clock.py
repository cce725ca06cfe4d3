"""Two clocks. The marketplace's: `unit.now`, the database's time plus the one offset that development
may move. The real one, for what protects real machines and people: tokens, sessions, rate limits.
"""

from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_NOW = text("SELECT kalends_now()")
_ADVANCE = text("""
    INSERT INTO clock_offset (id, seconds) VALUES (1, :seconds)
    ON CONFLICT (id) DO UPDATE SET seconds = clock_offset.seconds + :seconds
    RETURNING seconds
""")

_SET = text("""
    INSERT INTO clock_offset (id, seconds) VALUES (1, :seconds)
    ON CONFLICT (id) DO UPDATE SET seconds = :seconds
""")


def real_now() -> datetime:
    """The machine's time in UTC. For decisions about bookings and money use `unit.now`."""
    return datetime.now(UTC)  # noqa: TID251 - the one place


async def marketplace_now(session: AsyncSession) -> datetime:
    """The time that every process of this marketplace agrees on; fixed within a transaction."""
    now: datetime = (await session.execute(_NOW)).scalar_one()
    return now


async def set_offset(session: AsyncSession, seconds: int) -> None:
    """Put the marketplace's clock so many seconds ahead of the database's (or behind). Development only."""
    await session.execute(_SET, {"seconds": seconds})


async def advance(session: AsyncSession, seconds: int) -> int:
    """Move the marketplace's clock forward; return the whole offset in seconds. Development only."""
    offset: int = (await session.execute(_ADVANCE, {"seconds": seconds})).scalar_one()
    return offset
