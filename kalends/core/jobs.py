"""Jobs: declared here, stored as Procrastinate rows in the unit's transaction, run by the worker."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

JOBS: dict[str, "Job"] = {}
Handler = Callable[..., Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Job:
    """`handler(house, **arguments)` opens its own units, so that it may call the outside between them."""

    name: str
    handler: Handler
    queue: str
    cron: str | None


def job(
    name: str, *, queue: str = "default", cron: str | None = None
) -> Callable[[Handler], Handler]:
    """Register a job. With `cron` (five fields, UTC) it also runs by itself, without arguments."""

    def register(handler: Handler) -> Handler:
        known = JOBS.setdefault(name, Job(name, handler, queue, cron))
        if known.handler is not handler:
            raise TypeError(f"two jobs are called {name}")
        return handler

    return register
