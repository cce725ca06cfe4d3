"""The timekeeper: fires what is due, in the same transaction as the transition itself.

A timer that comes late, twice, or after the state moved on changes nothing. One that fails is tried
again with growing pauses and never holds up another; after `MAX_ATTEMPTS` it is dead and shown.
"""

import asyncio
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import delete, select, text, update

from .errors import NotFound, TransitionNotAllowed
from .house import House
from .models import Timer
from .principal import ActorKind
from .states import MACHINES, Order, fire
from .stops import Postponed
from .unit import Unit, open_unit

MAX_ATTEMPTS = 10
BATCH = 200
PAUSE_SECONDS = 2.0
TICK_SECONDS = 0.5
_log = structlog.get_logger()


async def fire_due(house: House) -> int:
    """Fire every timer that is due; return how many were handled. Safe to run in many processes."""
    handled = 0
    while batch := await _due(house):
        results = [await _fire_one(house, timer_id) for timer_id in batch]
        handled += sum(results)
        if not any(results):
            break
    return handled


async def keep_time(house: House, stop: asyncio.Event) -> None:
    """The timekeeper: fire what is due until `stop` is set. A broken database only makes it wait."""
    failures = 0
    while not stop.is_set():
        failures = 0 if await _round(house, failures) else failures + 1
        try:
            await asyncio.wait_for(stop.wait(), TICK_SECONDS if not failures else PAUSE_SECONDS)
        except TimeoutError:
            continue


async def _round(house: House, failures: int) -> bool:
    """Whether it went well. The first failure tells the whole story, the next ones only that it goes on."""
    try:
        await fire_due(house)
    except Exception as error:  # noqa: BLE001 - a timekeeper that dies takes every deadline with it
        if failures == 0:
            _log.exception("timekeeper.failed")
        else:
            _log.warning("timekeeper.still_failing", times=failures + 1, error=repr(error))
        return False
    return True


async def _due(house: House) -> list[UUID]:
    async with open_unit(house, read_only=True) as unit:
        query = (
            select(Timer.id)
            .where(Timer.due_at <= unit.now, ~Timer.dead)
            .order_by(Timer.due_at)
            .limit(BATCH)
        )
        return list((await unit.session.execute(query)).scalars())


async def _fire_one(house: House, timer_id: UUID) -> bool:
    try:
        async with open_unit(house) as unit:
            return await _fire_claimed(unit, timer_id)
    except Postponed as wait:
        await _postpone(house, timer_id, wait)
        return True
    except Exception as error:  # noqa: BLE001 - whatever one timer does, the others must go on
        await _remember_failure(house, timer_id, error)
        return True


async def _fire_claimed(unit: Unit, timer_id: UUID) -> bool:
    # An advisory lock, not the timer's row: user actions delete timer rows while they hold the subject,
    # so locking the row before the subject would be a deadlock.
    claim = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:key, 1))")
    if not (await unit.session.execute(claim, {"key": str(timer_id)})).scalar_one():
        return False
    timer = (
        await unit.session.execute(select(Timer).where(Timer.id == timer_id))
    ).scalar_one_or_none()
    if timer is None or timer.due_at > unit.now:
        return True
    await _fire_transition(unit, timer)
    return True


async def _fire_transition(unit: Unit, timer: Timer) -> None:
    machine = MACHINES[timer.machine]
    await machine.lock(unit, timer.subject_id)
    still_there = select(Timer.id).where(Timer.id == timer.id)
    if (await unit.session.execute(still_there)).scalar_one_or_none() is None:
        return  # somebody else moved the subject while we waited for its lock
    await unit.session.execute(delete(Timer).where(Timer.id == timer.id))
    try:
        await fire(unit, machine, timer.subject_id, timer.transition, Order(ActorKind.system))
    except (TransitionNotAllowed, NotFound):
        _log.info("timer.moot", machine=timer.machine, transition=timer.transition)


async def _postpone(house: House, timer_id: UUID, wait: Postponed) -> None:
    _log.info("timer.postponed", timer_id=str(timer_id), reason=str(wait))
    async with open_unit(house) as unit:
        later = unit.now + timedelta(seconds=wait.seconds)
        await unit.session.execute(update(Timer).where(Timer.id == timer_id).values(due_at=later))


async def _remember_failure(house: House, timer_id: UUID, error: Exception) -> None:
    _log.warning("timer.failed", timer_id=str(timer_id), error=repr(error))
    async with open_unit(house) as unit:
        timer = await unit.session.get(Timer, timer_id)
        if timer is None:
            return
        attempts = timer.attempts + 1
        pause = timedelta(seconds=min(2**attempts, 600))
        await unit.session.execute(
            update(Timer)
            .where(Timer.id == timer_id)
            .values(
                attempts=attempts,
                due_at=unit.now + pause,
                dead=attempts >= MAX_ATTEMPTS,
                last_error=type(error).__name__,
            )
        )
