"""What the house does for itself: checks its invariants, forgets what it no longer needs."""

import structlog
from sqlalchemy import text

from . import idempotency
from .checks import CHECKS, run_checks
from .house import House
from .jobs import job
from .metrics import BROKEN
from .ratelimit import RateLimiter
from .stops import MONEY_OUT, set_stop
from .unit import open_unit

KEEP_REACTIONS_DAYS = 90
_FORGET_REACTIONS = text(
    "DELETE FROM reaction_runs WHERE at < kalends_now() - make_interval(days => :days)"
)
_log = structlog.get_logger()


@job("core.check_invariants", queue="bulk", cron="*/10 * * * *")
async def check_invariants(house: House) -> None:
    """Run every checker. While a money check finds something, releases and payouts wait; bookings go on."""
    async with open_unit(house) as unit:
        broken = await run_checks(unit)
        for name in CHECKS:
            BROKEN.labels(name).set(len(broken.get(name, [])))
        for name, rows in broken.items():
            _log.error("invariant.broken", check=name, promise=CHECKS[name].promise, rows=len(rows))
        money = sorted(name for name in broken if CHECKS[name].money)
        await set_stop(unit, MONEY_OUT, f"checks {', '.join(money)} found rows" if money else None)


@job("core.forget", queue="bulk", cron="17 * * * *")
async def forget(house: House) -> None:
    """Delete idempotency keys after a day, reaction marks after a season, empty rate buckets."""
    async with open_unit(house) as unit:
        await idempotency.forget_old(unit)
        await unit.session.execute(_FORGET_REACTIONS, {"days": KEEP_REACTIONS_DAYS})
    await RateLimiter(house.reader).forget()
