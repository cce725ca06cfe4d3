"""Card disputes on the wire, for operators."""

from typing import Self
from uuid import UUID

from pydantic import Field

from kalends.core.money import Money
from kalends.core.paging import PageQuery
from kalends.core.wire import Instant, MoneyRead, Out

from ..types import ChargebackFacts, ChargebackState


class ChargebackRead(Out):
    """`taken` is what the gateway keeps for it now: of what was in escrow (or in a topped-up wallet), of the
    provider's, and of the platform's. `beyond` is more than was left of the payment."""

    id: UUID
    gateway: str
    dispute_id: str = Field(examples=["disp_1Lx8Pz"])
    payment_id: UUID
    subject: str
    state: ChargebackState
    amount: MoneyRead
    taken: MoneyRead
    from_origin: MoneyRead
    from_provider: MoneyRead
    from_platform: MoneyRead
    beyond: MoneyRead
    reason: str | None
    created_at: Instant
    state_since: Instant

    @classmethod
    def of(cls, facts: ChargebackFacts) -> Self:
        known = {name: getattr(facts, name) for name in cls.model_fields}
        shown = {k: MoneyRead.of(v) if isinstance(v, Money) else v for k, v in known.items()}
        return cls.model_validate(shown)


class ChargebacksQuery(PageQuery):
    state: ChargebackState | None = None
