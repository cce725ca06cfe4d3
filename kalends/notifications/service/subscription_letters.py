"""Letters about a subscription, to whoever has it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from kalends import billing, identity
from kalends.billing import (
    DocumentFacts,
    SubscriptionActivated,
    SubscriptionCancelled,
    SubscriptionUnpaid,
)
from kalends.core.money import Money
from kalends.core.ports import Attachment
from kalends.core.unit import Unit

from .write import Letter, write_letter


async def tell_active(unit: Unit, event: SubscriptionActivated) -> None:
    """A period has begun; with the receipt, where something was paid for it."""
    receipt = None
    if event.payment_id is not None:
        receipt = await billing.subscription_receipt(unit, event.subscription_id, event.payment_id)
    facts = {"until": event.until, "paid": receipt.total if receipt else None}
    about = ("subscription_active", event.until.isoformat())
    papers = [await _paper(unit, receipt)] if receipt else []
    await _tell(unit, event.subscription_id, about, facts, papers)


async def tell_unpaid(unit: Unit, event: SubscriptionUnpaid) -> None:
    """Unless it was paid, or given up, before the letter is written."""
    subscription = await billing.get_subscription(unit, event.subscription_id)
    if subscription.state == "past_due":
        facts = {"until": event.until, "amount": Money(event.amount, event.currency)}
        about = ("subscription_unpaid", event.until.isoformat())
        await _tell(unit, event.subscription_id, about, facts)


async def tell_cancelled(unit: Unit, event: SubscriptionCancelled) -> None:
    """Unless somebody thought better of it in between."""
    subscription = await billing.get_subscription(unit, event.subscription_id)
    if subscription.state == "cancelled":
        lasts = event.until if event.until and event.until > unit.now else None
        facts = {"until": lasts, "unpaid": event.by == "system"}
        about = ("subscription_cancelled", subscription.state_since.isoformat())
        await _tell(unit, event.subscription_id, about, facts)


async def _paper(unit: Unit, receipt: DocumentFacts) -> Attachment:
    content = await billing.document_pdf(unit, receipt)
    return Attachment(f"receipt-{receipt.number}.pdf", "application/pdf", content)


async def _tell(
    unit: Unit,
    subscription_id: UUID,
    about: tuple[str, str],
    facts: dict[str, Any],
    papers: Sequence[Attachment] = (),
) -> None:
    template, occasion = about
    subscription = await billing.get_subscription(unit, subscription_id)
    people = await identity.people(unit, [subscription.user_id])
    told = {**facts, "subscription": subscription, "zone": unit.profile.time_zone}
    for person in people.values():
        letter = Letter(
            template, f"{subscription_id}:{occasion}", person, told, attachments=tuple(papers)
        )
        await write_letter(unit, letter)
