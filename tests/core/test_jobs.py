"""Events, reactions and jobs: with the unit or not at all, once, again after failures, and never lost."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from kalends.core.audit import Deed, record
from kalends.core.errors import Conflict
from kalends.core.events import EVENTS, REACTIONS, Event, on
from kalends.core.house import House
from kalends.core.ids import new_id
from kalends.core.jobs import JOBS, job
from kalends.core.unit import Unit, open_unit
from kalends.core.worker import MAX_ATTEMPTS, build_queue, drain, recover_stalled
from tests.fixtures.deals import scalar

WAITING = "SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'"
NOTED = "SELECT count(*) FROM audit_log"


@dataclass
class Bell:
    """An event of this test's own, a reaction that notes each ring, and a job; gone after the test."""

    event: type[Event]
    failures: int = 0
    runs: int = 0

    async def ring(self, house: House, then: type[Exception] | None = None) -> None:
        """Emit the event; the unit then commits, or fails with its jobs written already."""
        async with open_unit(house) as unit:
            unit.emit(self.event(ring_id=new_id()))  # type: ignore[call-arg]
            await unit.write_jobs()
            if then:
                raise then

    async def hear(self, unit: Unit, event: Any) -> None:
        self.runs += 1
        await record(unit, Deed("bell.heard", "bell", str(event.ring_id), {}))
        if self.runs <= self.failures:
            raise Conflict("not now")


@pytest.fixture
def bell(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bell]:
    for registry in (EVENTS, REACTIONS, JOBS):
        for name in list(registry):
            monkeypatch.delitem(registry, name)

    @dataclass(frozen=True, kw_only=True)
    class BellRang(Event):
        ring_id: UUID

    made = Bell(BellRang)

    async def hear(unit: Unit, event: BellRang) -> None:
        await made.hear(unit, event)

    hear.__module__ = "kalends.core.bells"
    on(BellRang)(hear)

    @job("core.knock")
    async def knock(house: House, door: str) -> None:
        async with open_unit(house) as unit:
            await record(unit, Deed("door.knocked", "door", door, {}))

    yield made
    for registry in (EVENTS, REACTIONS, JOBS):
        registry.clear()  # monkeypatch then brings back what was there


async def _run_again_now(house: House) -> None:
    async with house.engine.begin() as connection:
        await connection.execute(text("UPDATE procrastinate_jobs SET scheduled_at = NULL"))
    await drain(house)


async def test_an_event_is_heard_after_its_unit_and_only_if_it_commits(
    house: House, bell: Bell
) -> None:
    with pytest.raises(Conflict):
        await bell.ring(house, then=Conflict)
    assert await scalar(house, WAITING) == 0
    await bell.ring(house)
    assert (bell.runs, await scalar(house, WAITING)) == (0, 1)
    await drain(house)
    assert (bell.runs, await scalar(house, NOTED)) == (1, 1)
    assert await scalar(house, "SELECT count(*) FROM procrastinate_jobs") == 0


async def test_a_reaction_that_is_delivered_twice_has_its_effect_once(
    house: House, bell: Bell
) -> None:
    await bell.ring(house)
    again = text("""
        INSERT INTO procrastinate_jobs (queue_name, task_name, args, priority)
        SELECT queue_name, task_name, args, priority FROM procrastinate_jobs, generate_series(1, 5)
    """)
    async with house.engine.begin() as connection:
        await connection.execute(again)
    assert await scalar(house, WAITING) == 6
    await asyncio.gather(drain(house), drain(house))
    assert await scalar(house, NOTED) == 1


async def test_a_failed_reaction_leaves_nothing_and_is_tried_again(
    house: House, bell: Bell
) -> None:
    bell.failures = 2
    await bell.ring(house)
    await drain(house)
    assert (bell.runs, await scalar(house, NOTED), await scalar(house, WAITING)) == (1, 0, 1)
    pause = "SELECT scheduled_at > now() FROM procrastinate_jobs"
    assert await scalar(house, pause) is True
    await _run_again_now(house)
    assert await scalar(house, NOTED) == 0
    await _run_again_now(house)
    assert (bell.runs, await scalar(house, NOTED)) == (3, 1)


async def test_a_job_that_fails_too_often_is_dead_and_kept(house: House, bell: Bell) -> None:
    bell.failures = 10**6
    await bell.ring(house)
    async with house.engine.begin() as connection:
        last = text("UPDATE procrastinate_jobs SET attempts = :attempts")
        await connection.execute(last, {"attempts": MAX_ATTEMPTS - 1})
    await drain(house)
    await _run_again_now(house)
    status = "SELECT status::text FROM procrastinate_jobs"
    assert await scalar(house, status) == "failed"
    assert await scalar(house, NOTED) == 0
    bell.failures = 0
    queue = build_queue(house)
    async with queue.open_async():
        (dead,) = await queue.job_manager.list_jobs_async(status="failed")
        await queue.job_manager.retry_job(dead)
    await drain(house)
    assert await scalar(house, NOTED) == 1


@pytest.mark.parametrize(("silent_for", "recovered"), [(31, 1), (20, 0)])
async def test_the_jobs_of_a_dead_worker_come_back_and_those_of_a_living_one_do_not(
    house: House, bell: Bell, silent_for: int, recovered: int
) -> None:
    async with open_unit(house) as unit:
        unit.defer("core.knock", door="front")
    await _taken_by_a_worker_silent_for(house, silent_for)
    await drain(house)
    assert await scalar(house, NOTED) == 0
    queue = build_queue(house)
    async with queue.open_async():
        assert await recover_stalled(queue, 30) == recovered
    await drain(house)
    assert await scalar(house, NOTED) == recovered


async def _taken_by_a_worker_silent_for(house: House, seconds: int) -> None:
    take = text("""
        WITH worker AS (
            INSERT INTO procrastinate_workers (last_heartbeat)
            VALUES (now() - make_interval(secs => :seconds)) RETURNING id)
        UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT id FROM worker)
    """)
    async with house.engine.begin() as connection:
        await connection.execute(take, {"seconds": seconds})
