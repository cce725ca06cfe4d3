"""How bookings reacts to what happens elsewhere."""

from kalends.core.events import on
from kalends.core.unit import Unit
from kalends.payments import PaymentCaptured

from .service.pay import settle_capture


@on(PaymentCaptured)
async def apply_captured_payment(unit: Unit, event: PaymentCaptured) -> None:
    """Captured money confirms its booking, or goes back."""
    if event.subject.startswith("booking:") and event.purpose == "full":
        await settle_capture(unit, event)
