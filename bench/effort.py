"""How much processor time the bench spends, in all its processes: a figure that other work on the machine
hardly changes. Linux only; elsewhere there is no such figure."""

import os
import resource
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PPID, _TIMES = 1, slice(11, 15)  # fields of /proc/<pid>/stat behind the name


def spent() -> float:
    """Seconds of all descendants of this process so far, those that have ended included."""
    found = _processes()
    ours, todo = 0.0, [os.getpid()]
    while todo:
        parent = todo.pop()
        for pid, (ppid, ticks) in found.items():
            if ppid == parent:
                ours += ticks / _TICKS
                todo.append(pid)
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ours + ended.ru_utime + ended.ru_stime


def _processes() -> dict[int, tuple[int, int]]:
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended meanwhile
        found[int(entry.name)] = (int(fields[_PPID]), sum(map(int, fields[_TIMES])))
    return found
