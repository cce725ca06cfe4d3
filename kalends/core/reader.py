"""Connections for hot reads and rate limits: the driver itself.

A statement here costs about a quarter of one through the layers above the driver. Each runs by itself, without a transaction,
and is prepared once per connection. Deadlines are those of every other connection.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import asyncpg
from sqlalchemy import make_url

from .database import deadlines

Record = Any  # a row of the driver: by position, by name, or to unpack
_CONNECT_SECONDS = 10


class Reader:
    """At most `size` connections, opened when they are needed; a statement waits `patience` seconds for one."""

    def __init__(self, url: str, *, size: int = 4, patience: float = 8.0) -> None:
        named = make_url(url)
        self._where = named.get_dialect()().create_connect_args(named)[1]
        self._where.pop("prepared_statement_cache_size", None)  # means something to SQLAlchemy only
        self._turns = asyncio.Semaphore(size)
        self._patience = patience
        self._idle: list[Any] = []
        self.listeners: list[Callable[[str, tuple[Any, ...]], None]] = []

    async def fetch(self, sql: str, *values: Any) -> list[Record]:
        """The rows of one statement. Raises TimeoutError when no connection comes free, asyncpg's errors."""
        for listener in self.listeners:
            listener(sql, values)
        if self._turns.locked():
            async with asyncio.timeout(self._patience):
                await self._turns.acquire()
        else:
            await self._turns.acquire()
        try:
            return await self._fetched(sql, values)
        finally:
            self._turns.release()

    async def close(self) -> None:
        while self._idle:
            await self._idle.pop().close()

    async def _fetched(self, sql: str, values: tuple[Any, ...]) -> list[Record]:
        connection = self._usable() or await self._connected()
        try:
            rows: list[Record] = await connection.fetch(sql, *values)
        except asyncpg.PostgresError as refusal:
            if (
                refusal.severity_en == "ERROR"
            ):  # of the statement; what is worse ends the connection
                self._idle.append(connection)
            else:
                connection.terminate()
            raise
        except BaseException:
            connection.terminate()  # in the middle of something: nobody shall read its rest
            raise
        self._idle.append(connection)
        return rows

    def _usable(self) -> Any:
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_closed():
                return connection
        return None

    async def _connected(self) -> Any:
        return await asyncpg.connect(
            **self._where, server_settings=deadlines("kalends-reads"), timeout=_CONNECT_SECONDS
        )
