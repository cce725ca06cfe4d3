"""Several processes for one marketplace: web servers that share a listening socket, and a worker."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO

import structlog

from .member import GRACE_SECONDS

PATIENCE = GRACE_SECONDS + 10  # seconds until a child that does not end is killed
_FIRST_PAUSE, _LONGEST_PAUSE, _STEADY = 0.5, 30.0, 30.0  # seconds
_log = structlog.get_logger()


@dataclass
class Child:
    """One process that is started again whenever it ends, with growing pauses."""

    role: str
    command: list[str]
    environment: Mapping[str, str]
    descriptors: tuple[int, ...]
    log: IO[str] | None = None
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = _FIRST_PAUSE
    not_before: float = 0.0

    def look_after(self, now: float) -> None:
        """Start the process when it is not there and its pause is over."""
        if self.process and self.process.poll() is None:
            return
        if self.process:
            self._mourn(now)
        if now >= self.not_before:
            self.started = now
            self.process = subprocess.Popen(  # noqa: S603 - our own command
                self.command,
                env=dict(self.environment),
                pass_fds=self.descriptors,
                stdin=subprocess.DEVNULL,
                stderr=self.log,
                start_new_session=True,  # Ctrl-C is for the parent alone
            )

    def _mourn(self, now: float) -> None:
        assert self.process is not None
        _log.error("child.ended", role=self.role, code=self.process.returncode)
        self.pause = _FIRST_PAUSE if now - self.started > _STEADY else self.pause
        self.not_before, self.process = now + self.pause, None
        self.pause = min(self.pause * 2, _LONGEST_PAUSE)

    def tell(self, signum: signal.Signals) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signum)

    def wait(self, deadline: float) -> None:
        """Wait for its end; kill it after the deadline."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@dataclass
class Family:
    """All children. They see the end of `lifeline` when this process dies, and die too."""

    servers: list[Child]
    workers: list[Child]
    lifeline: tuple[int, int]

    def look_after(self) -> None:
        for child in (*self.servers, *self.workers):
            child.look_after(time.monotonic())

    def finish(self) -> None:
        """Let the web servers end first, so that what they answered still finds a worker."""
        for group in (self.servers, self.workers):
            deadline = time.monotonic() + PATIENCE
            for child in group:
                child.tell(signal.SIGTERM)
            for child in group:
                child.wait(deadline)
        for end in self.lifeline:
            os.close(end)

    def hurry(self) -> None:
        for child in (*self.servers, *self.workers):
            child.tell(signal.SIGTERM)


@dataclass(frozen=True)
class Size:
    servers: int
    workers: int


def raise_family(
    size: Size, listener: socket.socket, environment: Mapping[str, str], log: IO[str] | None
) -> Family:
    """Prepare the children; `look_after` starts them. All web servers share the listener."""
    lifeline = os.pipe()
    base = [sys.executable, "-m", "kalends.app.child", str(lifeline[0])]
    serve = [*base, str(listener.fileno())]
    descriptors = (lifeline[0], listener.fileno())
    return Family(
        [Child("api", serve, environment, descriptors, log) for _ in range(size.servers)],
        [Child("worker", base, environment, descriptors[:1], log) for _ in range(size.workers)],
        lifeline,
    )
