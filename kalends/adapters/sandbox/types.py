"""The provider's own words: instruments to pay with, and how its objects stand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from kalends.core.money import Money


class Instrument(StrEnum):
    """What a customer can pay with; most of them misbehave on purpose."""

    success = "success"
    declined = "declined"
    timeout = "timeout"
    late = "late"
    duplicate = "duplicate"
    out_of_order = "out-of-order"
    wrong_amount = "wrong-amount"
    authorized = "authorized"
    with_fee = "with-fee"
    refund_slow = "refund-slow"
    refund_fails = "refund-fails"


class Kind(StrEnum):
    """Why money moved. The first of each pair takes its way, the second brings it back."""

    capture = "capture"
    refund = "refund"
    refund_failed = "refund_failed"
    payout = "payout"
    payout_reversed = "payout_reversed"
    dispute = "dispute"
    dispute_won = "dispute_won"


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """One order. `amount` was asked for; `captured`, `refunded` and `disputed` are minor units that moved."""

    id: UUID
    order_id: str
    reference: str
    payment_id: str | None
    instrument: str | None
    state: str
    amount: Money
    captured: int
    refunded: int
    disputed: int
    created_at: datetime

    @property
    def status(self) -> str:
        """The word for the merchant; it knows created, failed, authorized, captured and two refunded ones."""
        if self.state == "captured" and self.refunded:
            return "refunded" if self.refunded == self.captured else "partially_refunded"
        return "created" if self.state == "pending" else self.state

    @property
    def left(self) -> Money:
        """What may still be given back or disputed."""
        return Money(self.captured - self.refunded - self.disputed, self.amount.currency)


@dataclass(frozen=True, slots=True)
class RefundFacts:
    id: UUID
    refund_id: str
    key: str
    order_key: UUID
    order_id: str
    payment_id: str
    state: str
    amount: Money
    reason: str | None


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """A bank account that payouts go to. Of its number only the last four digits are kept."""

    id: UUID
    account_id: str
    holder: str
    ending: str


@dataclass(frozen=True, slots=True)
class CheckFacts:
    id: UUID
    check_id: str
    key: str
    account_id: str
    state: str
    registered_name: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class PayoutFacts:
    id: UUID
    payout_id: str
    key: str
    account_id: str
    ending: str
    state: str
    amount: Money
    fee: int
    bank_reference: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class DisputeFacts:
    """A cardholder's complaint: `deducted` is what the provider took back for it and keeps so far."""

    id: UUID
    dispute_id: str
    order_key: UUID
    order_id: str
    payment_id: str
    state: str
    amount: Money

    @property
    def deducted(self) -> int:
        return 0 if self.state == "won" else self.amount.amount


@dataclass(frozen=True, slots=True)
class Movement:
    """Money that came to the merchant (positive) or went (negative), in minor units, before the `fee`."""

    movement_id: str
    kind: str
    object_id: str
    amount: int
    fee: int
    currency: str
    key: str
    order_id: str | None
    payment_id: str | None
    order_reference: str | None
    at: datetime

    @property
    def reference(self) -> str | None:
        """The merchant's own id: the order's, or the key of a refund or payout."""
        by_key = self.kind.startswith(("refund", "payout"))
        return self.key.partition(":")[2] if by_key else self.order_reference


@dataclass(frozen=True, slots=True)
class Total:
    """All movements of one currency, in minor units; counts are of objects, not of lines."""

    currency: str
    taken: int
    given: int
    paid_out: int
    disputed: int
    fees: int
    captures: int
    refunds: int
    payouts: int
    disputes: int

    @property
    def balance(self) -> int:
        return self.taken - self.given - self.paid_out - self.disputed - self.fees


@dataclass(frozen=True, slots=True)
class Desk:
    """What the bank's people can still decide, newest first."""

    payments: list[OrderFacts]
    refunds: list[RefundFacts]
    checks: list[CheckFacts]
    payouts: list[PayoutFacts]
    disputes: list[DisputeFacts]


@dataclass(frozen=True, slots=True)
class Notice:
    """A webhook to send about a payment: its event id, its kind and the payment that it speaks of."""

    event_id: str
    kind: str
    payment_id: str


@dataclass(frozen=True, slots=True)
class News:
    """A webhook to send about something else: what happened, and the object as it is then."""

    kind: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Delivery:
    """A webhook as it is stored: `body` is signed anew at every try, with the time of that try."""

    id: UUID
    event_id: str
    body: str
