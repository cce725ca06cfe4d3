"""One process's share of a marketplace: its web server, its worker, or both in one event loop.

The loop runs in a thread of its own, so that the main thread stays free for signals and for the
database server, which only the main thread may start.
"""

import asyncio
import contextlib
import signal
import socket
import threading
from dataclasses import dataclass

import structlog
import uvicorn
import uvloop
from fastapi import FastAPI

from kalends.core.house import House
from kalends.core.worker import run_worker

GRACE_SECONDS = 20
_LONGEST_PAUSE = 15.0
_log = structlog.get_logger()


@dataclass(frozen=True)
class Work:
    """What to run. `listener` is a listening socket for `app`; without `app` nothing is served."""

    house: House
    app: FastAPI | None = None
    listener: socket.socket | None = None
    worker: bool = False


class Member:
    """Runs its work until `finish`. `failure` says why it ended by itself."""

    def __init__(self, work: Work) -> None:
        self._thread = threading.Thread(target=self._run, name="kalends", daemon=True)
        self.failure: BaseException | None = None
        self._work = work
        self._server = _server(work.app) if work.app else None
        self._loop = uvloop.new_event_loop()
        self._stop = asyncio.Event()

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def start(self) -> None:
        self._thread.start()

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
                runner.run(self._both())
        except BaseException as error:  # noqa: BLE001 - told to whoever watches the thread
            _log.exception("member.failed")
            self.failure = error

    def finish(self) -> None:
        """Let requests end, then jobs; return when both have."""
        with contextlib.suppress(RuntimeError):  # the loop is closed: it has ended already
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def hurry(self) -> None:
        """Do not wait for open connections any longer."""
        if self._server:
            self._server.force_exit = True

    async def _both(self) -> None:
        stop_jobs = asyncio.Event()
        jobs = asyncio.create_task(self._keep_working(stop_jobs))
        try:
            await self._serve()
        finally:
            stop_jobs.set()
            await jobs
            await self._work.house.close()

    async def _serve(self) -> None:
        stopping = asyncio.create_task(self._stop.wait())
        if self._server is None or self._work.listener is None:
            await stopping
            return
        serving = asyncio.create_task(self._server.serve(sockets=[self._work.listener]))
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        self._server.should_exit = True
        await serving

    async def _keep_working(self, stop: asyncio.Event) -> None:
        """Run the worker; when it fails, for the database may be restarting, start it again."""
        pause = 0.5
        while self._work.worker and not stop.is_set():
            try:
                await _run_until(self._work.house, stop)
            except Exception:  # noqa: BLE001 - whatever ended the worker, jobs must go on
                _log.exception("worker.failed")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), pause)
            pause = min(pause * 2, _LONGEST_PAUSE)


def run_until_signal(member: Member) -> int:
    """Run the member; a first signal ends it in order, a second one hurries it. Return the code."""
    asked = threading.Event()

    def on_signal(*_: object) -> None:
        if asked.is_set():
            member.hurry()
        asked.set()

    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, on_signal)
    member.start()
    while member.alive and not asked.wait(0.5):
        pass
    member.finish()
    return 1 if member.failure else 0


async def _run_until(house: House, stop: asyncio.Event) -> None:
    """One life of the worker, with an event of its own: a worker that fails sets the one it got."""
    ending = asyncio.Event()
    worker = asyncio.create_task(run_worker(house, ending))
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({worker, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()
        ending.set()
    await worker


def _server(app: FastAPI) -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(
            app,
            http="httptools",
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
    )
