"""The timekeeper: fires what is due, in the same transaction as the transition itself.

A timer that comes late, twice, or after the state moved on changes nothing. One that fails is tried
again with growing pauses and never holds up another; after `MAX_ATTEMPTS` it is dead and shown.
"""

import asyncio
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import delete, select, text, update

from .house import House
from .models import Timer
from .principal import ActorKind
from .states import MACHINES, Order, fire, refusal
from .stops import Postponed
from .unit import Unit, open_unit

MAX_ATTEMPTS = 10
BATCH = 200
HANDS = 4  # timers of so many subjects are fired at once
PAUSE_SECONDS = 2.0
TICK_SECONDS = 0.5
_log = structlog.get_logger()
_CLAIM = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:key, 1))")


async def fire_due(house: House) -> int:
    """Fire every timer that is due; return how many were handled. Safe to run in many processes."""
    handled = 0
    hands = asyncio.Semaphore(HANDS)
    while batch := await _due(house):
        found = await asyncio.gather(*(_fire_in_turn(house, one, hands) for one in batch))
        handled += sum(found)
        if not any(found):
            break
    return handled


async def _fire_in_turn(house: House, timers: list[UUID], hands: asyncio.Semaphore) -> int:
    """Fire the timers of one subject, one after the other; return how many were handled."""
    async with hands:
        return sum([await _fire_one(house, timer_id) for timer_id in timers])


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


async def _due(house: House) -> list[list[UUID]]:
    """What is due, the oldest first, together for each subject."""
    async with open_unit(house, read_only=True) as unit:
        query = (
            select(Timer.id, Timer.machine, Timer.subject_id)
            .where(Timer.due_at <= unit.now, ~Timer.dead)
            .order_by(Timer.due_at)
            .limit(BATCH)
        )
        by_subject: dict[tuple[str, UUID], list[UUID]] = {}
        for timer_id, machine, subject_id in await unit.session.execute(query):
            by_subject.setdefault((machine, subject_id), []).append(timer_id)
        return list(by_subject.values())


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
    if not (await unit.session.execute(_CLAIM, {"key": str(timer_id)})).scalar_one():
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
    subject = await machine.lock(unit, timer.subject_id)
    gone = delete(Timer).where(Timer.id == timer.id).returning(Timer.id)
    if (await unit.session.execute(gone)).scalar_one_or_none() is None:
        return  # somebody else moved the subject while we waited for its lock
    # Asked beforehand: what an effect raises must undo the whole transition, and be tried again.
    moot = subject is None or refusal(
        machine, subject, timer.transition, {ActorKind.system}, unit.now
    )
    if moot:
        _log.info("timer.moot", machine=timer.machine, transition=timer.transition)
    else:
        await fire(unit, machine, timer.subject_id, timer.transition, Order(ActorKind.system))


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
