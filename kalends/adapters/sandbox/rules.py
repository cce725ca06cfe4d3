"""What an instrument does, what a webhook says, and how both are signed. Pure."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime

from .types import Instrument, Notice, OrderFacts

LATE_MINUTES = 60
TOLERANCE_SECONDS = 300
WEBHOOK_PATH = "/api/v2/payments/webhook/sandbox"
CAPTURED, FAILED = "payment.captured", "payment.failed"
STATUS_OF = {CAPTURED: "captured", FAILED: "failed"}

TRANSITION_OF = {
    Instrument.success: "capture",
    Instrument.declined: "decline",
    Instrument.timeout: None,
    Instrument.late: "postpone",
    Instrument.duplicate: "capture",
    Instrument.out_of_order: "capture",
    Instrument.wrong_amount: "capture",
}


def captured_amount(instrument: Instrument, asked: int) -> int:
    """Minor units that the instrument takes; the smallest error is the one that is easily overlooked."""
    return asked + 1 if instrument is Instrument.wrong_amount else asked


def capture_notices(
    instrument: Instrument, payment_id: str, new: Callable[[str], str]
) -> list[Notice]:
    """The webhooks of a capture, in the order of their delivery. `new` makes an id with a prefix."""
    captured = Notice(new("evt"), CAPTURED, payment_id)
    if instrument is Instrument.duplicate:
        return [captured, captured, Notice(new("evt"), CAPTURED, payment_id)]
    if instrument is Instrument.out_of_order:
        # the news of an earlier attempt that failed arrives after the one that succeeded
        return [captured, Notice(new("evt"), FAILED, new("pay"))]
    return [captured]


def webhook_body(order: OrderFacts, notice: Notice, at: datetime) -> str:
    """The event as the JSON text that is signed and sent."""
    status = STATUS_OF[notice.kind]
    amount = order.captured if status == "captured" else order.amount.amount
    data = {
        "order_id": order.order_id,
        "reference": order.reference,
        "payment_id": notice.payment_id,
        "status": status,
        "amount": amount,
        "currency": order.amount.currency,
    }
    event = {"type": notice.kind, "created_at": at.astimezone(UTC).isoformat(), "data": data}
    return json.dumps(event, separators=(",", ":"))


def sign_webhook(secret: str, event_id: str, timestamp: str, body: bytes) -> str:
    """`v1,` and the base64 HMAC-SHA256 over `<event id>.<timestamp>.<raw body>`."""
    signed = f"{event_id}.{timestamp}.".encode() + body
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def sign_checkout(secret: str, order_id: str, payment_id: str, status: str) -> str:
    """Lowercase hex HMAC-SHA256 over `checkout|<order id>|<payment id or nothing>|<status>`."""
    signed = f"checkout|{order_id}|{payment_id}|{status}"
    return hmac.new(secret.encode(), signed.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def same(given: str, expected: str) -> bool:
    """Compare signatures in constant time, whatever characters somebody sent."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())
