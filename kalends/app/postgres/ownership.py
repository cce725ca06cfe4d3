"""One process owns a home. The lock dies with its holder, however it dies."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from .errors import AlreadyRunning

_held: set[int] = set()


@contextlib.contextmanager
def ownership(directory: Path, home: Path) -> Iterator[None]:
    """Hold `<directory>/lock`. Raises AlreadyRunning, which names `home` and the holder's pid.

    The file is never deleted: two processes could then hold two files of the same name.
    """
    descriptor = os.open(directory / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(descriptor, 20, 0).strip()
        os.close(descriptor)
        raise AlreadyRunning(home, int(holder) if holder.isdigit() else None) from None
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    _held.add(descriptor)
    try:
        yield
    finally:
        if descriptor in _held:
            _held.discard(descriptor)
            os.close(descriptor)


def _let_go_in_child() -> None:
    # A forked child shares the lock and would keep it after our death.
    while _held:
        os.close(_held.pop())


os.register_at_fork(after_in_child=_let_go_in_child)
