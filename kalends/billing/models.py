"""Tables of billing: rates with their days, and documents with the series that number them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kalends.core.database import Base
from kalends.core.states import history_table

_KINDS = "'receipt', 'cancellation_note', 'tax_invoice', 'commission_invoice', 'credit_note', 'statement'"


class CommissionRateRow(Base):
    """A commission from a moment on: for a provider, a category, both, or (neither) everybody.

    Rows are only added: of those that fit, the most specific one counts, and of these the latest.
    """

    __tablename__ = "commission_rates"
    __table_args__ = (
        CheckConstraint("basis_points BETWEEN 0 AND 10000", name="basis_points_range"),
        Index("ix_commission_rates_scope", "provider_id", "category", "valid_from"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    provider_id: Mapped[UUID | None] = mapped_column(ForeignKey("providers.id"))
    category: Mapped[str | None]
    basis_points: Mapped[int]
    valid_from: Mapped[datetime]
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str]
    created_at: Mapped[datetime]


class TaxRateRow(Base):
    """A tax from a day (inclusive) to a day (exclusive), instead of the profile's line of that name."""

    __tablename__ = "tax_rates"
    __table_args__ = (
        CheckConstraint("basis_points BETWEEN 0 AND 10000", name="basis_points_range"),
        CheckConstraint("base IN ('price', 'value', 'commission')", name="base_known"),
        CheckConstraint("valid_to > valid_from", name="ends_after_start"),
        Index("ix_tax_rates_name_valid_from", "name", "valid_from"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    base: Mapped[str]
    basis_points: Mapped[int]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str]
    created_at: Mapped[datetime]


class DocumentSeries(Base):
    """The last number that an issuer gave to a document of a kind in a financial year.

    Its row is locked until the document that took the number is committed, so there is no gap.
    """

    __tablename__ = "document_series"
    __table_args__ = (CheckConstraint("last_number >= 0", name="last_number_not_negative"),)
    issuer: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[str] = mapped_column(primary_key=True)
    last_number: Mapped[int] = mapped_column(BigInteger)


class DocumentRow(Base):
    """A document as it was issued; nobody changes it. `cause` is the journal's key of its money.

    Of a statement it is the month, and the total is the closing balance, below zero what is owed.
    """

    __tablename__ = "documents"
    __table_args__ = (
        CheckConstraint(f"kind IN ({_KINDS})", name="kind_known"),
        CheckConstraint("length(number) <= 16", name="number_short"),
        CheckConstraint(
            "tax >= 0 AND (kind = 'statement' OR tax <= total)", name="tax_within_total"
        ),
        UniqueConstraint("issuer", "number"),
        UniqueConstraint("issuer", "kind", "year", "sequence"),
        UniqueConstraint("subject", "kind", "cause"),
        Index("ix_documents_number", "number"),
        Index("ix_documents_kind_id", "kind", "id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    issuer: Mapped[str]
    year: Mapped[str]
    sequence: Mapped[int] = mapped_column(BigInteger)
    number: Mapped[str]
    subject: Mapped[str]
    cause: Mapped[str]
    recipient: Mapped[str]
    place_id: Mapped[UUID | None]
    currency: Mapped[str]
    total: Mapped[int] = mapped_column(BigInteger, comment="minor units")
    tax: Mapped[int] = mapped_column(BigInteger, comment="minor units, contained in the total")
    content: Mapped[dict[str, Any]] = mapped_column(comment="what it says")
    issued_at: Mapped[datetime]


class SubscriptionRow(Base):
    """What somebody has subscribed to, at the price of its beginning; `price` is minor units for `months`.

    `anchor` is when the first period began: later ones end on the same day of the month.
    """

    __tablename__ = "subscriptions"
    __table_args__ = (
        CheckConstraint("price >= 0", name="price_not_negative"),
        CheckConstraint("period_end > period_start", name="ends_after_start"),
        Index(
            "uq_subscriptions_user_id",
            "user_id",
            unique=True,
            postgresql_where=text("state <> 'cancelled'"),
        ),
        Index("ix_subscriptions_user_id_period_end", "user_id", "period_end"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    plan: Mapped[str]
    title: Mapped[str]
    price: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    months: Mapped[int]
    grace_days: Mapped[int]
    first_payment_hours: Mapped[int]
    process: Mapped[str]
    state: Mapped[str]
    state_since: Mapped[datetime]
    version: Mapped[int]
    anchor: Mapped[datetime | None]
    period_start: Mapped[datetime | None]
    period_end: Mapped[datetime | None]
    created_at: Mapped[datetime]


subscription_transitions = history_table("subscription", "subscriptions", Base.metadata)
