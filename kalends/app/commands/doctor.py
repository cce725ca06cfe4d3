"""doctor: is this installation sound, and do the promises about its data hold."""

import platform
from collections.abc import Iterator

import typer

from kalends import __version__
from kalends.core import logs
from kalends.core.checks import CHECKS, Rows, run_checks
from kalends.core.house import House
from kalends.core.profile import load_profile
from kalends.core.settings import Settings
from kalends.core.unit import open_unit

from ..database import Database, opened, require_current, weaknesses
from .session import on_database, read_settings
from .terminal import say, show

_SHOWN = 20


def doctor() -> None:
    """Check the installation and every invariant of the data; exit 1 when something is wrong."""
    settings = read_settings()
    logs.configure("WARNING")
    show(("fact", ""), _facts(settings))
    if not (settings.database_url or _has_data(settings)):
        say("\nThere is no database yet: kalends up creates it.")
        return
    with opened(settings) as database:
        weak = weaknesses(database)
        require_current(database)
        found = on_database(settings, database, _findings)
        show(("fact", ""), _database_facts(database))
    raise typer.Exit(_report(weak, found))


def _facts(settings: Settings) -> Iterator[tuple[str, object]]:
    profile = load_profile(settings.profile)
    yield "Kalends", __version__
    yield "Python", platform.python_version()
    yield "environment", settings.app_env.value
    yield "profile", f"{settings.profile} ({profile.branding.name}, {profile.currency})"
    yield "gateways", ", ".join(profile.payments.gateways)
    yield "mail", settings.smtp_server or "the development mailbox"
    yield "home", settings.kalends_home.resolve()


def _database_facts(database: Database) -> Iterator[tuple[str, object]]:
    with database.connect() as connection:
        version = connection.execute("SHOW server_version").fetchone()
        size = connection.execute(
            "SELECT pg_size_pretty(pg_database_size(current_database()))"
        ).fetchone()
    yield "database", "embedded" if database.embedded else "DATABASE_URL"
    yield "PostgreSQL", version[0] if version else "?"
    yield "size", size[0] if size else "?"


def _has_data(settings: Settings) -> bool:
    home = settings.kalends_home
    return (home / "data").exists() or (home / "data.place").exists()


async def _findings(house: House) -> dict[str, Rows]:
    async with open_unit(house, read_only=True) as unit:
        return await run_checks(unit)


def _report(weak: list[str], found: dict[str, Rows]) -> int:
    say("")
    show(
        ("check", "promise", ""),
        [
            (c.name, c.promise, f"{len(found[c.name])} broken" if c.name in found else "holds")
            for c in CHECKS.values()
        ],
    )
    for name, rows in found.items():
        shown = rows[:_SHOWN]
        say(f"\n{name}: {CHECKS[name].promise}; {len(rows)} rows say otherwise")
        show(list(shown[0]), [list(row.values()) for row in shown])
    for sentence in weak:
        say(sentence)
    if weak or found:
        say("\nSomething is wrong; releases wait while a check about money is broken.")
        return 1
    say("\nEverything holds.")
    return 0
