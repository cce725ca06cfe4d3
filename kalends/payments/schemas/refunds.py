"""Refunds on the wire: as customers see them, and as operators do."""

from typing import Literal, Self
from uuid import UUID

from pydantic import Field

from kalends.core.paging import PageQuery
from kalends.core.wire import In, Instant, Line, MoneyIn, MoneyRead, Out

from ..rules.refunds import shown
from ..types import Destination, RefundFacts, RefundSource, RefundState, RefundWish

Status = Literal["requested", "initiated", "processing", "completed", "rejected"]


class RefundIn(In):
    """Without `amount` all that is left. `destination` counts where the marketplace leaves the choice."""

    amount: MoneyIn | None = None
    reason: Line = Field(min_length=3, max_length=500)
    destination: Destination | None = None

    def wish(self) -> RefundWish:
        amount = self.amount.money() if self.amount else None
        return RefundWish(amount, self.reason, self.destination)


class RejectRefundIn(In):
    reason: Line = Field(min_length=3, max_length=500)


class RefundRead(Out):
    """`requested` waits for an operator; `completed`: in the wallet, or given to the bank by the gateway."""

    id: UUID
    subject: str = Field(examples=["booking:0193a1b2-0000-7000-8000-000000000000"])
    amount: MoneyRead
    destination: Destination
    status: Status
    reason: str
    created_at: Instant
    updated_at: Instant

    @classmethod
    def of(cls, facts: RefundFacts) -> Self:
        return cls.model_validate(_fields(facts))


class RefundDetail(RefundRead):
    """What operators see besides. `attempt` counts the tries at the gateway, `failure` is its last refusal."""

    state: RefundState
    user_id: UUID
    source: RefundSource
    gateway: str | None
    gateway_refund_id: str | None
    attempt: int
    failure: str | None
    requested_by: UUID | None
    decided_by: UUID | None


class RefundsQuery(PageQuery):
    state: RefundState | None = None


def _fields(facts: RefundFacts) -> dict[str, object]:
    names = set(RefundDetail.model_fields) - {"amount", "status", "updated_at"}
    return {name: getattr(facts, name) for name in names} | {
        "amount": MoneyRead.of(facts.amount),
        "status": shown(facts.state),
        "updated_at": facts.state_since,
    }
