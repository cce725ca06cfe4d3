"""The database connection: engines with server-side deadlines, the declarative base, constraint names."""

from datetime import datetime
from typing import Any

from sqlalchemy import URL, DateTime, MetaData
from sqlalchemy.dialects.postgresql import JSONB, TSTZRANGE, Range
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.orm import DeclarativeBase

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
DEADLOCK, LOCK_TIMEOUT, SERIALIZATION = "40P01", "55P03", "40001"
CANCELLED_BY_DEADLINE = "57014"
BUSY_STATES = frozenset(
    {DEADLOCK, LOCK_TIMEOUT, SERIALIZATION, CANCELLED_BY_DEADLINE, "53300", "57P03"}
)


class Base(DeclarativeBase):
    """Base of every table. Times are instants with a zone, dicts are JSONB, ranges are half-open."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads this attribute as it is
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
        Range[datetime]: TSTZRANGE,
    }


def deadlines(application: str) -> dict[str, str]:
    """The settings of every connection: what it is called, and how long anything may take."""
    return {
        "application_name": application,
        "timezone": "UTC",
        "jit": "off",
        "statement_timeout": "15000",
        "lock_timeout": "5000",
        "idle_in_transaction_session_timeout": "30000",
    }


def create_engine(url: str, *, pool_size: int = 16, application: str = "kalends") -> AsyncEngine:
    """Return an engine whose statements, locks and idle transactions all have a deadline."""
    return create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=8,
        pool_use_lifo=True,
        hide_parameters=True,  # an error's text goes into the log; what people sent does not
        connect_args={"server_settings": deadlines(application), "timeout": 10},
    )


def sqlstate_of(error: BaseException) -> str | None:
    """The five-character SQLSTATE of a database error, None for other errors."""
    original = getattr(error, "orig", error)
    return getattr(original, "sqlstate", None)


def constraint_of(error: DBAPIError) -> str | None:
    """The name of the constraint that refused the statement, whichever driver reports it."""
    cause = getattr(error.orig, "__cause__", None)
    diagnostics = getattr(error.orig, "diag", None)
    name = getattr(cause, "constraint_name", None) or getattr(diagnostics, "constraint_name", None)
    return str(name) if name else None


def libpq_url(url: URL) -> str:
    """The same database as a libpq connection string, for drivers that do not speak SQLAlchemy."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)
