"""The provider's own words: instruments to pay with, and how an order stands."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
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


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """One order. `amount` was asked for, `captured` and `refunded` are minor units that really moved."""

    id: UUID
    order_id: str
    reference: str
    payment_id: str | None
    state: str
    amount: Money
    captured: int
    refunded: int
    created_at: datetime

    @property
    def status(self) -> str:
        """The word for the merchant: created, failed, captured, partially_refunded or refunded."""
        if self.state == "captured" and self.refunded:
            return "refunded" if self.refunded == self.captured else "partially_refunded"
        return "created" if self.state == "pending" else self.state


@dataclass(frozen=True, slots=True)
class Movement:
    """Money that the provider took (positive) or gave back (negative), in minor units."""

    movement_id: str
    kind: str
    amount: int
    currency: str
    key: str
    order_id: str
    payment_id: str
    reference: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Total:
    """All movements of one currency, in minor units."""

    currency: str
    taken: int
    given: int
    captures: int
    refunds: int

    @property
    def balance(self) -> int:
        return self.taken - self.given


@dataclass(frozen=True, slots=True)
class Notice:
    """A webhook to send: its event id, its kind and the payment that it speaks of."""

    event_id: str
    kind: str
    payment_id: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """A webhook as it is stored: `body` is signed anew at every try, with the time of that try."""

    id: UUID
    event_id: str
    body: str
