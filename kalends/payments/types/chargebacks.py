"""Card disputes, and money that is kept back while a dispute about a booking is decided."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from kalends.core.money import Money

from .refunds import RefundOrder


class ChargebackState(StrEnum):
    """`closed`: it ended without money moving."""

    open = "open"
    won = "won"
    lost = "lost"
    closed = "closed"


@dataclass(frozen=True, slots=True)
class Portions:
    """Who bears so many minor units of a card dispute. `beyond` is more than what was left of the payment."""

    origin: int = 0
    provider: int = 0
    platform: int = 0
    beyond: int = 0

    @property
    def counted(self) -> int:
        """What of it was part of the payment, and cannot be refunded any more."""
        return self.origin + self.provider + self.platform


@dataclass(frozen=True, slots=True)
class ChargebackFacts:
    """A card dispute as operators see it; `taken` is what the gateway keeps of ours for it now."""

    id: UUID
    gateway: str
    dispute_id: str
    payment_id: UUID
    subject: str
    state: ChargebackState
    amount: Money
    taken: Money
    from_origin: Money
    from_provider: Money
    from_platform: Money
    beyond: Money
    reason: str | None
    created_at: datetime
    state_since: datetime


@dataclass(frozen=True, slots=True)
class MoneyHold:
    """What a dispute is about: so much of a subject's money, or of one `line` of it, wherever it is by now.

    `ref` names the cause, such as ``dispute:<id>``; it holds once, and only it lets go.
    """

    ref: str
    reason: str
    subject: str
    provider_id: UUID
    amount: Money
    line: str | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """What of it that had left escrow was found: set aside of what was available, kept back in payouts."""

    reserved: Money
    in_payouts: Money
    missing: Money


@dataclass(frozen=True, slots=True)
class Ruling:
    """How a hold ends: all of it is let go; with a `refund`, the customer gets that first."""

    hold: MoneyHold
    reserved: Money
    refund: RefundOrder | None = None
