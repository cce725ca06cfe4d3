"""Speaking to the person at the terminal."""

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def say(text: str) -> None:
    """One line of plain text: nothing in it is markup."""
    out.print(text, markup=False, soft_wrap=True)


def complain(text: str) -> None:
    err.print(f"kalends: {text}", markup=False, soft_wrap=True)


def show(
    headings: Sequence[str], rows: Iterable[Sequence[object]], title: str | None = None
) -> None:
    """A table; cells are plain text and never cut off."""
    table = Table(*headings, title=title, title_justify="left", box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(_plain(cell) for cell in row))
    out.print(table, soft_wrap=True)


def _plain(cell: object) -> str:
    return str(cell).replace("[", r"\[")
