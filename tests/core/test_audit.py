"""The audit log: it only grows, and who changes it behind our back is found at the very row."""

import asyncio

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from kalends.app import postgres
from kalends.core.audit import Deed, broken_links, record
from kalends.core.house import House
from kalends.core.unit import open_unit


@pytest.fixture
async def deeds(house: House) -> None:
    for number in range(1, 5):
        async with open_unit(house) as unit:
            await record(unit, Deed("room.changed", "room", str(number), {"rate": number}))


async def _broken(house: House) -> list[int]:
    async with open_unit(house, read_only=True) as unit:
        return [row["seq"] for row in await broken_links(unit)]


def _behind_our_back(cluster: postgres.Cluster, database: str, statement: str) -> None:
    with psycopg.connect(cluster.dsn(database, "kalends"), autocommit=True) as owner:
        owner.execute("ALTER TABLE audit_log DISABLE TRIGGER USER")
        owner.execute(statement)  # type: ignore[arg-type]


async def test_an_untouched_log_is_whole(house: House, deeds: None) -> None:
    assert await _broken(house) == []


async def test_writers_at_the_same_time_make_one_chain(house: House) -> None:
    async def write(number: int) -> None:
        async with open_unit(house) as unit:
            await record(unit, Deed("room.changed", "room", str(number), {}))

    await asyncio.gather(*(write(number) for number in range(10)))
    assert await _broken(house) == []


@pytest.mark.parametrize(
    "change",
    [
        """UPDATE audit_log SET detail = '{"rate": 9}' WHERE subject_id = '2'""",
        "UPDATE audit_log SET action = 'nothing' WHERE subject_id = '2'",
        "UPDATE audit_log SET actor_kind = 'operator' WHERE subject_id = '2'",
        "UPDATE audit_log SET at = at + interval '1 s' WHERE subject_id = '2'",
    ],
)
async def test_a_changed_row_is_located(
    house: House, deeds: None, cluster: postgres.Cluster, database: str, change: str
) -> None:
    _behind_our_back(cluster, database, change)
    assert await _broken(house) == [2]


async def test_a_missing_row_is_located_at_its_successor(
    house: House, deeds: None, cluster: postgres.Cluster, database: str
) -> None:
    _behind_our_back(cluster, database, "DELETE FROM audit_log WHERE subject_id = '2'")
    assert await _broken(house) == [3]


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_log SET action = 'x'", "DELETE FROM audit_log", "TRUNCATE audit_log"],
)
async def test_the_application_cannot_change_the_log(
    house: House, deeds: None, statement: str
) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        async with open_unit(house) as unit:
            await unit.session.execute(text(statement))


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_log SET action = 'x'", "DELETE FROM audit_log", "TRUNCATE audit_log"],
)
async def test_not_even_the_owner_changes_it_by_accident(
    deeds: None, cluster: postgres.Cluster, database: str, statement: str
) -> None:
    with (
        psycopg.connect(cluster.dsn(database, "kalends")) as owner,
        pytest.raises(psycopg.Error, match="append-only"),
    ):
        owner.execute(statement)  # type: ignore[arg-type]
