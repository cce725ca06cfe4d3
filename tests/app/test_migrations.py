"""Migrations go down and up again, and end where a fresh database begins."""

import psycopg
import pytest

from kalends.app import postgres
from kalends.app.migrate import migrate
from tests.house.test_schema_drift import dump

FIRST = "0001"


@pytest.fixture
def old_and_new(cluster: postgres.Cluster, database: str):
    """A migrated database of its own, since its schema is changed."""
    name = f"{database}_down"
    with psycopg.connect(cluster.dsn("postgres", "postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} OWNER kalends".encode())
        migrate(cluster.url(name, "kalends"))
        yield name, database
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def test_down_to_the_first_schema_and_up_again(cluster: postgres.Cluster, old_and_new) -> None:
    name, fresh = old_and_new
    migrate(cluster.url(name, "kalends"), f"-{_steps()}")
    migrate(cluster.url(name, "kalends"))
    assert dump(cluster, name) == dump(cluster, fresh)


def _steps() -> int:
    """How many revisions there are after the first."""
    from alembic.script import ScriptDirectory

    from kalends.app.migrate import alembic_config

    return len(list(ScriptDirectory.from_config(alembic_config()).walk_revisions())) - 1
