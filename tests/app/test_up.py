"""`kalends up`: everything in one process tree, that comes back after any part of it was killed."""

import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from kalends.app import postgres
from tests.fixtures.command import Kalends, alive, children_of, eventually, free_port, stop

pytestmark = pytest.mark.xdist_group("up")  # they share a running marketplace
FIRST_LINE = "Ctrl-C stops it."


def until_serving(process: subprocess.Popen[str]) -> str:
    """What the command printed until it serves."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if FIRST_LINE in line:
            return "".join(lines)
    raise AssertionError("it ended before it served:\n" + "".join(lines))


@pytest.fixture(scope="module")
def kalends() -> Iterator[Kalends]:
    shelf = Path(tempfile.mkdtemp(prefix="kalends-up-")).resolve()
    shelf.chmod(0o711)
    home = Kalends(shelf / "home")
    yield home
    postgres.discard(home.home)
    shutil.rmtree(shelf)


@pytest.fixture(scope="module")
def running(kalends: Kalends) -> Iterator[subprocess.Popen[str]]:
    process = kalends.start("up")
    assert kalends.url in until_serving(process)
    yield process
    assert stop(process) == 0, kalends.said()
    assert not alive_database(kalends)


def alive_database(kalends: Kalends) -> bool:
    try:
        return alive(kalends.postmaster())
    except FileNotFoundError:
        return False


def test_the_front_page_and_the_api_answer(kalends: Kalends, running: object) -> None:
    assert [kalends.status(p) for p in ("/", "/docs", "/readyz", "/metrics")] == [200] * 4


def test_a_second_start_on_the_same_home_is_refused_in_one_sentence(
    kalends: Kalends, running: subprocess.Popen[str]
) -> None:
    refused = kalends.run("up")
    assert refused.returncode == 2
    assert refused.stderr == (
        f"kalends: Kalends is already running on {kalends.home} (process {running.pid}); "
        "stop it first, or set KALENDS_HOME to another directory.\n"
    )


def test_other_commands_use_the_database_of_the_running_one(
    kalends: Kalends, running: object
) -> None:
    healthy = kalends.run("doctor")
    assert healthy.returncode == 0, healthy.stderr
    assert "Everything holds." in healthy.stdout
    assert "0 jobs." in kalends.run("jobs", "list", "--failed").stdout


def test_a_killed_database_comes_back_and_the_answers_meanwhile_are_503(
    kalends: Kalends, running: subprocess.Popen[str]
) -> None:
    killed = kalends.postmaster()
    subprocess.run(["kill", "-9", str(killed)], check=True)
    seen = []

    def ready() -> bool:
        seen.append(kalends.status("/api/v2/search/rooms?city=Pune&date=2031-05-05"))
        return seen[-1] == 200 and kalends.postmaster() != killed

    eventually(ready)
    assert set(seen) <= {200, 503}


def test_the_worker_goes_on_after_the_database_was_killed(
    kalends: Kalends, running: subprocess.Popen[str]
) -> None:
    subprocess.run(["kill", "-9", str(kalends.postmaster())], check=True)
    eventually(lambda: kalends.status("/readyz") == 200)
    note = postgres.Cluster(kalends.home, _socket_dir(kalends), 5432, Path(), 0)
    with psycopg.connect(note.dsn(), autocommit=True) as connection:
        count = "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '20 s'"
        connection.execute(
            "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW('default', 'payments.reconcile', 0, NULL,"
            " NULL, '{}', NULL)::procrastinate_job_to_defer_v1])"
        )
        kept = "SELECT count(*) FROM procrastinate_jobs"  # what succeeds is deleted
        eventually(lambda: connection.execute(count).fetchone() != (0,))
        eventually(lambda: connection.execute(kept).fetchone() == (0,))


def _socket_dir(kalends: Kalends) -> Path:
    pointer = kalends.home / "data.place"
    place = Path(pointer.read_text().strip()) if pointer.exists() else kalends.home
    return Path((place / "data" / "postmaster.pid").read_text().splitlines()[4])


def test_a_port_in_use_is_named_and_the_database_is_stopped_again(kalends: Kalends) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        other = Kalends(kalends.home.with_name("other"), port)
        refused = other.run("up")
    assert refused.returncode == 2
    assert f"Port {port} of 127.0.0.1 cannot be used" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not alive_database(other)
    postgres.discard(other.home)


def test_two_processes_share_the_port_and_a_killed_one_is_started_again(kalends: Kalends) -> None:
    many = Kalends(kalends.home.with_name("many"))
    parent = many.start("up", "--processes", "2")
    until_serving(parent)
    servers = children_of(parent.pid, "kalends.app.child")
    assert len(servers) == 3  # two web servers and the worker
    subprocess.run(["kill", "-9", str(servers[0]), str(servers[2])], check=True)
    eventually(lambda: len(children_of(parent.pid, "kalends.app.child")) == 3)
    eventually(lambda: many.status("/readyz") == 200)
    everything = [*children_of(parent.pid, "kalends.app.child"), many.postmaster()]
    assert stop(parent, signal.SIGTERM) == 0, many.said()
    assert not any(alive(pid) for pid in everything)
    postgres.discard(many.home)


def test_after_kill_9_nothing_is_left_and_the_next_start_recovers(kalends: Kalends) -> None:
    lost = Kalends(kalends.home.with_name("lost"))
    parent = lost.start("up", "--processes", "2")
    until_serving(parent)
    everything = [*children_of(parent.pid, "kalends.app.child"), lost.postmaster()]
    assert stop(parent, signal.SIGKILL) == -signal.SIGKILL
    eventually(lambda: not any(alive(pid) for pid in everything))
    again = lost.start("up")
    until_serving(again)
    assert lost.status("/readyz") == 200
    assert stop(again) == 0, lost.said()
    postgres.discard(lost.home)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (
            {"PROFILE": "hall-boking"},
            "there is no profile 'hall-boking'; did you mean 'hall-booking'?",
        ),
        ({"PORT": "70000"}, "PORT: Input should be less than or equal to 65535"),
        (
            {"DATABASE_URL": "mysql://a@b/c"},
            "DATABASE_URL must begin with postgresql://, not mysql://.",
        ),
        (
            {"DATABASE_URL": "nonsense"},
            "DATABASE_URL must look like postgresql://user:password@host/name.",
        ),
        ({"APP_ENV": "production"}, "DATABASE_URL must be set in production"),
    ],
)
def test_a_mistake_in_the_environment_is_one_sentence(
    kalends: Kalends, more: dict[str, str], says: str
) -> None:
    refused = Kalends(kalends.home.with_name("none"), more=more).run("up")
    assert refused.returncode == 2
    assert says in refused.stderr
    assert refused.stderr.startswith("kalends: ")
    assert refused.stderr.count("\n") == 1


def test_a_database_that_does_not_answer_is_one_sentence_without_its_password(
    kalends: Kalends,
) -> None:
    url = f"postgresql://somebody:geheim@127.0.0.1:{free_port()}/nothing"
    refused = Kalends(kalends.home.with_name("none"), more={"DATABASE_URL": url}).run("up")
    assert refused.returncode == 2
    assert refused.stderr.startswith("kalends: The database does not answer")
    assert "check DATABASE_URL" in refused.stderr
    assert "geheim" not in refused.stderr


def test_production_refuses_a_database_that_could_lose_an_answered_booking(
    kalends: Kalends, cluster: postgres.Cluster, database: str
) -> None:
    production = {
        "APP_ENV": "production",
        "DATABASE_URL": cluster.url(database, "kalends"),  # the tests' server has fsync off
        "JWT_SECRET": "t" * 48,
        "ENCRYPTION_KEYS": "1:" + "A" * 43 + "=",
        "PUBLIC_URL": "https://halls.test",
        "ALLOWED_HOSTS": "halls.test",
    }
    refused = Kalends(kalends.home.with_name("none"), more=production).run("up")
    assert refused.returncode == 2
    assert "is off in PostgreSQL: an answered booking could be lost" in refused.stderr
