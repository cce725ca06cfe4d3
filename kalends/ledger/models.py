"""The journal's tables. `migrations/sql/0001_10_ledger.sql` adds what makes them a journal: balance, immutability."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from kalends.core.database import Base


class LedgerAccount(Base):
    """Opened by its first posting; never changed."""

    __tablename__ = "ledger_accounts"
    __table_args__ = (
        UniqueConstraint("kind", "owner", "currency"),
        UniqueConstraint("id", "currency"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    owner: Mapped[str]
    currency: Mapped[str]
    created_at: Mapped[datetime]


class LedgerTransaction(Base):
    """One cause. `entry_count` closes it: no entry can be added later."""

    __tablename__ = "ledger_transactions"
    __table_args__ = (
        CheckConstraint("entry_count >= 2", name="two_entries"),
        Index("ix_ledger_transactions_subject", "subject"),
        # reports ask for months; the rows lie in the order of their time, so that this costs nothing
        Index("ix_ledger_transactions_at", "at", postgresql_using="brin"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    subject: Mapped[str | None]
    memo: Mapped[str]
    metadata_: Mapped[dict[str, Any]] = mapped_column("metadata")
    entries_hash: Mapped[str]
    entry_count: Mapped[int] = mapped_column(SmallInteger)
    at: Mapped[datetime]
    actor_id: Mapped[UUID | None]


class LedgerEntry(Base):
    """A signed amount of minor units on one account: debit positive, credit negative."""

    __tablename__ = "ledger_entries"
    __table_args__ = (
        CheckConstraint("amount <> 0", name="moves_something"),
        ForeignKeyConstraint(
            ["account_id", "currency"],
            ["ledger_accounts.id", "ledger_accounts.currency"],
            name="fk_ledger_entries_account",
        ),
        Index("ix_ledger_entries_account_id", "account_id", "transaction_id"),
    )
    transaction_id: Mapped[UUID] = mapped_column(
        ForeignKey("ledger_transactions.id"), primary_key=True
    )
    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]


class LedgerBalance(Base):
    """What the owner of a guarded account has, in minor units. Kept by a trigger, checked below zero."""

    __tablename__ = "ledger_balances"
    __table_args__ = (CheckConstraint("balance >= 0 OR overdraft", name="covered"),)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_accounts.id"), primary_key=True)
    balance: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    overdraft: Mapped[bool] = mapped_column(server_default=text("false"))


class LedgerClosing(Base):
    """What was there when a month began, summed up once so that nobody adds up the journal from its start.

    Debits are positive. Gateways' and providers' accounts have a row each, other kinds one together;
    what was zero has none.
    """

    __tablename__ = "ledger_closings"
    __table_args__ = (CheckConstraint("amount <> 0", name="holds_something"),)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(primary_key=True)
    currency: Mapped[str] = mapped_column(primary_key=True)
    amount: Mapped[int] = mapped_column(BigInteger)
