"""Counting what a request asks of the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from kalends.core.house import House


@contextmanager
def counted(house: House) -> Iterator[list[str]]:
    """The statements that are sent meanwhile, in order. BEGIN and COMMIT are not among them."""
    sent: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        sent.append(" ".join(statement.split()))

    def note_of_reader(statement: str, _: Any) -> None:
        sent.append(" ".join(statement.split()))

    engine = house.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    house.reader.listeners.append(note_of_reader)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)
        house.reader.listeners.remove(note_of_reader)
