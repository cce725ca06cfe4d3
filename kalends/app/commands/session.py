"""The marketplace for the length of one command, beside a running one or without it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from kalends.core import logs
from kalends.core.house import House
from kalends.core.settings import Settings

from ..database import Database, opened, require_current
from ..refusals import Refused
from ..wiring import build_house

T = TypeVar("T")


def read_settings(**given: Any) -> Settings:
    """The environment's settings, with what was given on the command line before it."""
    return Settings(**{name: value for name, value in given.items() if value is not None})


def in_house(work: Callable[[House], Awaitable[T]]) -> T:
    """Do this work in the marketplace of the environment. Raises Refused, LauncherError."""
    settings = read_settings()
    logs.configure("WARNING")
    with opened(settings) as database:
        require_current(database)
        return on_database(settings, database, work)


def on_database(settings: Settings, database: Database, work: Callable[[House], Awaitable[T]]) -> T:
    """Do this work in the marketplace on an opened database."""
    try:
        house = build_house(settings, database.url)
    except ValueError as error:
        raise Refused(str(error)) from None

    async def run() -> T:
        try:
            return await work(house)
        finally:
            await house.close()

    return asyncio.run(run())
