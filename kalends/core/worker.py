"""The job process: runs reactions and jobs from the queue, keeps time, recovers what a crash left.

Procrastinate stores and fetches the jobs; this module says what running one means.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import structlog
from procrastinate import App, PsycopgConnector, RetryStrategy
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert

from .database import libpq_url
from .events import REACTIONS, Reaction, decode
from .house import House
from .jobs import JOBS, Job
from .metrics import JOBS_RUN
from .models import ReactionRun
from .timekeeper import keep_time
from .unit import Unit, open_unit

MAX_ATTEMPTS = 12
_HEARTBEATS = 3  # a worker is given up when it has missed so many
QUEUES = ("reactions", "default", "mail", "bulk")
_READY = text("""
    SELECT EXISTS (SELECT FROM procrastinate_jobs
                   WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now()))
""")
_log = structlog.get_logger()


def build_queue(house: House) -> App:
    """The Procrastinate application of this house, with every reaction and job as a task."""
    connector = PsycopgConnector(conninfo=libpq_url(house.engine.url), min_size=1, max_size=6)
    queue = App(connector=connector)
    retry = RetryStrategy(max_attempts=MAX_ATTEMPTS, exponential_wait=2)
    for reaction in REACTIONS.values():
        queue.task(name=reaction.name, queue="reactions", retry=retry)(
            _reaction_task(house, reaction)
        )
    for job in JOBS.values():
        task = queue.task(name=job.name, queue=job.queue, retry=retry)(_job_task(house, job))
        if job.cron:
            queue.periodic(cron=job.cron, periodic_id=job.name)(task)
    return queue


async def run_worker(house: House, stop: asyncio.Event) -> None:
    """Run jobs and timers until `stop` is set; what is under way is finished first."""
    queue, patience = build_queue(house), house.settings.stalled_after_seconds
    async with queue.open_async():
        worker = asyncio.create_task(
            queue.run_worker_async(
                queues=list(QUEUES),
                concurrency=house.settings.worker_concurrency,
                install_signal_handlers=False,
                listen_notify=True,
                fetch_job_polling_interval=2,
                shutdown_graceful_timeout=20,
                delete_jobs="successful",
                update_heartbeat_interval=patience / _HEARTBEATS,
                stalled_worker_timeout=patience,
            )
        )
        keepers = [
            asyncio.create_task(keep_time(house, stop)),
            asyncio.create_task(_housekeeping(queue, stop, patience)),
        ]
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({worker, stopping}, return_when=asyncio.FIRST_COMPLETED)
        failed = worker.done() and not stop.is_set()
        worker.cancel()
        stop.set()
        await asyncio.gather(worker, *keepers, stopping, return_exceptions=True)
        if failed:
            raise RuntimeError("the job worker stopped by itself; see the log above")


async def drain(house: House) -> None:
    """Run every job that is ready, and the jobs they create, then return (tests and the demo)."""
    if not await _has_ready_job(house):
        return
    queue = build_queue(house)
    async with queue.open_async():
        # a worker that does not wait leaves when the queue looks empty, while its last jobs still add to it
        while await _has_ready_job(house):
            await queue.run_worker_async(
                queues=list(QUEUES),
                wait=False,
                listen_notify=False,
                concurrency=4,
                install_signal_handlers=False,
                delete_jobs="successful",
            )


async def _has_ready_job(house: House) -> bool:
    async with house.reads.connect() as connection:
        return bool((await connection.execute(_READY)).scalar_one())


def _reaction_task(house: House, reaction: Reaction) -> Callable[..., Awaitable[None]]:
    async def run(event_id: str, event: str, data: dict[str, Any]) -> None:
        async with open_unit(house) as unit:
            if await _first_run(unit, UUID(event_id), reaction.name):
                await reaction.handler(unit, decode(event, data))
        JOBS_RUN.labels(reaction.name).inc()

    return run


def _job_task(house: House, job: Job) -> Callable[..., Awaitable[None]]:
    async def run(arguments: dict[str, Any] | None = None, timestamp: int | None = None) -> None:
        del timestamp  # periodic tasks are told when they were due; ours read the house's clock
        await job.handler(house, **(arguments or {}))
        JOBS_RUN.labels(job.name).inc()

    return run


async def _first_run(unit: Unit, event_id: UUID, reaction: str) -> bool:
    claim = insert(ReactionRun).values(event_id=event_id, reaction=reaction, at=unit.now)
    claimed = claim.on_conflict_do_nothing().returning(ReactionRun.reaction)
    return (await unit.session.execute(claimed)).first() is not None


async def _housekeeping(queue: App, stop: asyncio.Event, patience: int) -> None:
    while not stop.is_set():
        try:
            await recover_stalled(queue, patience)
        except Exception:  # noqa: BLE001 - the database may be restarting; the next round tries again
            _log.exception("housekeeping.failed")
        try:
            await asyncio.wait_for(stop.wait(), patience / 2)
        except TimeoutError:
            continue


async def recover_stalled(queue: App, patience: int) -> int:
    """Give the jobs of workers unheard of for `patience` seconds back; return how many there were."""
    stalled = await queue.job_manager.get_stalled_jobs(seconds_since_heartbeat=patience)
    recovered = 0
    for job in stalled:
        await queue.job_manager.retry_job(job)
        recovered += 1
    if recovered:
        _log.warning("jobs.recovered", count=recovered)
    return recovered
