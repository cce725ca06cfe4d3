"""Payments and wallets on the wire."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query
from pydantic import Field, field_validator

from kalends.core.money import Money
from kalends.core.paging import Page, PageQuery
from kalends.core.wire import MAX_AMOUNT, In, Instant, Line, MoneyIn, MoneyRead, Out

from ..types import (
    Adjustment,
    Movement,
    MovementStatus,
    MovementType,
    PaymentFacts,
    PaymentState,
    Reach,
    WalletFacts,
)

MAX_OFFSET = 10_000
Name = Annotated[Line, Field(min_length=1, max_length=40)]
Reference = Annotated[Line, Field(min_length=1, max_length=200)]


class PaymentRead(Out):
    """`refunded` is part of `amount`. `checkout` is what a client needs while the payment is open."""

    id: UUID
    subject: str = Field(examples=["booking:0193a1b2-0000-7000-8000-000000000000"])
    purpose: str
    state: PaymentState
    gateway: str
    gateway_order_id: str | None
    amount: MoneyRead
    refunded: MoneyRead
    payer_id: UUID
    checkout: dict[str, Any] | None
    created_at: Instant
    captured_at: Instant | None

    @classmethod
    def of(cls, facts: PaymentFacts) -> "PaymentRead":
        return cls(
            id=facts.id,
            subject=facts.subject,
            purpose=facts.purpose,
            state=PaymentState(facts.state),
            gateway=facts.gateway,
            gateway_order_id=facts.gateway_order_id,
            amount=MoneyRead.of(facts.amount),
            refunded=MoneyRead.of(facts.refunded),
            payer_id=facts.payer_id,
            checkout=dict(facts.checkout or {}) if facts.state == "created" else None,
            created_at=facts.created_at,
            captured_at=facts.captured_at,
        )


class PaymentsQuery(PageQuery):
    state: PaymentState | None = None
    gateway: Name | None = None
    subject: Reference | None = None


class ParkedRead(Out):
    """What a gateway said that does not fit; `payload` is the event as it came."""

    id: UUID
    gateway: str
    event_id: str
    kind: str
    order_id: str | None
    payment_id: str | None
    status: str | None
    reason: str
    payload: dict[str, Any]
    received_at: Instant


class VerifyIn(In):
    """`payload`: what the checkout returned, untouched."""

    gateway: Name | None = None
    gateway_order_id: Reference
    payload: dict[Name, Annotated[Line, Field(max_length=500)]] = Field(max_length=20)


class Received(Out):
    received: Literal[True] = True


class WalletRead(Out):
    wallet_id: UUID
    user_id: UUID
    balance: MoneyRead
    transactions_count: int
    created_at: Instant
    updated_at: Instant

    @classmethod
    def of(cls, facts: WalletFacts) -> "WalletRead":
        return cls(
            wallet_id=facts.wallet_id,
            user_id=facts.user_id,
            balance=MoneyRead.of(facts.balance),
            transactions_count=facts.transactions_count,
            created_at=facts.created_at,
            updated_at=facts.updated_at,
        )


class MovementRead(Out):
    """`amount` is what the wallet gained, negative when it paid."""

    id: UUID
    type: MovementType
    amount: MoneyRead
    status: MovementStatus
    reference_kind: str | None = Field(examples=["booking"])
    reference_id: UUID | None
    description: str
    created_at: Instant
    updated_at: Instant

    @classmethod
    def of(cls, movement: Movement) -> "MovementRead":
        kind, _, reference = (movement.reference or "").partition(":")
        return cls(
            id=movement.id,
            type=movement.type,
            amount=MoneyRead.of(movement.amount),
            status=movement.status,
            reference_kind=kind or None,
            reference_id=UUID(reference) if reference else None,
            description=movement.description,
            created_at=movement.created_at,
            updated_at=movement.updated_at,
        )


class MovementPage(Page[MovementRead]):
    total: int


class MovementsQuery(PageQuery):
    """By cursor, or by `offset` from the newest."""

    offset: int = Query(default=0, ge=0, le=MAX_OFFSET)

    def reach(self) -> Reach:
        return Reach(self.limit, self.cursor, self.offset)


class TopUpIn(In):
    amount: MoneyIn
    gateway: Name | None = None


class CheckoutRead(Out):
    """An open payment and what a client needs to let pay."""

    payment_id: UUID
    gateway: str
    gateway_order_id: str
    amount: MoneyRead
    checkout: dict[str, Any]

    @classmethod
    def of(cls, facts: PaymentFacts) -> "CheckoutRead":
        return cls(
            payment_id=facts.id,
            gateway=facts.gateway,
            gateway_order_id=facts.gateway_order_id or "",
            amount=MoneyRead.of(facts.amount),
            checkout=dict(facts.checkout or {}),
        )


class AdjustIn(In):
    """`amount` in minor units is what the wallet gains; negative takes from it."""

    amount: int = Field(strict=True, ge=-MAX_AMOUNT, le=MAX_AMOUNT)
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    reason: Line = Field(min_length=3, max_length=500)

    @field_validator("amount")
    @classmethod
    def _moves_something(cls, amount: int) -> int:
        if amount == 0:
            raise ValueError("an adjustment of nothing is none")
        return amount

    def order(self, user_id: UUID) -> Adjustment:
        return Adjustment(user_id, Money(self.amount, self.currency), self.reason)
