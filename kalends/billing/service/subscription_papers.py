"""The receipts of subscriptions: one for each payment, as the journal has it."""

from uuid import UUID

from kalends import identity
from kalends.core.unit import Unit
from kalends.core.wire import subject
from kalends.core.wording import coded_money

from ..repository import journal
from ..rules.contents import platform_of
from ..types import (
    DocumentFacts,
    DocumentKind,
    DocumentLine,
    DocumentOrder,
    MoneyEvent,
    Moved,
    Party,
    SubscriptionFacts,
)
from .documents import issue
from .subscriptions import KIND, get_subscription

_PAID_BY = {"wallet_payment": "Wallet", "capture": "Online payment"}


async def subscription_receipt(
    unit: Unit, subscription_id: UUID, payment_id: UUID
) -> DocumentFacts | None:
    """The receipt of this payment, issued if it was not yet; None when the journal knows none."""
    subscription = await get_subscription(unit, subscription_id)
    events = await journal.events_of(unit, subject(KIND, subscription_id))
    known = [event for event in events if event.key.rpartition(":")[2] == str(payment_id)]
    captured = [event for event in known if event.what is Moved.captured]
    if not captured:
        return None
    people = await identity.people(unit, [subscription.user_id])
    names = [person.name for person in people.values()]
    return await issue(unit, _order(unit, subscription, captured[0], "".join(names)))


def _order(
    unit: Unit, subscription: SubscriptionFacts, event: MoneyEvent, name: str
) -> DocumentOrder:
    return DocumentOrder(
        kind=DocumentKind.receipt,
        subject=subject(KIND, subscription.id),
        cause=event.key,
        issuer=platform_of(unit.profile),
        recipient=Party(f"user:{subscription.user_id}", name),
        lines=(DocumentLine(f"Subscription: {subscription.title}", event.amount),),
        facts=(
            ("Plan", f"{coded_money(subscription.price)} for {_months(subscription.months)}"),
            ("Paid by", _PAID_BY.get(event.source, event.source)),
        ),
    )


def _months(count: int) -> str:
    return "a month" if count == 1 else f"{count} months"
