"""Timers: rows that say when the system fires a transition. `core.timekeeper` fires them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, insert, select, update

from .models import Timer
from .unit import Unit


async def replace_timers(
    unit: Unit, machine: str, subject_id: UUID, due: Sequence[tuple[UUID, str, datetime]]
) -> None:
    """Make these the only timers of a subject whose row the caller has locked."""
    await unit.session.execute(
        delete(Timer).where(Timer.machine == machine, Timer.subject_id == subject_id)
    )
    if due:
        rows = [
            {"id": i, "machine": machine, "subject_id": subject_id, "transition": t, "due_at": at}
            for i, t, at in due
        ]
        await unit.session.execute(insert(Timer), rows)


async def dead_timers(unit: Unit) -> list[Timer]:
    """The timers that failed too often and wait for a person, oldest first."""
    query = select(Timer).where(Timer.dead).order_by(Timer.due_at)
    return list((await unit.session.execute(query)).scalars())


async def revive_timers(unit: Unit) -> None:
    """Give every dead timer all its attempts again, from now on."""
    await unit.session.execute(
        update(Timer).where(Timer.dead).values(dead=False, attempts=0, due_at=unit.now)
    )
