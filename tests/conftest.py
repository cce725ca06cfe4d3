"""One database server per run, one template per run, one database per test that asks for a house."""

import itertools
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
import structlog
from fastapi import FastAPI
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from kalends.adapters.sandbox import SandboxGateway
from kalends.app import postgres
from kalends.app.asgi import serve
from kalends.app.migrate import migrate
from kalends.app.wiring import build_house
from kalends.core.clock import advance as advance_clock
from kalends.core.house import House
from kalends.core.settings import Settings
from kalends.core.timekeeper import fire_due
from kalends.core.unit import open_unit
from kalends.core.worker import drain
from tests.fixtures.apps import app_of
from tests.fixtures.loopback import Loopback
from tests.fixtures.profiles import house_with
from tests.fixtures.sweeping import Sweeper

TAKES_LONG = ("tests/security/", "tests/journeys/", "tests/app/")
TEMPLATE = "kalends_template"
BASE_URL = "http://kalends.test"
_numbers = itertools.count()

hypothesis_settings.register_profile(
    "kalends", deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
hypothesis_settings.load_profile("kalends")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first, so that no worker is left alone with it at the end. The house is read
    by one of them."""
    items.sort(key=lambda item: not item.nodeid.startswith(TAKES_LONG))
    for item in items:
        if item.nodeid.startswith("tests/house/"):
            item.add_marker(pytest.mark.xdist_group("house"))


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return
    home = Path(tempfile.mkdtemp(prefix="kalends-test-"))
    home.chmod(0o755)
    config.stash[_HOME] = home
    config.stash[_CLUSTER] = cluster = postgres.start(home, durable=False)
    _sql(cluster, f"CREATE DATABASE {TEMPLATE} OWNER kalends")
    migrate(cluster.url(TEMPLATE, "kalends"))
    _sql(cluster, f"ALTER DATABASE {TEMPLATE} WITH IS_TEMPLATE true ALLOW_CONNECTIONS false")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    cluster = node.config.stash[_CLUSTER]
    node.workerinput["cluster"] = [
        str(cluster.home),
        str(cluster.socket_dir),
        cluster.port,
        str(cluster.log_file),
        cluster.pid,
    ]


def pytest_unconfigure(config: pytest.Config) -> None:
    if _CLUSTER in config.stash:
        postgres.stop(config.stash[_CLUSTER], "immediate")
        shutil.rmtree(config.stash[_HOME], ignore_errors=True)


_HOME: pytest.StashKey[Path] = pytest.StashKey()
_CLUSTER: pytest.StashKey[postgres.Cluster] = pytest.StashKey()


def _sql(cluster: postgres.Cluster, statement: str) -> None:
    with psycopg.connect(cluster.dsn("postgres", "postgres"), autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def plain_logs() -> None:
    """The console's painted tracebacks take seconds."""
    renderers = [structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()]
    structlog.configure(processors=renderers)


@pytest.fixture(scope="session")
def cluster(request: pytest.FixtureRequest) -> postgres.Cluster:
    """The run's database server."""
    if hasattr(request.config, "workerinput"):
        home, sockets, port, log, pid = request.config.workerinput["cluster"]
        return postgres.Cluster(Path(home), Path(sockets), port, Path(log), pid)
    return request.config.stash[_CLUSTER]


@pytest.fixture
def database(cluster: postgres.Cluster, used_databases: list[Sweeper]) -> Iterator[str]:
    """The name of a migrated, empty database.

    Emptying one takes a fraction of the time of making one, so a worker's tests use the same one after
    another; a test that changed the schema leaves none behind.
    """
    if not used_databases:
        name = _new_database(cluster)
        used_databases.append(Sweeper(name, cluster.dsn(name, "postgres")))
    sweeper = used_databases[0]
    yield sweeper.database
    if not sweeper.swept():
        used_databases.clear()
        _drop(cluster, sweeper)


@pytest.fixture(scope="session")
def used_databases(cluster: postgres.Cluster) -> Iterator[list[Sweeper]]:
    sweepers: list[Sweeper] = []
    yield sweepers
    for sweeper in sweepers:
        _drop(cluster, sweeper)


def _drop(cluster: postgres.Cluster, sweeper: Sweeper) -> None:
    sweeper.close()
    _sql(cluster, f"DROP DATABASE {sweeper.database} WITH (FORCE)")


def _new_database(cluster: postgres.Cluster) -> str:
    name = f"t_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{next(_numbers)}"
    _sql(cluster, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} OWNER kalends")
    return name


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(kalends_home=tmp_path, public_url=BASE_URL, database_pool=12)


@pytest.fixture
def loopback() -> Loopback:
    """HTTP to our own application without sockets."""
    return Loopback()


@pytest.fixture
async def house(
    cluster: postgres.Cluster,
    database: str,
    settings: Settings,
    loopback: Loopback,
    connections: dict[str, House],
) -> AsyncIterator[House]:
    """A marketplace on its own database, seen through the application's least-privilege role.

    Connections stay open from one test to the next, as long as the database does: most of what a short
    test costs is to make them, and to have every statement planned again.
    """
    built = build_house(settings, cluster.url(database, "kalends_app"))
    kept = connections.setdefault(database, built)
    secret = built.settings.sandbox_secret
    assert secret is not None
    async with httpx.AsyncClient(transport=loopback) as http:
        sandbox = SandboxGateway(BASE_URL, secret.get_secret_value(), http)
        ports = replace(built.ports, gateways={"sandbox": sandbox})
        yield replace(built, engine=kept.engine, reader=kept.reader, ports=ports)
    kept.reader.listeners.clear()


@pytest.fixture(scope="session")
async def connections(used_databases: list[Sweeper]) -> AsyncIterator[dict[str, House]]:
    """The house that first used each database, whose engine and reader the later ones use too."""
    houses: dict[str, House] = {}
    yield houses
    for house in houses.values():
        await house.close()


@pytest.fixture
async def app(house: House, loopback: Loopback) -> FastAPI:
    """The application, serving this test's house."""
    app = app_of(house)
    loopback.app = app
    return app


@pytest.fixture
def with_profile(house: House, app: FastAPI) -> Callable[..., House]:
    """Serve this test's marketplace under other rules: `with_profile(escrow={"release_on": "otp"})`."""

    def change(**sections: dict[str, Any]) -> House:
        changed = house_with(house, **sections)
        serve(app, changed)
        return changed

    return change


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the application; errors inside are answered, as a server would."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as http:
        yield http


@pytest.fixture
def run_jobs() -> Callable[[House], Awaitable[None]]:
    """Fire the timers that are due and run every job that is ready."""
    return settle


async def settle(house: House) -> None:
    await fire_due(house)
    await drain(house)
    await fire_due(house)


@pytest.fixture
def pass_time(house: House) -> Callable[..., Awaitable[None]]:
    """Move the marketplace's clock forward, then let timers and jobs run."""

    async def move(*, seconds: int = 0, minutes: int = 0, hours: int = 0, run: bool = True) -> None:
        async with open_unit(house) as unit:
            await advance_clock(unit.session, seconds + 60 * minutes + 3600 * hours)
        if run:
            await settle(house)

    return move
