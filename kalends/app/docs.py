"""The generated pages of docs/: `python -m kalends.app.docs` writes them, `--check` compares.

They are drawn from the same data that runs the marketplace, so they cannot say anything else.
"""

import difflib
import inspect
import sys
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path

from kalends.core.endpoints import Endpoint, Routes
from kalends.core.errors import CATALOGUE, Problem
from kalends.core.events import Event, catalogue
from kalends.core.process import mermaid, table

from . import requirements
from .commands.processes import all_processes
from .migrate import ROOT
from .wiring import load_rooms, room_routes

DOCS = ROOT / "docs"
_MANY = 10


def events() -> str:
    """docs/events.md: every event by room, its fields, and who listens."""
    load_rooms()
    room_routes()
    parts = [_EVENTS]
    known = sorted(catalogue(), key=lambda row: (room_of(row[0]), row[0].__name__))
    for room, rows in groupby(known, key=lambda row: room_of(row[0])):
        parts.append(f"\n## {room}\n")
        for event, fields, reactions in rows:
            parts.append(_event(event, fields, reactions))
    return "".join(parts)


def _event(event: type[Event], fields: list[str], reactions: list[str]) -> str:
    notes = inspect.get_annotations(event)
    shape = ", ".join(f"`{name}: {_type(notes[name])}`" for name in fields)
    listeners = ", ".join(f"`{name}`" for name in reactions) or "nobody yet"
    return f"\n### {event.__name__}\n\n{_first_line(event)}\n\nFields: {shape or 'none'}. Listeners: {listeners}.\n"


def _type(annotation: object) -> str:
    return annotation.__name__ if isinstance(annotation, type) else str(annotation)


def _first_line(thing: type) -> str:
    # A dataclass without a docstring is given its signature as one.
    text = inspect.cleandoc(thing.__doc__ or "")
    return "" if text.startswith(f"{thing.__name__}(") else text.partition("\n")[0]


def processes() -> str:
    """docs/processes.md: every process as a drawing and as a table."""
    parts = [_PROCESSES]
    for name, process in all_processes().items():
        parts.append(f"\n## {name}\n\n```mermaid\n{mermaid(process)}```\n\n{table(process)}")
    return "".join(parts)


def problems() -> str:
    """docs/problems.md: every problem type, and the routes that declare it."""
    load_rooms()
    routes = declared()
    parts = [_PROBLEMS]
    for status, group in groupby(sorted(CATALOGUE.values(), key=_by_status), lambda p: p.status):
        parts.append(f"\n## {status}\n\n| code | title | room | declared by |\n|---|---|---|---|\n")
        for problem in group:
            places = _places(problem, routes.get(problem.code, []))
            parts.append(f"| {problem.code} | {problem.title} | {room_of(problem)} | {places} |\n")
    return "".join(parts)


def _places(problem: type[Problem], routes: list[str]) -> str:
    if len(routes) > _MANY:
        return f"{len(routes)} routes"
    answered_anywhere = "the edge" if room_of(problem) == "core" else "inner rules only"
    return "<br>".join(f"`{route}`" for route in routes) or answered_anywhere


def _by_status(problem: type[Problem]) -> tuple[int, str]:
    return problem.status, problem.code


def declared() -> dict[str, list[str]]:
    """The routes that name a problem among their errors, by its code."""
    found: dict[str, list[str]] = {}
    for endpoint in endpoints():
        for problem in endpoint.errors:
            found.setdefault(problem.code, []).append(f"{endpoint.method} {endpoint.path}")
    return found


def endpoints() -> Iterator[Endpoint]:
    """Every endpoint of every room, with the development doors."""
    for module in room_routes():
        for routes in vars(module).values():
            if isinstance(routes, Routes):
                yield from routes.endpoints


def room_of(thing: type) -> str:
    """The room in which a class is defined."""
    return thing.__module__.split(".")[1]


PAGES: dict[str, Callable[[], str]] = {
    "events.md": events,
    "processes.md": processes,
    "problems.md": problems,
    "requirements.md": requirements.page,
}


def outdated() -> dict[str, str]:
    """The pages that differ from what is on disk, with the difference."""
    found = {}
    for name, write in PAGES.items():
        path, wanted = DOCS / name, write()
        present = path.read_text(encoding="utf-8") if path.exists() else ""
        if present != wanted:
            lines = difflib.unified_diff(
                present.splitlines(), wanted.splitlines(), str(path), "generated", lineterm="", n=0
            )
            found[name] = "\n".join(lines)
    return found


def main(arguments: list[str]) -> int:
    """Write the pages, or with --check say which are out of date."""
    if "--check" in arguments:
        for name, difference in outdated().items():
            print(f"docs/{name} is out of date; run make docs.\n{difference[:2000]}")
        return 1 if outdated() else 0
    for name, write in PAGES.items():
        Path(DOCS / name).write_text(write(), encoding="utf-8")
    return 0


_EVENTS = """# Events

Written by `make docs` from the code. A room tells what happened; the rooms above may listen. A listener
runs as a job, exactly once, after the transaction of the event is committed.
"""
_PROCESSES = """# Processes

Written by `make docs` from the data that the process engine runs. `kalends processes --mermaid` draws the same.
"""
_PROBLEMS = """# Problems

Written by `make docs` from the code. Every refusal is an RFC 9457 document whose `type` is `/problems/<code>`.
"The edge" answers those that any route may meet: it reads, counts, recognises and authorises.
"""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
