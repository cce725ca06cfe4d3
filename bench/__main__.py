"""`make bench`: measure, print, and with --write keep the figures in docs/performance.md."""

import os
from typing import Annotated

import typer
from rich.console import Console

from kalends.core import logs
from kalends.core.clock import real_now

from .measure import Manner, measure
from .report import machine, show, write
from .works import WORKS


def bench(
    only: Annotated[
        list[str] | None, typer.Option(help="Works to measure, by name; timers are one.")
    ] = None,
    processes: Annotated[
        list[int] | None, typer.Option(help="Numbers of server processes.")
    ] = None,
    seconds: Annotated[float, typer.Option(help="How long each load lasts.")] = 8.0,
    keep: Annotated[bool, typer.Option("--write", help="Write docs/performance.md.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Measure Kalends against the limits of this machine. Takes about seven minutes."""
    logs.configure("WARNING")
    works = [work for work in WORKS if not only or work.name in only]
    console, load = Console(stderr=True), os.getloadavg()[0]
    timers = not only or "timers" in only
    manner = Manner(works, processes or (1, 2), seconds, timers)
    results = measure(manner, lambda what: console.print(f"… {what}", style="dim"))
    where = machine(load)
    show(results, where)
    if keep:
        write(results, where, real_now())


command = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
command.command()(bench)
command()
