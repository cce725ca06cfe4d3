"""Who signed this: the checkout answer with the API key's secret, webhooks with their own. Pure."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from typing import Any

from kalends.core.gateways import BadSignature

from .answers import is_id

SIGNATURE_HEADER = "x-razorpay-signature"


def sign(secret: str, signed: bytes) -> str:
    """Lowercase hex HMAC-SHA256."""
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def sign_checkout(secret: str, order_id: str, payment_id: str) -> str:
    return sign(secret, f"{order_id}|{payment_id}".encode())


def verify_checkout(secret: str, answer: Mapping[str, Any]) -> str:
    """Return the order id that this answer of the checkout script is signed for. Raises BadSignature.

    Both ids are checked first, because the bar between them is part of neither.
    """
    order_id, payment_id = answer.get("razorpay_order_id"), answer.get("razorpay_payment_id")
    if not (is_id(order_id, "order") and is_id(payment_id, "pay")):
        raise BadSignature("the checkout's answer names no order and payment of Razorpay")
    expected = sign_checkout(secret, str(order_id), str(payment_id))
    if not _same(answer.get("razorpay_signature"), expected):
        raise BadSignature("the checkout's answer was not signed by Razorpay")
    return str(order_id)


def verify_webhook(secrets: Sequence[str], body: bytes, headers: Mapping[str, str]) -> None:
    """The signature over the raw body with any of the secrets. Raises BadSignature.

    Razorpay signs repeats of older events with the secret that was valid then.
    """
    given = next((v for name, v in headers.items() if name.lower() == SIGNATURE_HEADER), None)
    fits = [_same(given, sign(secret, body)) for secret in secrets]
    if not any(fits):
        raise BadSignature("the webhook was not signed by Razorpay")


def _same(given: object, expected: str) -> bool:
    """In constant time, whatever somebody sent."""
    text = given if isinstance(given, str) else ""
    return hmac.compare_digest(text.encode("utf-8", "replace"), expected.encode())
