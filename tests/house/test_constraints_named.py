"""Every constraint and index has a name of ours: the repository turns names into typed errors."""

import psycopg
from sqlalchemy import CheckConstraint, Constraint, Table, UniqueConstraint

from kalends.app import postgres
from kalends.app.tables import metadata

LONGEST = 63  # PostgreSQL cuts the rest off, and two long names could then be one
GIVEN_BY_POSTGRES = ("_check", "_key", "_fkey", "_excl", "_not_null", "_pkey", "_idx")
OURS = """
    SELECT c.conname, t.relname FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
      JOIN pg_namespace n ON n.oid = t.relnamespace
     WHERE n.nspname = 'public' AND c.contype <> 'n'
       AND t.relname NOT LIKE 'procrastinate_%' AND t.relname <> 'alembic_version'
    UNION ALL
    SELECT indexname, tablename FROM pg_indexes
     WHERE schemaname = 'public'
       AND tablename NOT LIKE 'procrastinate_%' AND tablename <> 'alembic_version'
"""


def named(constraint: Constraint) -> bool:
    return isinstance(constraint.name, str) and len(constraint.name) <= LONGEST


def test_every_constraint_of_every_model_has_a_name() -> None:
    unnamed = [
        f"{table.name}: {constraint!r}"
        for table in metadata.tables.values()
        for constraint in table.constraints
        if not named(constraint)
    ]
    assert not unnamed


def test_every_check_says_what_it_checks() -> None:
    meaningless = [
        str(constraint.name)
        for table in metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
        and str(constraint.name).removeprefix(f"ck_{table.name}") in {"", "_", "_check", "_None"}
    ]
    assert not meaningless


def test_every_index_of_every_model_has_a_name() -> None:
    unnamed = [
        f"{table.name}: {index!r}"
        for table in metadata.tables.values()
        for index in table.indexes
        if not index.name or len(index.name) > LONGEST
    ]
    assert not unnamed


def test_no_name_is_given_twice() -> None:
    names = [name for table in metadata.tables.values() for name in _names(table)]
    assert sorted(set(names)) == sorted(names)


def test_the_database_has_no_name_that_postgres_chose(
    cluster: postgres.Cluster, database: str
) -> None:
    with psycopg.connect(cluster.dsn(database)) as connection:
        chosen = [
            f"{table}: {name}"
            for name, table in connection.execute(OURS)
            if name.endswith(GIVEN_BY_POSTGRES)
            and not name.startswith(("ck_", "ix_", "uq_", "fk_"))
        ]
    assert not chosen


def _names(table: Table) -> list[str]:
    unique = [c for c in table.constraints if isinstance(c, UniqueConstraint)]
    return [str(c.name) for c in (*unique, *table.indexes)]
