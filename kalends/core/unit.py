"""The unit of work: one session, one transaction, one moment. Only the edge commits it.

Down goes by call, in this transaction; up goes by event: what is emitted becomes job rows in the same
transaction, so a cause and its consequences commit together or not at all.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from structlog.contextvars import get_contextvars

from .clock import marketplace_now
from .events import Event, encode, reactions_to
from .failpoints import failpoint
from .house import House
from .ids import new_id
from .jobs import JOBS
from .ports import open_units
from .principal import SYSTEM, Principal
from .profile import Profile

_DEFER = text("""
    SELECT procrastinate_defer_jobs_v1(array_agg(
        ROW(j->>'queue', j->>'task', 0, NULL, NULL, j->'args', (j->>'at')::timestamptz)
        ::procrastinate_job_to_defer_v1))
    FROM jsonb_array_elements(CAST(:jobs AS jsonb)) AS j
""")


class Unit:
    """What a use case works with: the session, the fixed moment `now`, and who acts."""

    def __init__(self, house: House, session: AsyncSession, now: datetime) -> None:
        self.house = house
        self.session = session
        self.now = now
        self.principal: Principal = SYSTEM
        self.request_id: str | None = None
        self.emitted: list[Event] = []
        self._jobs: list[dict[str, Any]] = []

    @property
    def profile(self) -> Profile:
        return self.house.profile

    @property
    def is_transaction(self) -> bool:
        """Whether statements stand or fall together; those of a read-only unit do not."""
        return self.session.bind is not self.house.reads

    @property
    def user_id(self) -> UUID:
        """The signed-in user. Raises LookupError where the policy let somebody else in."""
        if self.principal.user_id is None:
            raise LookupError("this use case needs a signed-in user")
        return self.principal.user_id

    def emit(self, event: Event) -> None:
        """Tell the rooms above, when this unit commits: one job per listener."""
        self.emitted.append(event)
        event_id, name, data = str(new_id()), type(event).__name__, encode(event)
        for reaction in reactions_to(type(event)):
            args = {"event_id": event_id, "event": name, "data": data}
            self._jobs.append({"queue": "reactions", "task": reaction.name, "args": args})

    def defer(self, job: str, *, at: datetime | None = None, **arguments: Any) -> None:
        """Run a job after this unit commits. `at` is wall time, for pauses; what is due is a timer."""
        queue = JOBS[job].queue
        when = at.isoformat() if at else None
        self._jobs.append(
            {"queue": queue, "task": job, "args": {"arguments": arguments}, "at": when}
        )

    async def write_jobs(self) -> None:
        """Write what was emitted and deferred as job rows, in one statement."""
        if self._jobs:
            jobs, self._jobs = self._jobs, []
            await self.session.execute(_DEFER, {"jobs": json.dumps(jobs, default=str)})


def new_session(house: House, *, read_only: bool = False) -> AsyncSession:
    return AsyncSession(
        house.reads if read_only else house.engine, expire_on_commit=False, autoflush=False
    )


@asynccontextmanager
async def open_unit(
    house: House, principal: Principal = SYSTEM, *, read_only: bool = False
) -> AsyncIterator[Unit]:
    """Open a unit; commit when the block ends, roll back when it raises.

    A read-only unit runs each statement by itself (no transaction), which saves two round trips.
    """
    async with session_scope(house, read_only=read_only) as session:
        unit = Unit(house, session, await marketplace_now(session))
        unit.principal = principal
        unit.request_id = get_contextvars().get("request_id")
        yield unit
        await finish(unit)


@asynccontextmanager
async def open_past(house: House, principal: Principal, at: datetime) -> AsyncIterator[Unit]:
    """A unit at an earlier moment that tells nobody: for loading history, where no mail should leave."""
    async with session_scope(house) as session:
        unit = Unit(house, session, at)
        unit.principal = principal
        yield unit
        await session.commit()


@asynccontextmanager
async def session_scope(house: House, *, read_only: bool = False) -> AsyncIterator[AsyncSession]:
    """A session that is rolled back unless somebody commits it; ports refuse to run meanwhile."""
    token = open_units.set(open_units.get() + 1)
    try:
        async with new_session(house, read_only=read_only) as session:
            yield session
    finally:
        open_units.reset(token)


async def finish(unit: Unit) -> None:
    """Write the jobs and commit. The only place that commits."""
    await unit.write_jobs()
    failpoint("unit.before_commit")
    await unit.session.commit()
    failpoint("unit.after_commit")
