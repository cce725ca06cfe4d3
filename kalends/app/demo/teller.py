"""Tells the demo's story: makes each request for real and prints it with its outcome."""

import json
from collections.abc import Sequence
from typing import Any

import httpx
from rich.console import Console
from rich.table import Table

from kalends.core.money import Money

WIDTH = 96
_GOOD = 400


class StoryBroken(RuntimeError):
    """A step of the story was answered differently than it should be."""


class Teller:
    """An HTTP client that says aloud what it does."""

    def __init__(self, http: httpx.AsyncClient, console: Console) -> None:
        self.http = http
        self.console = console
        self.headers: dict[str, str] = {}
        self._step = 0

    def chapter(self, title: str) -> None:
        self.console.print()
        self.console.rule(f"[bold]{title}", align="left")

    def say(self, text: str) -> None:
        self.console.print(f"   {text}", highlight=False)

    async def ask(
        self,
        what: str,
        request: str,
        body: dict[str, Any] | None = None,
        *,
        refused: int | None = None,
    ) -> Any:
        """Make the request `"POST /path"`; print it; return the answer's JSON.

        `refused` is the status that the story expects instead of success. Raises StoryBroken.
        """
        self._step += 1
        method, path = request.split(" ", 1)
        self.console.print(f"\n[bold cyan]{self._step:>2}.[/] [bold]{what}[/]", highlight=False)
        sent = json.dumps(body) if body else ""
        line = f"{method} {path} {sent}"
        self.say(f"[dim]{_escaped(line if len(line) <= WIDTH else line[: WIDTH - 1] + '…')}[/]")
        answer = await self.http.request(method, path, json=body, headers=self.headers)
        expected = answer.status_code == refused if refused else answer.status_code < _GOOD
        colour = "green" if expected else "red"
        self.say(f"[{colour}]{answer.status_code} {answer.reason_phrase}[/]")
        if not expected:
            raise StoryBroken(f"{request} was answered {answer.status_code}: {answer.text[:500]}")
        return answer.json()

    def table(self, title: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
        shown = Table(title=title, title_justify="left", title_style="bold")
        for column in columns:
            right = column in {"balance", "debit", "credit", "amount"}
            shown.add_column(column, justify="right" if right else "left")
        for row in rows:
            shown.add_row(*row)
        self.console.print(shown)


def _escaped(text: str) -> str:
    return text.replace("[", r"\[")


def rupees(money: dict[str, Any]) -> str:
    """Wire money as people read it."""
    return str(Money(money["amount"], money["currency"]))
