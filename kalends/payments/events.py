"""What happened to money."""

from dataclasses import dataclass
from uuid import UUID

from kalends.core.events import Event


@dataclass(frozen=True, kw_only=True)
class PaymentCaptured(Event):
    """A gateway took the money and it lies in the subject's escrow. `late`: after the payment had expired."""

    payment_id: UUID
    subject: str
    purpose: str
    amount: int
    currency: str
    late: bool


@dataclass(frozen=True, kw_only=True)
class PaymentFailed(Event):
    """An attempt was declined; the customer may try again, and the bank may still say yes."""

    payment_id: UUID
    subject: str


@dataclass(frozen=True, kw_only=True)
class RefundCompleted(Event):
    """The money is in the customer's wallet."""

    refund_id: UUID
    subject: str
    user_id: UUID
    amount: int
    currency: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class EscrowReleased(Event):
    """`amount` is what the provider got: what was in escrow less commission and taxes."""

    subject: str
    provider_id: UUID
    amount: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class TopUpCompleted(Event):
    """The money is in the wallet of who topped it up."""

    payment_id: UUID
    user_id: UUID
    amount: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class PaymentParked(Event):
    """Something that a gateway says does not fit what we know; an operator must look."""

    inbox_id: UUID
    reason: str
