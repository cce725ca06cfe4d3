"""The embedded PostgreSQL: starts, is owned by one, survives being killed, keeps its data."""

import os
import shutil
import signal
import subprocess
import threading
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from kalends.app import postgres
from kalends.app.postgres import binaries, layout, postmaster, privileges
from tests.fixtures.homes import begin, execute, server_of

ROOT = os.geteuid() == 0
ONLY_ROOT = pytest.mark.skipif(not ROOT, reason="only root changes to another user")

AULA = (
    "DROP TABLE IF EXISTS halls",
    "CREATE TABLE halls (name text)",
    "INSERT INTO halls VALUES ('Aula')",
)


async def test_the_first_start_gives_a_database_and_its_roles(new_home: Path) -> None:
    cluster = postgres.start(new_home, durable=False)
    assert postgres.running(cluster)
    extensions = ["CREATE EXTENSION btree_gist", "CREATE EXTENSION pg_trgm"]
    execute(cluster, *extensions, "CREATE TABLE halls (name text)")
    rights = "SELECT rolname FROM pg_roles WHERE rolsuper OR rolcreaterole OR rolcreatedb"
    assert "kalends" not in execute(cluster, rights)
    locale = (
        "SELECT datlocprovider::text || ' ' || datlocale || ' ' || pg_encoding_to_char(encoding)"
    )
    here = "FROM pg_database WHERE datname = current_database()"
    assert execute(cluster, f"{locale} {here}") == ["b C.UTF-8 UTF8"]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        execute(cluster, "SELECT * FROM halls", user="kalends_app")
    engine = create_async_engine(cluster.url(user="kalends_app"))
    async with engine.connect() as connection:
        assert await connection.scalar(text("SELECT current_user")) == "kalends_app"
        assert await connection.scalar(text("SHOW listen_addresses")) == ""
    await engine.dispose()


def test_the_socket_is_private_and_its_path_short(home: Path) -> None:
    cluster = postgres.start(home, durable=False)
    found = cluster.socket_dir.lstat()
    assert found.st_mode & 0o777 == 0o700
    assert found.st_uid == privileges.server_user().uid
    assert len(os.fsencode(cluster.socket_dir)) < 86
    postgres.stop(cluster)
    assert not cluster.socket_dir.exists()


def test_ctrl_c_in_the_terminal_does_not_reach_the_server(home: Path) -> None:
    cluster = postgres.start(home, durable=False)
    assert os.getsid(cluster.pid) == os.getpgid(cluster.pid) == cluster.pid


def test_a_socket_directory_made_by_somebody_else_is_not_used(home: Path, shelf: Path) -> None:
    user = privileges.server_user()
    expected = layout.socket_dir(home, user)
    expected.rmdir()
    expected.symlink_to(shelf)
    try:
        assert layout.socket_dir(home, user) != expected
        assert shelf.lstat().st_uid == os.geteuid()
        cluster = postgres.start(home, durable=False)
        assert cluster.socket_dir != expected
    finally:
        expected.unlink()
        for made in expected.parent.glob(f"{expected.name}-*"):
            if not any(made.iterdir()):
                made.rmdir()


def test_a_second_start_on_the_same_home_is_refused_with_a_sentence(home: Path) -> None:
    postgres.start(home, durable=False)
    with pytest.raises(postgres.AlreadyRunning) as refusal:
        postgres.start(home)
    assert str(refusal.value) == (
        f"Kalends is already running on {home} (process {os.getpid()}); "
        "stop it first, or set KALENDS_HOME to another directory."
    )


def test_another_process_is_named_as_the_owner(home: Path, owners: list) -> None:
    owner = begin(home, "tethered", owners)
    server_of(owner)
    with pytest.raises(postgres.AlreadyRunning, match=f"process {owner.pid}"):
        postgres.start(home)
    with pytest.raises(postgres.AlreadyRunning):
        postgres.stop(home)


def test_of_two_that_start_together_one_is_refused(home: Path) -> None:
    outcomes: list[object] = []

    def attempt() -> None:
        try:
            outcomes.append(postgres.start(home, durable=False))
        except postgres.AlreadyRunning as refusal:
            outcomes.append(refusal)

    threads = [threading.Thread(target=attempt) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AlreadyRunning", "Cluster"]


def test_stop_and_start_keep_the_data(home: Path) -> None:
    first = postgres.start(home)
    execute(first, *AULA)
    postgres.stop(first)
    assert not postgres.running(first)
    second = postgres.start(home, settings={"work_mem": "7MB"})
    assert execute(second, "SELECT name FROM halls") == ["Aula"]
    assert execute(second, "SHOW work_mem") == ["7MB"]
    assert execute(second, "SHOW fsync") == ["on"]


@pytest.mark.parametrize("how", ["tethered", "loose"])
def test_after_kill_9_of_the_owner_the_next_start_has_the_data(
    home: Path, how: str, owners: list
) -> None:
    owner = begin(home, how, owners)
    server = server_of(owner)
    owner.kill()
    owner.wait()
    cluster = postgres.start(home, durable=False)
    assert not postmaster.serves(server, home / "data")
    execute(cluster, *AULA)
    postgres.stop(cluster)
    again = begin(home, how, owners)
    server_of(again)
    os.kill(again.pid, signal.SIGKILL)
    again.wait()
    assert execute(postgres.start(home), "SELECT name FROM halls") == ["Aula"]


def test_stop_ends_a_server_whose_owner_was_killed(home: Path, owners: list) -> None:
    owner = begin(home, "loose", owners)
    server = server_of(owner)
    owner.kill()
    owner.wait()
    assert postmaster.serves(server, home / "data")
    postgres.stop(home)
    assert not postmaster.serves(server, home / "data")


def test_after_kill_9_of_the_server_the_same_process_can_start_it_again(home: Path) -> None:
    cluster = postgres.start(home)
    execute(cluster, *AULA)
    with psycopg.connect(cluster.dsn(), autocommit=True) as busy:
        busy.execute("SET statement_timeout = '1s'")
        counting = threading.Thread(target=_count_for_a_second, args=(busy,))
        counting.start()
        os.kill(cluster.pid, signal.SIGKILL)
        os.waitid(os.P_PID, cluster.pid, os.WEXITED | os.WNOWAIT)
        assert not postgres.running(cluster)
        again = postgres.start(home)
        counting.join()
    assert execute(again, "SELECT name FROM halls") == ["Aula"]


def _count_for_a_second(connection: psycopg.Connection) -> None:
    # The backend works on without its server until it is done: its successor must wait for it.
    with pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT count(*) FROM generate_series(1, 1000000000)")


def test_a_process_id_in_use_by_something_else_does_not_stand_in_the_way(home: Path) -> None:
    postgres.stop(postgres.start(home, durable=False))
    stranger = subprocess.Popen(["sleep", "60"])
    (home / "data" / "postmaster.pid").write_text(f"{stranger.pid}\n{home / 'data'}\n")
    try:
        assert execute(postgres.start(home, durable=False), "SELECT 1") == [1]
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_start_that_was_killed_half_way_is_finished_by_the_next(home: Path) -> None:
    cluster = postgres.start(home, durable=False)
    with psycopg.connect(cluster.dsn("postgres", "postgres"), autocommit=True) as connection:
        connection.execute("DROP DATABASE kalends")
        connection.execute("DROP ROLE kalends_app")
    postgres.stop(cluster)
    (home / "data.new-abandoned").mkdir()
    assert execute(postgres.start(home, durable=False), "SELECT 1", user="kalends_app") == [1]
    assert not (home / "data.new-abandoned").exists()


def test_data_of_another_major_version_are_refused_and_left_alone(home: Path) -> None:
    postgres.stop(postgres.start(home, durable=False))
    version = home / "data" / "PG_VERSION"
    version.write_text("17\n")
    try:
        with pytest.raises(postgres.WrongVersion, match="made by PostgreSQL 17, but PostgreSQL 18"):
            postgres.start(home)
        assert version.read_text() == "17\n"
    finally:
        version.write_text("18\n")


def test_a_server_that_cannot_start_says_why(home: Path) -> None:
    with pytest.raises(postgres.StartFailed, match="no_such_setting"):
        postgres.start(home, settings={"no_such_setting": "1"})
    assert execute(postgres.start(home, durable=False), "SELECT 1") == [1]


def test_a_long_home_with_spaces_works_whatever_the_shell_says(
    shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = shelf / 'a hall\'s "home" & more' / ("x" * 150)
    for name, value in {
        "PGHOSTADDR": "127.0.0.9",
        "PGPORT": "1",
        "PGDATA": "/nowhere",
        "PGOPTIONS": "-c no.such=1 -c nonsense",
        "PGSSLMODE": "require",
        "LC_ALL": "xx_XX",
    }.items():
        monkeypatch.setenv(name, value)
    try:
        assert execute(postgres.start(home, durable=False), "SHOW lc_messages") == ["C"]
    finally:
        postgres.discard(home)


def test_discard_deletes_the_data(new_home: Path) -> None:
    execute(postgres.start(new_home, durable=False), "CREATE TABLE halls (name text)")
    postgres.discard(new_home)
    assert [path.name for path in new_home.iterdir()] == ["lock"]


@ONLY_ROOT
def test_a_home_below_a_private_directory_of_root_keeps_its_data_elsewhere(shelf: Path) -> None:
    private = shelf / "private"
    private.mkdir(0o700)
    home = private / "home"
    cluster = postgres.start(home, durable=False)
    place = Path((home / "data.place").read_text().strip())
    try:
        assert place.parent == Path("/var/lib/kalends")
        assert private.lstat().st_mode & 0o777 == 0o700
        execute(cluster, "CREATE TABLE halls (name text)")
        postgres.stop(cluster)
        assert execute(postgres.start(home, durable=False), "SELECT count(*) FROM halls") == [0]
        copy = shelf / "copy"
        shutil.copytree(home, copy)
        with pytest.raises(postgres.AlreadyRunning):
            postgres.start(copy)
    finally:
        postgres.discard(home)
    assert not place.exists()
    assert sorted(path.name for path in home.iterdir()) == ["lock"]


@ONLY_ROOT
def test_programs_that_the_servers_user_cannot_reach_are_copied(
    shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = privileges.server_user()
    installed = binaries.find(user).directory.parents[1]
    private = shelf / "sealed"
    private.mkdir(0o700)
    for name in (installed.name, f"{installed.name}.libs"):
        (private / name).symlink_to(installed.parent / name)
    monkeypatch.setattr(layout, "_STATE_DIR", shelf / "state")
    found = binaries.find(user, private / installed.name)
    assert found.directory.is_relative_to(shelf / "state")
    assert found.major == 18
    assert privileges.output(user, [found.program("initdb"), "--version"])
    assert binaries.find(user, private / installed.name) == found
    assert [path.name[0] for path in (shelf / "state").iterdir()] == ["p"]
