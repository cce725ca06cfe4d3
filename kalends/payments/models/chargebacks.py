"""Card disputes: what cardholders take back through their banks."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kalends.core.database import Base
from kalends.core.states import history_table


class Chargeback(Base):
    """One dispute of a payment at the card network, in minor units of `currency`.

    `taken` is what its gateway keeps of our money for it now, and who bears it: the subject's escrow or the
    wallet that was topped up (`from_origin`), the provider (of a tip, its member), the platform. `beyond` is what exceeds the rest
    of the payment, such as what had been refunded before; the platform bears that too. `moves` counts how
    often the gateway took or gave back.
    """

    __tablename__ = "chargebacks"
    __table_args__ = (
        UniqueConstraint("gateway", "dispute_id"),
        CheckConstraint("amount >= 0", name="amount_not_negative"),
        CheckConstraint(
            "from_origin >= 0 AND from_provider >= 0 AND from_platform >= 0 AND beyond >= 0"
            " AND taken = from_origin + from_provider + from_platform + beyond",
            name="taken_from_somebody",
        ),
        CheckConstraint("state IN ('open', 'won', 'lost', 'closed')", name="state"),
        Index("ix_chargebacks_payment_id", "payment_id"),
        Index("ix_chargebacks_subject", "subject"),
        Index(
            "ix_chargebacks_unsettled",
            "asked_at",
            postgresql_where=text("state = 'open' OR (state = 'won' AND taken > 0)"),
        ),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    gateway: Mapped[str]
    dispute_id: Mapped[str]
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payments.id"))
    subject: Mapped[str]
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    taken: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    from_origin: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    from_provider: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    from_platform: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    beyond: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    moves: Mapped[int] = mapped_column(server_default=text("0"))
    reason: Mapped[str | None]
    asked_at: Mapped[datetime]
    process: Mapped[str]
    state: Mapped[str]
    state_since: Mapped[datetime]
    version: Mapped[int]
    created_at: Mapped[datetime]


chargeback_history = history_table("chargeback", "chargebacks", Base.metadata)
