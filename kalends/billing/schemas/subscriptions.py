"""Wire shapes of subscriptions."""

from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Field

from kalends.core.sections import Plan
from kalends.core.wire import In, Instant, MoneyRead, Out
from kalends.payments import PaymentFacts

from ..types import NewSubscription, SubscriptionFacts

State = Literal["none", "active", "past_due", "cancelled"]


class PlanRead(Out):
    """`price` is for `months`; the first ever subscription of a user is free for `trial_days`."""

    id: str
    title: str
    price: MoneyRead
    months: int
    trial_days: int

    @classmethod
    def of(cls, plan: Plan, currency: str) -> Self:
        price = MoneyRead(amount=plan.price, currency=currency)
        told = {name: getattr(plan, name) for name in ("id", "title", "months", "trial_days")}
        return cls(price=price, **told)


class PlanList(Out):
    items: list[PlanRead]


class StartRequest(In):
    """Pay from the wallet at once, or at the gateway: then follow `payment.checkout`."""

    plan: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{1,39}$")]
    method: Literal["wallet", "gateway"] = "gateway"

    def wish(self) -> NewSubscription:
        return NewSubscription(self.plan, self.method)


class SubscriptionPaymentRead(Out):
    payment_id: UUID
    gateway: str
    gateway_order_id: str
    amount: MoneyRead
    checkout: dict[str, Any]

    @classmethod
    def of(cls, payment: PaymentFacts) -> Self:
        return cls(
            payment_id=payment.id,
            gateway=payment.gateway,
            gateway_order_id=payment.gateway_order_id or "",
            amount=MoneyRead.of(payment.amount),
            checkout=dict(payment.checkout or {}),
        )


class SubscriptionRead(Out):
    """`access_until`: until when it opens doors. State `none`: nothing has been paid for."""

    id: UUID | None = None
    state: State = "none"
    plan: str | None = None
    title: str | None = None
    price: MoneyRead | None = None
    months: int | None = None
    period_start: Instant | None = None
    period_end: Instant | None = None
    access_until: Instant | None = None
    payment: SubscriptionPaymentRead | None = None

    @classmethod
    def of(
        cls, subscription: SubscriptionFacts | None, payment: PaymentFacts | None = None
    ) -> Self:
        if subscription is None:
            return cls()
        names = ("id", "state", "plan", "title", "months")
        times = ("period_start", "period_end", "access_until")
        told = {name: getattr(subscription, name) for name in (*names, *times)}
        paying = SubscriptionPaymentRead.of(payment) if payment else None
        return cls(**told, price=MoneyRead.of(subscription.price), payment=paying)
