"""jobs: what waits, what failed for good, and another try for it."""

from typing import Annotated

import typer
from procrastinate.jobs import Job

from kalends.core.clock import real_now
from kalends.core.house import House
from kalends.core.models import Timer
from kalends.core.timers import dead_timers, revive_timers
from kalends.core.unit import open_unit
from kalends.core.worker import build_queue

from ..refusals import Refused
from .session import in_house
from .terminal import say, show

app = typer.Typer(no_args_is_help=True, help="Jobs and timers: list them, retry what is dead.")


@app.command("list")
def list_jobs(
    failed: Annotated[bool, typer.Option("--failed", help="Only those that gave up.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """List the jobs that wait, run or failed; what succeeded is not kept."""

    async def work(house: House) -> list[Job]:
        async with build_queue(house).open_async() as queue:
            status = "failed" if failed else None
            return list(await queue.job_manager.list_jobs_async(status=status))

    found = in_house(work)
    rows = [
        (j.id, j.status, j.queue, j.task_name, j.attempts, j.scheduled_at or "now") for j in found
    ]
    show(("id", "status", "queue", "job", "attempts", "due"), rows)
    say(f"{len(rows)} jobs.")


@app.command()
def retry(
    job_id: Annotated[int | None, typer.Argument(help="The job's id.", metavar="ID")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every failed job.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Run failed jobs again: one by its id, or all."""
    if (job_id is None) is not everything:
        raise Refused("Name one job's id, or say --all.")

    async def work(house: House) -> int:
        async with build_queue(house).open_async() as queue:
            jobs = list(await queue.job_manager.list_jobs_async(id=job_id, status="failed"))
            for job in jobs:
                await queue.job_manager.retry_job(job, retry_at=real_now())
            return len(jobs)

    count = in_house(work)
    if job_id is not None and not count:
        raise Refused(f"There is no failed job {job_id}; see kalends jobs list --failed.")
    say(f"{count} jobs will run again.")


@app.command()
def timers(
    revive: Annotated[bool, typer.Option("--retry", help="Let them fire again.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """List the timers that failed too often, and let them fire again."""

    async def work(house: House) -> list[Timer]:
        async with open_unit(house) as unit:
            dead = await dead_timers(unit)
            if revive:
                await revive_timers(unit)
            return dead

    dead = in_house(work)
    rows = [(t.machine, t.transition, t.subject_id, t.attempts, t.last_error) for t in dead]
    show(("of", "transition", "subject", "attempts", "error"), rows)
    say(f"{len(rows)} dead timers" + (", revived." if revive and rows else "."))
