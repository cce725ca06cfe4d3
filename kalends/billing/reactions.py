"""How billing reacts to what happens elsewhere, and to what falls due."""

from kalends.core.events import on
from kalends.core.unit import Unit
from kalends.payments import PaymentCaptured

from .events import SubscriptionDue
from .service import subscriptions


@on(PaymentCaptured)
async def apply_subscription_payment(unit: Unit, event: PaymentCaptured) -> None:
    """Captured money pays for its subscription's period, or goes back."""
    if event.subject.startswith("subscription:"):
        await subscriptions.settle_subscription(unit, event)


@on(SubscriptionDue)
async def renew_subscription(unit: Unit, event: SubscriptionDue) -> None:
    await subscriptions.renew_from_wallet(unit, event)
