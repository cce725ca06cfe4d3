"""A marketplace to measure: a database of its own with everything durable, and servers as `kalends up`."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import psycopg

from kalends.app import postgres
from kalends.app.doorway import listen
from kalends.app.migrate import migrate
from kalends.core.settings import Settings

from .load import Measured, Order, write_requests
from .works import Ask

HOST = "127.0.0.1"
_PATIENCE = 90.0  # seconds until a server must answer, or the letters must be written
_WAITING = "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"


@dataclass(frozen=True)
class Market:
    """The database of a bench and the folder for everything else; gone afterwards."""

    home: Path
    cluster: postgres.Cluster

    @property
    def url(self) -> str:
        return self.cluster.url(user="kalends_app")

    @property
    def settings(self) -> Settings:
        return Settings(kalends_home=self.home, database_url=self.url)


@contextmanager
def market() -> Iterator[Market]:
    """A fresh database, migrated and empty."""
    home = Path(tempfile.mkdtemp(prefix="kalends-bench-"))
    home.chmod(0o755)
    cluster = postgres.start(home, durable=True)
    try:
        migrate(cluster.url(user="kalends"))
        yield Market(home, cluster)
    finally:
        postgres.stop(cluster)
        postgres.discard(home)
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def serving(place: Market, processes: int) -> Iterator[int]:
    """`kalends up` with so many web server processes and the worker; gives its port."""
    port = _free_port()
    environment = os.environ | {
        "KALENDS_HOME": str(place.home),
        "DATABASE_URL": place.url,
        "MIGRATION_DATABASE_URL": place.cluster.url(user="kalends"),
        "PORT": str(port),
        "HOST": HOST,
    }
    command = [sys.executable, "-m", "kalends", "up", "--processes", str(processes)]
    with (place.home / "servers.log").open("ab") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            _await_server(server, port)
            yield port
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(60)


@contextmanager
def serving_bare(place: Market, processes: int, body: bytes) -> Iterator[int]:
    """The same number of processes that know their answer beforehand."""
    answer = place.home / "answer"
    answer.write_bytes(body)
    with listen(HOST, _free_port()) as listener:
        port: int = listener.getsockname()[1]
        command = [sys.executable, "-m", "bench.bare", str(listener.fileno()), str(answer)]
        servers = [
            subprocess.Popen(command, pass_fds=[listener.fileno()]) for _ in range(processes)
        ]
        try:
            _await_server(servers[0], port)
            yield port
        finally:
            for server in servers:
                server.terminate()
                server.wait(20)


def loaded(place: Market, order: Order, asks: list[Ask]) -> Measured:
    """Let the load generator run as a process of its own."""
    write_requests(Path(order.requests), [ask.raw() for ask in asks])
    plan = place.home / "plan.json"
    plan.write_text(json.dumps(asdict(order)))
    command = [sys.executable, "-m", "bench.load", str(plan)]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    return Measured(**json.loads(said))


def await_letters(place: Market) -> None:
    """Let the worker do what the last load left, so that the next one finds a machine at rest."""
    until = time.monotonic() + _PATIENCE
    with psycopg.connect(place.cluster.dsn(), autocommit=True) as connection:
        while time.monotonic() < until and connection.execute(_WAITING).fetchone() != (0,):
            time.sleep(0.5)


def _await_server(server: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        if server.poll() is not None:
            raise RuntimeError("a server ended before it answered; see servers.log")
        connection = http.client.HTTPConnection(HOST, port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise RuntimeError("a server did not answer in time")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        found: int = probe.getsockname()[1]
        return found
