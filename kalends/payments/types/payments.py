"""What the rooms above hear about payments and releases."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from kalends.core.money import Money

BOOKING, WALLET = "booking", "wallet"
TOP_UP = "top_up"
SUBSCRIPTION = "subscription"
WALLET_GATEWAY = "wallet"


class PaymentState(StrEnum):
    created = "created"
    captured = "captured"
    failed = "failed"
    expired = "expired"
    partially_refunded = "partially_refunded"
    refunded = "refunded"
    charged_back = "charged_back"


@dataclass(frozen=True, slots=True)
class PaymentRequest:
    """What is to be paid. `subject` is ``booking:<uuid>`` or ``wallet:<user uuid>`` (a top-up).

    Without `expires_at` a payment stays open for a day. `provider_id`: whom it is for, if that is one.
    """

    subject: str
    payer_id: UUID
    purpose: str
    amount: Money
    gateway: str
    expires_at: datetime | None = None
    provider_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class PaymentFacts:
    """One payment: one attempt to pay a purpose of a subject. `refunded`, `charged_back` and `disputed` are
    parts of `amount`: we gave one back, a card network took the other, and decides about the third."""

    id: UUID
    subject: str
    purpose: str
    sequence: int
    gateway: str
    gateway_order_id: str | None
    state: str
    amount: Money
    refunded: Money
    charged_back: Money
    disputed: Money
    payer_id: UUID
    created_at: datetime
    captured_at: datetime | None
    checkout: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class ReleaseOrder:
    """Who gets what is left in a subject's escrow, or `amount` of it: commission, named taxes, and the
    provider the rest."""

    subject: str
    provider_id: UUID
    commission: Money
    taxes: tuple[tuple[str, Money], ...]
    key: str
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class TipOrder:
    """Whose a captured tip is: a member's of the staff, or else the provider's."""

    subject: str
    payment_id: UUID
    provider_id: UUID
    staff_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What a round of asking the gateways found."""

    asked: int
    changed: int
    unanswered: int


class MovementType(StrEnum):
    CREDIT = "CREDIT"
    DEBIT = "DEBIT"
    REFUND = "REFUND"
    ADMIN_ADJUSTMENT = "ADMIN_ADJUSTMENT"


class MovementStatus(StrEnum):
    PENDING = "PENDING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class WalletFacts:
    wallet_id: UUID
    user_id: UUID
    balance: Money
    transactions_count: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Movement:
    """One line of a wallet; `amount` is what it added, negative when it took."""

    id: UUID
    type: MovementType
    amount: Money
    status: MovementStatus
    reference: str | None
    description: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Reach:
    """Which part of a list is asked for: after a cursor, or after so many lines."""

    limit: int
    cursor: str | None = None
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Adjustment:
    """`amount` is signed: what the wallet gains."""

    user_id: UUID
    amount: Money
    reason: str
