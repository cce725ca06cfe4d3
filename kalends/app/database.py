"""Which database a command works on: the one of DATABASE_URL, or the embedded one of the home."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from alembic.script import ScriptDirectory
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from kalends.core.database import libpq_url
from kalends.core.settings import Settings

from . import postgres
from .migrate import alembic_config, migrate
from .refusals import Refused

OLDEST = 15
_MIGRATION_LOCK = 7306
_NOTE = "running.json"
_ADDRESS = {"host", "port"}
_FOR_LIBPQ = {"sslmode", "sslrootcert", "sslcert", "sslkey", "channel_binding"}
_SAFETY = """
    SELECT current_setting('server_version_num')::int / 10000, pg_is_in_recovery(),
           array(SELECT name FROM pg_settings
                  WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit')
                    AND setting = 'off' ORDER BY name)
"""


@dataclass(frozen=True)
class Database:
    """`url` is for the application, `owner_url` may change the schema; both are for SQLAlchemy.

    `cluster` is the embedded server, where this process runs it.
    """

    url: str
    owner_url: str
    cluster: postgres.Cluster | None = None

    @property
    def embedded(self) -> bool:
        return make_url(self.url).host is None

    def connect(self, *, owner: bool = False) -> psycopg.Connection:
        """A connection that commits each statement. Raises Refused when there is no answer."""
        url = make_url(self.owner_url if owner else self.url)
        try:
            return psycopg.connect(libpq_url(url), autocommit=True, connect_timeout=10)
        except psycopg.OperationalError as error:
            said = str(error).strip().splitlines()[0]
            hint = "see postgres.log in its home" if self.embedded else "check DATABASE_URL"
            raise Refused(f"The database does not answer ({said}); {hint}.") from None


@contextmanager
def opened(settings: Settings, *, alone: bool = False) -> Iterator[Database]:
    """The database of these settings; an embedded server is started, and stopped at the end.

    When another process runs the embedded server, that one is used, unless `alone` is asked for.
    Raises Refused, LauncherError.
    """
    if settings.database_url:
        yield _external(settings)
        return
    try:
        cluster = postgres.start(settings.kalends_home)
    except postgres.AlreadyRunning as refusal:
        neighbour = None if alone else _neighbour(refusal)
        if neighbour is None:
            raise
        yield neighbour
        return
    with _announced(cluster) as database:
        yield database


@contextmanager
def _announced(cluster: postgres.Cluster) -> Iterator[Database]:
    """The embedded database, with a note in its home that tells other commands where it listens."""
    note = cluster.home / _NOTE
    note.touch(0o600)
    said = {"pid": os.getpid(), "socket_dir": str(cluster.socket_dir), "port": cluster.port}
    note.write_text(json.dumps(said), encoding="utf-8")
    try:
        yield _database(cluster, own=True)
    finally:
        note.unlink(missing_ok=True)
        postgres.stop(cluster)


def _neighbour(refusal: postgres.AlreadyRunning) -> Database | None:
    try:
        said = json.loads((refusal.home / _NOTE).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    if said["pid"] != refusal.pid:
        return None  # left behind by a process that was killed
    cluster = postgres.Cluster(refusal.home, Path(said["socket_dir"]), said["port"], Path(), 0)
    return _database(cluster, own=False)


def _database(cluster: postgres.Cluster, *, own: bool) -> Database:
    return Database(
        cluster.url(user="kalends_app"), cluster.url(user="kalends"), cluster if own else None
    )


def bring_up_to_date(database: Database, revision: str = "head") -> None:
    """Migrate; processes that start at the same time take turns. Raises Refused."""
    with database.connect(owner=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", (_MIGRATION_LOCK,))
        migrate(database.owner_url, revision)


def require_current(database: Database) -> None:
    """Raise Refused when the schema is not the one that this version works with."""
    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    with database.connect() as connection:
        table = connection.execute("SELECT to_regclass('alembic_version')").fetchone()
        version = None
        if table and table[0]:
            version = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    found = version[0] if version else "nothing"
    if found != head:
        raise Refused(f"The schema is at {found}, this version needs {head}; run kalends migrate.")


def _external(settings: Settings) -> Database:
    url = _read(settings.database_url or "", "DATABASE_URL")
    owner = url
    if settings.migration_database_url:
        owner = _read(settings.migration_database_url, "MIGRATION_DATABASE_URL")
    return Database(
        url.render_as_string(hide_password=False), owner.render_as_string(hide_password=False)
    )


def _read(text: str, variable: str) -> URL:
    """The URL for asyncpg. TLS parameters, which each driver spells its own way, go into the
    environment variables that both drivers read."""
    try:
        url = make_url(text)
    except ArgumentError:
        raise Refused(f"{variable} must look like postgresql://user:password@host/name.") from None
    if url.get_backend_name() not in {"postgresql", "postgres"}:
        raise Refused(f"{variable} must begin with postgresql://, not {url.drivername}://.")
    unknown = sorted(set(url.query) - _ADDRESS - _FOR_LIBPQ)
    if unknown:
        raise Refused(f"{variable}: remove the parameter {unknown[0]}; Kalends sets its own.")
    for name in sorted(_FOR_LIBPQ & set(url.query)):
        os.environ[f"PG{name.upper().replace('_', '')}"] = str(url.query[name])
    bare = url.difference_update_query(_FOR_LIBPQ)
    return bare.set(drivername="postgresql+asyncpg")


def weaknesses(database: Database) -> list[str]:
    """Why an acknowledged write could be lost on this server: one sentence each.

    Raises Refused when the server is too old or is not the primary.
    """
    with database.connect() as connection:
        row = connection.execute(_SAFETY).fetchone()
    assert row is not None
    major, in_recovery, off = row
    if major < OLDEST:
        raise Refused(f"PostgreSQL {major} is too old; Kalends needs {OLDEST} or later.")
    if in_recovery:
        raise Refused("DATABASE_URL points to a read-only replica; it must be the primary.")
    return [
        f"{name} is off in PostgreSQL: an answered booking could be lost; set it on."
        for name in off
    ]
