"""Bank accounts of providers, and payouts to them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from kalends.core.database import Base
from kalends.core.states import history_table


class BankAccount(Base):
    """Where a provider is paid. What names the account is sealed; `last_four` may be shown.

    A provider has at most one verified account and one that waits to replace it. `check_attempt` counts
    the questions to the bank, `check_id` is the gateway's name of the last one.
    """

    __tablename__ = "bank_accounts"
    __table_args__ = (
        CheckConstraint("char_length(last_four) <= 4", name="four_shown"),
        CheckConstraint("state <> 'verified' OR usable_from IS NOT NULL", name="verified_has_time"),
        Index(
            "uq_bank_accounts_verified",
            "provider_id",
            unique=True,
            postgresql_where=text("state = 'verified'"),
        ),
        Index(
            "uq_bank_accounts_pending",
            "provider_id",
            unique=True,
            postgresql_where=text("state = 'pending'"),
        ),
        Index("ix_bank_accounts_provider_id", "provider_id", "id"),
        Index("ix_bank_accounts_check", "gateway", "check_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    provider_id: Mapped[UUID] = mapped_column(ForeignKey("providers.id"))
    holder: Mapped[bytes] = mapped_column(LargeBinary)
    account_number: Mapped[bytes] = mapped_column(LargeBinary)
    routing: Mapped[bytes] = mapped_column(LargeBinary)
    registered_name: Mapped[bytes | None] = mapped_column(LargeBinary)
    last_four: Mapped[str]
    country: Mapped[str]
    gateway: Mapped[str | None]
    gateway_account_id: Mapped[str | None]
    check_id: Mapped[str | None]
    check_attempt: Mapped[int] = mapped_column(server_default=text("1"))
    name_match: Mapped[str] = mapped_column(server_default=text("'unknown'"))
    reason: Mapped[str | None]
    usable_from: Mapped[datetime | None]
    added_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    process: Mapped[str]
    state: Mapped[str]
    state_since: Mapped[datetime]
    version: Mapped[int]
    created_at: Mapped[datetime]


class Payout(Base):
    """Money on its way to a provider, in minor units of `currency`.

    A milestone's payout is for one line of a subject: `gross` lies in the subject's escrow until it is
    unlocked, and is `commission`, `taxes` and the rest; from `due_at` on it may be. `attempt` counts the
    tries at a gateway, `held_from` is where a hold leads back to.
    """

    __tablename__ = "payouts"
    __table_args__ = (
        UniqueConstraint("subject", "line", "instalment", "milestone"),
        CheckConstraint("amount > 0", name="positive"),
        CheckConstraint("withheld >= 0", name="withheld_positive"),
        CheckConstraint("milestone IN ('reservation', 'completion')", name="milestone_known"),
        CheckConstraint(
            "(milestone IS NULL) = (subject IS NULL) AND (milestone IS NULL) = (line IS NULL)"
            " AND (milestone IS NULL) = (instalment IS NULL) AND (milestone IS NULL) = (gross IS NULL)",
            name="milestone_is_of_a_line",
        ),
        CheckConstraint("held_from IN ('locked', 'eligible')", name="held_from_known"),
        Index("ix_payouts_provider_id", "provider_id", "id"),
        Index("ix_payouts_state", "state", "id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    provider_id: Mapped[UUID] = mapped_column(ForeignKey("providers.id"))
    origin: Mapped[str]
    amount: Mapped[int] = mapped_column(BigInteger)
    withheld: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    currency: Mapped[str]
    subject: Mapped[str | None]
    line: Mapped[str | None]
    instalment: Mapped[str | None]
    milestone: Mapped[str | None]
    gross: Mapped[int | None] = mapped_column(BigInteger)
    commission: Mapped[int | None] = mapped_column(BigInteger)
    taxes: Mapped[list[Any] | None]
    due_at: Mapped[datetime | None]
    requested_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    approved_at: Mapped[datetime | None]
    held_from: Mapped[str | None]
    attempt: Mapped[int] = mapped_column(server_default=text("1"))
    failure: Mapped[str | None]
    bank_reference: Mapped[str | None]
    paid_at: Mapped[datetime | None]
    process: Mapped[str]
    state: Mapped[str]
    state_since: Mapped[datetime]
    version: Mapped[int]
    created_at: Mapped[datetime]


class PayoutAttempt(Base):
    """One try at a gateway, written before the call. `key` is its name there; `fee` what the gateway took."""

    __tablename__ = "payout_attempts"
    __table_args__ = (UniqueConstraint("gateway", "gateway_payout_id"),)
    payout_id: Mapped[UUID] = mapped_column(ForeignKey("payouts.id"), primary_key=True)
    attempt: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(unique=True)
    gateway: Mapped[str]
    bank_account_id: Mapped[UUID] = mapped_column(ForeignKey("bank_accounts.id"))
    gateway_payout_id: Mapped[str | None]
    fee: Mapped[int | None] = mapped_column(BigInteger)
    begun_at: Mapped[datetime]


class PayoutApproval(Base):
    """One operator's word that a payout may leave. A hold or a new attempt asks again."""

    __tablename__ = "payout_approvals"
    payout_id: Mapped[UUID] = mapped_column(ForeignKey("payouts.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    at: Mapped[datetime]


class PayoutHoldMark(Base):
    """One cause for which a payout waits; it goes on when none is left."""

    __tablename__ = "payout_holds"
    __table_args__ = (Index("ix_payout_holds_ref", "ref"),)
    payout_id: Mapped[UUID] = mapped_column(ForeignKey("payouts.id"), primary_key=True)
    ref: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str]
    at: Mapped[datetime]


bank_account_history = history_table("bank_account", "bank_accounts", Base.metadata)
payout_history = history_table("payout", "payouts", Base.metadata)
