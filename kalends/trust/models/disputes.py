"""The tables of disputes about bookings."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from kalends.core.database import Base
from kalends.core.states import history_table


class Dispute(Base):
    """What one side of a booking (or of a line of an event) complains about. Amounts are minor units.

    `claimed` is the money that it is about. Of what had left escrow, `held` was set aside of the provider's
    balance, `in_payouts` waits in payouts (whole ones, so it may be more), and `missing` was nowhere.
    """

    __tablename__ = "disputes"
    __table_args__ = (
        CheckConstraint(
            "state IN ('open', 'under_review', 'resolved', 'refunded', 'adjusted')", name="state"
        ),
        CheckConstraint("role IN ('customer', 'provider')", name="role_known"),
        CheckConstraint("char_length(statement) <= 4000", name="statement_bounded"),
        CheckConstraint("char_length(decision) <= 4000", name="decision_bounded"),
        CheckConstraint("claimed > 0", name="claimed_positive"),
        CheckConstraint(
            "held >= 0 AND in_payouts >= 0 AND missing >= 0 AND held + missing <= claimed",
            name="held_within_claim",
        ),
        CheckConstraint("given_back > 0", name="given_back_positive"),
        Index(
            "uq_disputes_live",
            "booking_id",
            "line_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("state IN ('open', 'under_review')"),
        ),
        Index("ix_disputes_booking_id", "booking_id", "id"),
        Index("ix_disputes_customer_id", "customer_id", "id"),
        Index("ix_disputes_provider_id", "provider_id", "id"),
        Index("ix_disputes_venue_id", "venue_id", "id"),
        Index("ix_disputes_state", "state", "id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    booking_id: Mapped[UUID] = mapped_column(ForeignKey("bookings.id"))
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    provider_id: Mapped[UUID] = mapped_column(ForeignKey("providers.id"))
    venue_id: Mapped[UUID | None] = mapped_column(ForeignKey("venues.id"))
    line_id: Mapped[UUID | None] = mapped_column(ForeignKey("event_lines.id"))
    opened_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    role: Mapped[str]
    reason: Mapped[str]
    statement: Mapped[str]
    currency: Mapped[str]
    claimed: Mapped[int] = mapped_column(BigInteger)
    held: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    in_payouts: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    missing: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    given_back: Mapped[int | None] = mapped_column(BigInteger)
    decision: Mapped[str | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    process: Mapped[str]
    state: Mapped[str]
    state_since: Mapped[datetime]
    version: Mapped[int]
    created_at: Mapped[datetime]


class DisputeNote(Base):
    """What somebody adds to a dispute; what operators write stays among them."""

    __tablename__ = "dispute_notes"
    __table_args__ = (
        CheckConstraint("role IN ('customer', 'provider', 'operator')", name="role_known"),
        CheckConstraint("char_length(text) <= 4000", name="text_bounded"),
        Index("ix_dispute_notes_dispute_id", "dispute_id", "id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    dispute_id: Mapped[UUID] = mapped_column(ForeignKey("disputes.id", ondelete="CASCADE"))
    author_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    role: Mapped[str]
    text: Mapped[str]
    created_at: Mapped[datetime]


dispute_transitions = history_table("dispute", "disputes", Base.metadata)
