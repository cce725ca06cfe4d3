"""Timers: rows that say when the system fires a transition. `core.timekeeper` fires them."""

import json
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text, update

from .models import Timer
from .unit import Unit

_REPLACE = text("""
    WITH gone AS (
        DELETE FROM timers WHERE machine = CAST(:machine AS text) AND subject_id = CAST(:subject AS uuid)
    )
    INSERT INTO timers (id, machine, subject_id, transition, due_at)
    SELECT id, CAST(:machine AS text), CAST(:subject AS uuid), transition, due_at
    FROM jsonb_to_recordset(CAST(:due AS jsonb)) AS due (id uuid, transition text, due_at timestamptz)
""")


async def replace_timers(
    unit: Unit, machine: str, subject_id: UUID, due: Sequence[tuple[UUID, str, datetime]]
) -> None:
    """Make these the only timers of a subject whose row the caller has locked."""
    written = [{"id": str(i), "transition": t, "due_at": at.isoformat()} for i, t, at in due]
    values = {"machine": machine, "subject": subject_id, "due": json.dumps(written)}
    await unit.session.execute(_REPLACE, values)


async def dead_timers(unit: Unit) -> list[Timer]:
    """The timers that failed too often and wait for a person, oldest first."""
    query = select(Timer).where(Timer.dead).order_by(Timer.due_at)
    return list((await unit.session.execute(query)).scalars())


async def revive_timers(unit: Unit) -> None:
    """Give every dead timer all its attempts again, from now on."""
    await unit.session.execute(
        update(Timer).where(Timer.dead).values(dead=False, attempts=0, due_at=unit.now)
    )
