"""What billing tells the rooms above."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kalends.core.events import Event


@dataclass(frozen=True, kw_only=True)
class StatementIssued(Event):
    """A provider's month is over and its statement has a number; `month` is such as 2026-11."""

    document_id: UUID
    provider_id: UUID
    month: str


@dataclass(frozen=True, kw_only=True)
class SubscriptionActivated(Event):
    """A period has begun, the first one or another. `payment_id` is None for a trial and where it costs nothing."""

    subscription_id: UUID
    user_id: UUID
    until: datetime
    payment_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class SubscriptionDue(Event):
    """A period is over and the next one is not paid for; doors stay open until `until`."""

    subscription_id: UUID
    user_id: UUID
    amount: int
    currency: str
    until: datetime


@dataclass(frozen=True, kw_only=True)
class SubscriptionUnpaid(Event):
    """The wallet could not pay the next period: somebody has to, until `until`."""

    subscription_id: UUID
    user_id: UUID
    amount: int
    currency: str
    until: datetime


@dataclass(frozen=True, kw_only=True)
class SubscriptionCancelled(Event):
    """`by` customer, or system when a payment never came. What was paid for lasts until `until`."""

    subscription_id: UUID
    user_id: UUID
    by: str
    until: datetime | None
