"""`kalends up`: one process tree with everything in it: database, web servers, worker.

The main thread holds the tree together: it starts the database, brings the schema up to date, starts
the rest, and starts again what dies. It ends in the order web servers, worker, database.
"""

import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

import structlog

from kalends.core import failpoints, logs
from kalends.core.profile import load_profile
from kalends.core.settings import Settings

from . import postgres
from .asgi import create_app
from .children import Size, raise_family
from .database import Database, bring_up_to_date, opened, weaknesses
from .doorway import await_answer, listen
from .member import Member, Work
from .refusals import Refused
from .wiring import build_house

_TICK, _DATABASE_PAUSE, _START_PATIENCE = 0.5, 3.0, 90.0  # seconds
_LOG_LIMIT = 20 * 1024 * 1024  # bytes
_log = structlog.get_logger()


@dataclass(frozen=True)
class Plan:
    """What to start. With `processes` above one, web servers and worker are children.

    Logs go to standard error; into the home with `logs_aside`, and where standard error is a terminal.
    """

    settings: Settings
    processes: int = 1
    worker: bool = True
    logs_aside: bool = False


class _Workforce(Protocol):
    def look_after(self) -> None: ...
    def finish(self) -> None: ...
    def hurry(self) -> None: ...


class Marketplace:
    """A marketplace that runs. `log_file` is None when logs go to standard error."""

    def __init__(self, plan: Plan, database: Database, log_file: Path | None) -> None:
        self.plan = plan
        self.database = database
        self.log_file = log_file
        self._cluster = database.cluster
        self._database_not_before = 0.0
        self._workforce: _Workforce | None = None

    def start(self, workforce: _Workforce) -> None:
        """Start the processes. Raises Refused when they do not answer in time."""
        settings = self.plan.settings
        self._workforce = workforce
        workforce.look_after()
        if not await_answer(settings.host, settings.port, self._tick, _START_PATIENCE):
            raise Refused(f"The web server did not answer in {_START_PATIENCE:.0f} s; see the log.")

    def keep(self) -> None:
        """Start again what dies, until KeyboardInterrupt: a Ctrl-C or a SIGTERM."""
        while self._tick():
            time.sleep(_TICK)

    def finish(self) -> None:
        """End web servers, then worker. A further signal hurries them."""
        if workforce := self._workforce:
            _on_signals(lambda *_: workforce.hurry())
            workforce.finish()

    def _tick(self) -> bool:
        self._look_after_database()
        if self._workforce:
            self._workforce.look_after()
        return True

    def _look_after_database(self) -> None:
        gone = self._cluster is not None and not postgres.running(self._cluster)
        if not gone or self._cluster is None or time.monotonic() < self._database_not_before:
            return
        _log.error("database.ended")
        try:
            revived = postgres.start(self._cluster.home)
        except postgres.StartFailed as error:
            _log.error("database.not_revived", reason=str(error))
            self._database_not_before = time.monotonic() + _DATABASE_PAUSE
            return
        if revived.socket_dir != self._cluster.socket_dir:
            raise Refused("The database came back at another place; start Kalends again.")
        self._cluster = revived


@dataclass
class _Alone:
    """Web server and worker in this process."""

    member: Member
    started: bool = False

    def look_after(self) -> None:
        if not self.started:
            self.started = True
            self.member.start()
        elif not self.member.alive:
            raise Refused(f"Kalends ended by itself ({self.member.failure!r}); see the log.")

    def finish(self) -> None:
        if self.started:
            self.member.finish()

    def hurry(self) -> None:
        self.member.hurry()


@contextmanager
def started(plan: Plan) -> Iterator[Marketplace]:
    """Start everything, and stop it in order when the block ends. For the main thread only.

    A signal is a KeyboardInterrupt in the block. Raises Refused, LauncherError, ProfileError.
    """
    load_profile(plan.settings.profile)  # before anything is started: most mistakes are in there
    _on_signals(signal.default_int_handler)
    with opened(plan.settings, alone=True) as database:
        log = _log_to(plan)
        _refuse_weakness(database, plan.settings)
        with listen(plan.settings.host, plan.settings.port) as listener:
            bring_up_to_date(database)
            marketplace = Marketplace(plan, database, Path(log.name) if log else None)
            try:
                marketplace.start(_workforce(plan, database, listener, log))
                yield marketplace
            finally:
                marketplace.finish()


def _workforce(
    plan: Plan, database: Database, listener: socket.socket, log: IO[str] | None
) -> _Workforce:
    failpoints.arm_from_environment(production=plan.settings.production)
    try:
        house = build_house(plan.settings, database.url)
    except ValueError as error:
        raise Refused(str(error)) from None
    app = create_app(house)  # also where children do the work: what is wrong is said here
    if plan.processes == 1:
        return _Alone(Member(Work(house, app, listener, worker=plan.worker)))
    size = Size(plan.processes, int(plan.worker))
    return raise_family(size, listener, _environment(plan.settings, database), log)


def _environment(settings: Settings, database: Database) -> dict[str, str]:
    """What makes a child's settings equal to ours."""
    return os.environ | {
        "HOST": settings.host,
        "PORT": str(settings.port),
        "PROFILE": settings.profile,
        "KALENDS_HOME": str(settings.kalends_home),
        "DATABASE_URL": database.url,
    }


def _refuse_weakness(database: Database, settings: Settings) -> None:
    for weakness in weaknesses(database):
        if settings.production:
            raise Refused(weakness)
        _log.warning("database.weak", detail=weakness)


def _log_to(plan: Plan) -> IO[str] | None:
    """Logs as JSON to standard error, or to a file where a person would read them there."""
    settings = plan.settings
    logs.configure(settings.log_level)
    if not (plan.logs_aside or sys.stderr.isatty()):
        return None
    settings.kalends_home.mkdir(parents=True, exist_ok=True)
    path = settings.kalends_home / "kalends.log"
    if path.exists() and path.stat().st_size > _LOG_LIMIT:
        path.replace(path.with_name(f"{path.name}.1"))
    stream = path.open("a", encoding="utf-8")
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.StreamHandler):
            handler.setStream(stream)
    return stream


def _on_signals(handler: Callable[..., object]) -> None:
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, handler)
