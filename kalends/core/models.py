"""The tables of the core: clock, idempotency keys, timers, reaction runs, audit, rate limits."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from .database import Base


class ClockOffset(Base):
    """One row: how many seconds the marketplace's clock is ahead. Only development moves it; a demo
    that loads its past begins with it behind."""

    __tablename__ = "clock_offset"
    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seconds: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))


class IdempotencyKey(Base):
    """The first answer to a request with a key, kept so that a repeat gets the same one."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (Index("ix_idempotency_keys_created_at", "created_at"),)
    principal: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request_hash: Mapped[str]
    status: Mapped[int | None]
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]


class Timer(Base):
    """A transition that the system fires at `due_at`, unless the subject moved on before."""

    __tablename__ = "timers"
    __table_args__ = (
        Index("ix_timers_due_at", "due_at", postgresql_where=text("NOT dead")),
        Index("ix_timers_subject", "machine", "subject_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    machine: Mapped[str]
    subject_id: Mapped[UUID]
    transition: Mapped[str]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    dead: Mapped[bool] = mapped_column(server_default=text("false"))
    last_error: Mapped[str | None]


class ReactionRun(Base):
    """Proof that a reaction's effects of one event are committed; written with them."""

    __tablename__ = "reaction_runs"
    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    reaction: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)


class AuditEntry(Base):
    """What operators and money actions did; each row carries the hash of the one before."""

    __tablename__ = "audit_log"
    __table_args__ = (Index("ix_audit_log_subject", "subject_kind", "subject_id"),)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID | None]
    action: Mapped[str] = mapped_column(index=True)
    subject_kind: Mapped[str]
    subject_id: Mapped[str]
    detail: Mapped[dict[str, Any]]
    request_id: Mapped[str | None]
    previous_hash: Mapped[str]
    hash: Mapped[str] = mapped_column(unique=True)


class RateBucket(Base):
    """Theoretical arrival time per limiter key (GCRA). Unlogged: emptied by a crash, and that is fine."""

    __tablename__ = "rate_buckets"
    __table_args__ = ({"prefixes": ["UNLOGGED"]},)
    key: Mapped[str] = mapped_column(primary_key=True)
    full_at: Mapped[datetime] = mapped_column(index=True)


class Stop(Base):
    """An emergency stop: while the row is there, what it names waits."""

    __tablename__ = "stops"
    name: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str]
    since: Mapped[datetime]
