"""processes: the state machines, read or drawn from the data that runs them."""

from typing import Annotated

import typer

from kalends.core.process import Process, mermaid, table
from kalends.core.states import MACHINES

from ..refusals import Refused
from ..wiring import load_rooms
from .terminal import say, show


def processes(
    name: Annotated[
        str | None, typer.Argument(help="One process; all of them are listed without.")
    ] = None,
    draw: Annotated[bool, typer.Option("--mermaid", help="Draw instead of describing.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Show the processes: who may do what from which state, and when the system does it."""
    known = all_processes()
    if name is not None and name not in known:
        raise Refused(f"There is no process {name}; there are {', '.join(known)}.")
    wanted = [known[name]] if name else list(known.values())
    if name is None and not draw:
        show(("process", "states"), [(p.name, " → ".join(p.states)) for p in wanted])
        return
    for process in wanted:
        say(mermaid(process) if draw else table(process))


def all_processes() -> dict[str, Process]:
    """Every process of every machine, by name."""
    load_rooms()
    found = [p for machine in MACHINES.values() for p in machine.processes.values()]
    return {process.name: process for process in sorted(found, key=lambda p: p.name)}
