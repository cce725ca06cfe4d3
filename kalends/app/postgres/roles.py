"""The roles and the database that every embedded server has."""

import psycopg
from psycopg import sql

from .types import APPLICATION, DATABASE, OWNER


def ensure(connection: psycopg.Connection) -> None:
    """Create what is missing. Safe after a start that was killed half-way; needs autocommit.

    `kalends` owns the database and may create the trusted extensions in it; `kalends_app` owns
    nothing and has only what migrations grant. Neither is a superuser.
    """
    for role in (OWNER, APPLICATION):
        if not _known(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", role):
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
    if not _known(connection, "SELECT 1 FROM pg_database WHERE datname = %s", DATABASE):
        names = {"name": sql.Identifier(DATABASE), "owner": sql.Identifier(OWNER)}
        connection.execute(sql.SQL("CREATE DATABASE {name} OWNER {owner}").format(**names))


def _known(connection: psycopg.Connection, query: str, name: str) -> bool:
    return connection.execute(query.encode(), (name,)).fetchone() is not None
