"""The schema goes up and down, also when people have left something in it."""

import os
from collections.abc import Iterator

import psycopg
import pytest

from kalends.app import postgres
from kalends.app.migrate import migrate

TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
FUNCTIONS = """
    SELECT count(*) FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
"""
A_USER = """
    INSERT INTO users (id, email, password_hash, name, status, token_version, created_at, updated_at)
    VALUES (gen_random_uuid(), 'left@behind.test', 'x', '', 'active', 0, now(), now())
"""


@pytest.fixture
def empty(cluster: postgres.Cluster) -> Iterator[str]:
    name = f"migrated_by_hand_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with psycopg.connect(cluster.dsn("postgres", "postgres"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
        connection.execute(f"CREATE DATABASE {name} OWNER kalends".encode())
        yield name
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def _count(cluster: postgres.Cluster, database: str, query: str) -> int:
    with psycopg.connect(cluster.dsn(database)) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.req("H-237")
def test_the_schema_goes_up_down_and_up_again(cluster: postgres.Cluster, empty: str) -> None:
    url = cluster.url(empty)
    migrate(url)
    whole = _count(cluster, empty, TABLES), _count(cluster, empty, FUNCTIONS)
    with psycopg.connect(cluster.dsn(empty), autocommit=True) as connection:
        connection.execute(A_USER)
    migrate(url, "-1")
    assert (_count(cluster, empty, TABLES), _count(cluster, empty, FUNCTIONS)) == (1, 0)
    migrate(url)
    assert (_count(cluster, empty, TABLES), _count(cluster, empty, FUNCTIONS)) == whole
    assert _count(cluster, empty, "SELECT count(*) FROM users") == 0


def test_migrating_twice_changes_nothing(cluster: postgres.Cluster, empty: str) -> None:
    url = cluster.url(empty)
    migrate(url)
    with psycopg.connect(cluster.dsn(empty), autocommit=True) as connection:
        connection.execute(A_USER)
    migrate(url)
    assert _count(cluster, empty, "SELECT count(*) FROM users") == 1
