"""Refunds: what is ordered, what it becomes, and how one stands."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from kalends.core.money import Money


class Destination(StrEnum):
    """Where a refund goes: the customer's wallet, or the instrument that had paid."""

    wallet = "wallet"
    original_method = "original_method"


class RefundSource(StrEnum):
    """Where a refund's money comes from. `provider`: what is missing in escrow comes from the provider."""

    escrow = "escrow"
    provider = "provider"


class RefundState(StrEnum):
    requested = "requested"
    approved = "approved"
    processing = "processing"
    completed = "completed"
    failed = "failed"
    rejected = "rejected"


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """Money back to a customer. `key` names the cause: the same key gives back once.

    `payment_id` limits it to one payment. `source` provider needs the `provider_id` whom the money had been
    released to. What is not `within_policy` waits for an operator, unless one has `decided` it.
    """

    subject: str
    user_id: UUID
    amount: Money
    reason: str
    key: str
    destination: Destination = Destination.wallet
    source: RefundSource = RefundSource.escrow
    provider_id: UUID | None = None
    payment_id: UUID | None = None
    line: str | None = None
    within_policy: bool = True
    decided: bool = False


@dataclass(frozen=True, slots=True)
class RefundPart:
    """One refund of an order: all that goes to the wallet, or one payment's share to the method that paid."""

    destination: Destination
    gateway: str | None
    shares: tuple[tuple[UUID, Money], ...]

    @property
    def amount(self) -> Money:
        first, *others = (share for _, share in self.shares)
        return sum(others, first)


@dataclass(frozen=True, slots=True)
class RefundFacts:
    """One refund. `attempt` counts the tries at the gateway; `failure` is what it said of the last one.

    `line` is the booking's line that was given back, None for the booking as a whole.
    """

    id: UUID
    key: str
    subject: str
    user_id: UUID
    amount: Money
    reason: str
    state: RefundState
    destination: Destination
    source: RefundSource
    gateway: str | None
    gateway_refund_id: str | None
    attempt: int
    failure: str | None
    requested_by: UUID | None
    decided_by: UUID | None
    created_at: datetime
    state_since: datetime
    line: str | None = None


@dataclass(frozen=True, slots=True)
class RefundWish:
    """What somebody asks back of one payment; without an `amount` all that is left of it."""

    amount: Money | None
    reason: str
    destination: Destination | None
