"""Server processes for journeys, on the test's own database."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from kalends.app import postgres
from kalends.core.checks import run_checks
from kalends.core.house import House
from kalends.core.unit import open_unit
from tests.fixtures.servers import Server

NewServer = Callable[..., Server]


@dataclass(frozen=True)
class DatabaseLog:
    """What the database server says about one database from now on."""

    file: Path
    database: str
    begin: int

    def said(self, *phrases: str) -> list[str]:
        with self.file.open("rb") as log:
            log.seek(self.begin)
            lines = log.read().decode(errors="replace").splitlines()
        own = [line for line in lines if f"@{self.database} " in line]
        return [line for line in own if any(phrase in line for phrase in phrases)]

    def is_without_deadlocks(self) -> bool:
        return self.said("40P01", "deadlock detected") == []


@pytest.fixture
def database_log(cluster: postgres.Cluster, database: str) -> DatabaseLog:
    return DatabaseLog(cluster.log_file, database, cluster.log_file.stat().st_size)


@pytest.fixture
def new_server(house: House, cluster: postgres.Cluster, database: str, tmp_path: Path) -> NewServer:
    """Describe a server process on the test's database, with the house's secrets."""

    def describe(*, worker: bool = False, beside: Server | None = None) -> Server:
        settings = beside.settings if beside else house.settings
        url, log = cluster.url(database, "kalends_app"), tmp_path / "server.log"
        return Server(settings, url, log, worker, web=beside is None)

    return describe


@pytest.fixture
def expect_green(house: House) -> Callable[[], object]:
    """Run every invariant checker, and expect that none finds anything."""

    async def green() -> None:
        async with open_unit(house, read_only=True) as unit:
            assert await run_checks(unit) == {}

    return green
