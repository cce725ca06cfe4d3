"""The server process: starting it, ending it, and finding one that outlived its owner."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from .errors import StartFailed
from .privileges import output

Mode = Literal["fast", "immediate"]

_FAST_S = 60.0
_IMMEDIATE_S = 15.0  # the postmaster kills stubborn children after 5
_PAUSE_S = 0.02
_STATUS_LINE = 8  # of postmaster.pid


def end(server: subprocess.Popen[bytes], mode: Mode) -> None:
    """Stop our own child: fast, then immediate, then by force."""

    def gone(within: float) -> bool:
        try:
            server.wait(within)
        except subprocess.TimeoutExpired:
            return False
        return True

    _insist(server.send_signal, gone, mode)


def clear_orphan(data: Path) -> None:
    """Stop a server that still works on `data` after its owner died; remove a pid file that
    names some other process. To be called by the owner of the data only.

    Raises StartFailed when the old server cannot be stopped.
    """
    pid_file = data / "postmaster.pid"
    pid = _written_pid(pid_file)
    if pid is None:
        pid_file.unlink(missing_ok=True)  # absent, or cut off: the server would refuse an empty one
        return
    if not _exists(pid):
        return  # the server itself checks that no child of the dead one is left, then replaces it
    if serves(pid, data):
        _insist(lambda signum: _send(pid, signum), lambda within: _left(pid, data, within), "fast")
        if serves(pid, data):
            raise StartFailed(f"An old PostgreSQL (process {pid}) works on {data}; end it first.")
    if _exists(pid):  # a number in use again, or a dead process that nobody has collected
        pid_file.unlink(missing_ok=True)


def serves(pid: int, data: Path) -> bool:
    """Whether this process is alive and the PostgreSQL server of `data`."""
    if sys.platform != "linux":
        said = output(None, ["/bin/ps", "-ww", "-o", "command=", "-p", str(pid)]) or ""
        return "postgres" in said and f"-D {data}" in said
    process = Path("/proc") / str(pid)
    try:
        program = (process / "cmdline").read_bytes().split(b"\0")[0]
        return program.endswith(b"/postgres") and (process / "cwd").samefile(data)
    except OSError:
        return False


def accepts_connections(data: Path, pid: int) -> bool:
    """Whether this server says so itself. Asked before connecting, because a server that is still
    recovering writes a line to its log for each one that it turns away."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return False
    return len(lines) >= _STATUS_LINE and (lines[0], lines[_STATUS_LINE - 1].strip()) == (
        str(pid),
        "ready",
    )


def _insist(
    send: Callable[[signal.Signals], None], gone: Callable[[float], bool], mode: Mode
) -> None:
    steps = [(signal.SIGQUIT, _IMMEDIATE_S), (signal.SIGKILL, _IMMEDIATE_S)]
    if mode == "fast":
        steps.insert(0, (signal.SIGINT, _FAST_S))
    for signum, patience in steps:
        send(signum)
        if gone(patience):
            return


def _left(pid: int, data: Path, within: float) -> bool:
    deadline = time.monotonic() + within
    while serves(pid, data):
        if time.monotonic() > deadline:
            return False
        time.sleep(_PAUSE_S)
    return True


def _send(pid: int, signum: signal.Signals) -> None:
    try:
        os.kill(pid, signum)
    except ProcessLookupError:
        return


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _written_pid(pid_file: Path) -> int | None:
    try:
        first = pid_file.read_text(errors="replace").partition("\n")[0].strip()
    except FileNotFoundError:
        return None
    return int(first) if first.isdigit() and int(first) > 1 else None
