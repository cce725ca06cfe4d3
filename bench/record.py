"""Which statements a request needs, recorded from the request itself and written as a pgbench script."""

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx
from asyncpg import Range
from sqlalchemy import event

from kalends.app.asgi import create_app
from kalends.core.house import House

from .works import Ask

_PLACE = re.compile(r"\$(\d+)")


@dataclass
class Statement:
    sql: str
    values: tuple[Any, ...] = ()


@dataclass
class Recording:
    """What one request asked of the database, and what it answered."""

    statements: list[Statement] = field(default_factory=list)
    status: int = 0
    body: bytes = b""

    def add(self, statement: Statement) -> None:
        self.statements.append(statement)


class Recorder:
    """Sends requests through the whole application in this process and writes down their statements."""

    def __init__(self, house: House) -> None:
        self._house = house
        app = create_app(house)
        self._http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bench")

    async def record(self, ask: Ask) -> Recording:
        made = Recording()
        with listening(self._house, made.add):
            answer = await self._http.request(
                ask.method, ask.path, headers=ask.headers, json=ask.body
            )
        made.status, made.body = answer.status_code, answer.content
        return made

    async def watch(self, work: Awaitable[None]) -> Recording:
        """What some work in this process asks of the database."""
        made = Recording()
        with listening(self._house, made.add):
            await work
        return made


@contextmanager
def listening(house: House, told: Callable[[Statement], None]) -> Iterator[None]:
    """Tell every statement of this house, and the edges of its transactions."""

    def on_statement(*seen: Any) -> None:
        _, _, sql, values, _, many = seen
        for row in values if many else [values]:
            told(Statement(sql, tuple(row)))

    def on_read(sql: str, values: tuple[Any, ...]) -> None:
        told(Statement(sql, values))

    engine = house.engine.sync_engine
    listeners = {
        "before_cursor_execute": on_statement,
        "begin": _mark(told, "BEGIN"),
        "commit": _mark(told, "COMMIT"),
        "rollback": _mark(told, "ROLLBACK"),
    }
    for name, listener in listeners.items():
        event.listen(engine, name, listener)
    house.reader.listeners.append(on_read)
    try:
        yield
    finally:
        house.reader.listeners.remove(on_read)
        for name, listener in listeners.items():
            event.remove(engine, name, listener)


def _mark(told: Callable[[Statement], None], word: str) -> Callable[[Any], None]:
    """A listener for the edges of transactions; reads without one have edges only in SQLAlchemy."""

    def on_edge(connection: Any) -> None:
        if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
            told(Statement(word))

    return on_edge


def script(recording: Recording, variables: Mapping[str, str]) -> str:
    """The statements with their values, for pgbench. `variables` names the texts that must differ from
    run to run: they become `:name`."""
    return "".join(f"{_filled(s, variables)};\n" for s in recording.statements)


def _filled(statement: Statement, variables: Mapping[str, str]) -> str:
    def value(place: re.Match[str]) -> str:
        return _literal(statement.values[int(place[1]) - 1], variables)

    return _PLACE.sub(value, statement.sql.strip().rstrip(";"))


def _literal(value: Any, variables: Mapping[str, str]) -> str:
    if value is None:
        return "NULL"
    written = text_of(value)
    if not variables:
        return _quoted(written)
    known = re.compile("|".join(map(re.escape, variables)))
    if found := known.fullmatch(written):
        return f":{variables[found[0]]}"
    parts, at = [], 0
    for match in known.finditer(written):
        parts += [_quoted(written[at : match.start()]), f":{variables[match[0]]}::text"]
        at = match.end()
    parts.append(_quoted(written[at:]))
    return f"({' || '.join(parts)})" if len(parts) > 1 else parts[0]


def _quoted(written: str) -> str:
    # pgbench would take a colon before a letter for one of its variables, quoted or not
    escaped = written.replace("\\", "\\\\").replace("'", "''").replace(":", "\\x3a")
    return f"E'{escaped}'"


def text_of(value: Any) -> str:
    """The value in PostgreSQL's own notation."""
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Range):
        return f"[{text_of(value.lower)},{text_of(value.upper)})"
    if isinstance(value, list | tuple | set | frozenset):
        return "{" + ",".join(f'"{text_of(item)}"' for item in value) + "}"
    return str(value)
