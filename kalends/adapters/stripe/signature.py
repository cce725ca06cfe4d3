"""Webhook signatures: `Stripe-Signature: t=<seconds>,v1=<hex>[,v1=<hex>]` over `t.body`."""

import hashlib
import hmac
from collections.abc import Sequence

from kalends.core.clock import real_now
from kalends.core.gateways import BadSignature

TOLERANCE_SECONDS = 300


def sign(secret: str, timestamp: int, body: bytes) -> str:
    """The `v1` value of a delivery."""
    return hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()


def verify(header: str, body: bytes, secrets: Sequence[str]) -> None:
    """Accept what any of the secrets signed within the tolerance, before or after now.

    Several `v1` values come while the secret is changed over; other schemes are not read. Raises BadSignature.
    """
    pairs = [part.strip().partition("=") for part in header.split(",")]
    times = [value for name, _, value in pairs if name == "t"]
    given = [value.encode() for name, _, value in pairs if name == "v1"]
    if len(times) != 1 or not (times[0].isascii() and times[0].isdigit()) or not given:
        raise BadSignature("the webhook carries no signature of Stripe's kind")
    wanted = [sign(secret, int(times[0]), body).encode() for secret in secrets if secret]
    if not any([hmac.compare_digest(one, other) for one in given for other in wanted]):  # noqa: C419 - every pair is compared, whichever fits
        raise BadSignature("the webhook was not signed by Stripe")
    if abs(real_now().timestamp() - int(times[0])) > TOLERANCE_SECONDS:
        raise BadSignature("the webhook's time is too far from now; it may be a replay")
