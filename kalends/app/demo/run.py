"""`kalends demo`: start a marketplace, load its city, tell the story once, show the books, keep serving."""

import asyncio
from pathlib import Path

import httpx
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from sqlalchemy import text

from kalends.core.checks import CHECKS, run_checks
from kalends.core.house import House
from kalends.core.money import Money
from kalends.core.settings import Settings
from kalends.core.unit import open_unit

from ..refusals import Refused
from ..up import Marketplace, Plan, started
from ..wiring import build_house
from .plays import Play, play_of
from .teller import StoryBroken, Teller

TOLD = "story.told"
_BOOKS = text("""
    SELECT a.kind, count(DISTINCT a.id), sum(e.amount) FILTER (WHERE e.amount > 0),
           -sum(e.amount) FILTER (WHERE e.amount < 0), sum(e.amount), e.currency
    FROM ledger_entries e JOIN ledger_accounts a ON a.id = e.account_id
    GROUP BY a.kind, e.currency ORDER BY a.kind
""")


def run_demo(settings: Settings) -> None:
    """Run the demo until Ctrl-C. A second run finds the city and goes on from there. Raises Refused."""
    if settings.production:
        raise Refused(
            "The demo moves the clock and pretends to be a bank; it does not run in production."
        )
    console = Console(highlight=False)
    try:
        with started(Plan(settings, logs_aside=True)) as marketplace:
            asyncio.run(_perform(marketplace, console))
            _point(settings, console)
            marketplace.keep()
    except KeyboardInterrupt:
        console.print("\nStopped. Everything is kept; the same command goes on from here.")


async def _perform(marketplace: Marketplace, console: Console) -> None:
    house = build_house(marketplace.plan.settings, marketplace.database.url)
    try:
        play = play_of(house.profile.name)
        fresh = await _load(house, play, console)
        if not fresh:
            console.print("The city is there from the last run; nothing was loaded again.")
        if not await asyncio.to_thread(_told(house).exists):
            await _tell(house, play, console)
        await _show_books(house, console)
    finally:
        await house.close()


async def _load(house: House, play: Play, console: Console) -> bool:
    columns = (TextColumn("{task.description:<20}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=False) as progress:
        tasks: dict[str, TaskID] = {}

        def told(what: str, done: int, of: int) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(what, total=of)
            progress.update(tasks[what], completed=done, total=of)

        return await play.load(house, told)


async def _tell(house: House, play: Play, console: Console) -> None:
    async with httpx.AsyncClient(base_url=house.settings.local_url, timeout=30) as http:
        try:
            await play.tell(Teller(http, console))
        except StoryBroken as error:
            raise Refused(f"The story could not be told to its end: {error}") from None
    await asyncio.to_thread(_told(house).touch)


def _told(house: House) -> Path:
    return house.settings.kalends_home / TOLD


async def _show_books(house: House, console: Console) -> None:
    async with open_unit(house, read_only=True) as unit:
        rows = (await unit.session.execute(_BOOKS)).all()
        broken = await run_checks(unit)
    teller = Teller(httpx.AsyncClient(), console)
    shown = [
        (
            kind,
            str(count),
            str(Money(int(dr or 0), cur)),
            str(Money(int(cr or 0), cur)),
            str(Money(int(net), cur)),
        )
        for kind, count, dr, cr, net, cur in rows
    ]
    console.print()
    teller.table("The books", ("account", "how many", "debit", "credit", "balance"), shown)
    total = sum(int(row[4]) for row in rows)
    verdict = "[green]balanced[/]" if total == 0 else "[red]NOT balanced[/]"
    console.print(f"   All entries together: {total}: {verdict}")
    console.print(
        f"   [green]kalends doctor asks {len(CHECKS)} questions of the data: every invariant holds.[/]"
        if not broken
        else f"   [red]Broken: {sorted(broken)}[/]"
    )


def _point(settings: Settings, console: Console) -> None:
    base = settings.base_url
    console.print()
    console.rule("[bold]Look around", align="left")
    places = {
        "front page": f"{base}/",
        "API, to try out": f"{base}/docs",
        "every mail sent": f"{base}/dev/mailbox",
        "accounts": f"{base}/dev/people",
        "the bank's books": f"{base}/sandbox/statement",
    }
    for name, place in places.items():
        console.print(f"   {name:<18} {place}")
    console.print(
        f"\n   data in {settings.kalends_home}; Ctrl-C stops, the same command goes on.\n"
    )
