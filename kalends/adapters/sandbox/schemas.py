"""The provider's wire shapes. Amounts are minor units."""

from typing import Annotated, Literal

from pydantic import Field

from kalends.core.wire import MAX_AMOUNT, In, Instant, Line, Out

Name = Annotated[Line, Field(min_length=8, max_length=100)]
Amount = Annotated[int, Field(strict=True, ge=1, le=MAX_AMOUNT)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class OrderIn(In):
    """`reference` is the merchant's own id: the same one again returns the same order."""

    reference: Name
    amount: Amount
    currency: Currency


class OrderRead(Out):
    """How an order stands: `captured` and `refunded` are what really moved."""

    order_id: str
    reference: str
    payment_id: str | None
    status: Literal["created", "failed", "captured", "partially_refunded", "refunded"]
    amount: int
    currency: str
    captured: int
    refunded: int
    created_at: Instant


class RefundIn(In):
    """`key` is the merchant's own id: the same one again returns the same refund."""

    payment_id: Name
    amount: Amount
    currency: Currency
    key: Name


class RefundRead(Out):
    refund_id: str
    payment_id: str
    amount: int
    currency: str
    status: Literal["processed"] = "processed"


class CheckoutAnswer(Out):
    """What the checkout hands to the merchant's page, for `POST /payments/verify`."""

    gateway_order_id: str
    gateway_payment_id: str | None
    status: Literal["created", "failed", "captured"]
    signature: str


class TotalRead(Out):
    """What the provider took and gave in one currency."""

    currency: str
    taken: int
    given: int
    balance: int
    captures: int
    refunds: int


class MovementRead(Out):
    movement_id: str
    kind: Literal["capture", "refund"]
    amount: int = Field(description="positive: taken, negative: given back")
    currency: str
    key: str
    order_id: str
    payment_id: str
    reference: str
    at: Instant


class StatementRead(Out):
    """Every currency's totals, and the last hundred movements, newest first."""

    totals: list[TotalRead]
    movements: list[MovementRead]
