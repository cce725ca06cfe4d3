"""Webhooks: signed bodies, as they would be delivered, and delivering them over HTTP."""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass

import httpx

from .books import Books

SECRETS = ("the present webhook secret", "the webhook secret before")
PATIENCE = 5  # seconds, as the real one waits


@dataclass
class Secrets:
    """The webhook's secrets. A merchant changes them while old events are still being repeated."""

    current: str
    previous: str
    foreign: str = "the secret of somebody else"

    def sign(self, body: bytes, which: str) -> str:
        secret = getattr(self, which)
        return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def headers(secrets: Secrets, body: bytes, event_id: str, which: str = "current") -> dict[str, str]:
    return {
        "content-type": "application/json",
        "user-agent": "Razorpay-Webhook/v1",
        "x-razorpay-event-id": event_id,
        "x-razorpay-signature": secrets.sign(body, which),
    }


def listed(books: Books, secrets: Secrets, which: str = "current") -> list[dict[str, object]]:
    """Every event so far, oldest first."""
    return [packed(body, headers(secrets, body, name, which)) for name, body in books.events]


def packed(body: bytes, sent: dict[str, str]) -> dict[str, object]:
    return {"body": base64.b64encode(body).decode(), "headers": sent}


async def deliver(
    books: Books, secrets: Secrets, url: str, order: Iterable[int], which: str
) -> list[int]:
    """Send these events in this order, each as often as it is named; return the merchant's statuses."""
    statuses = []
    async with httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as http:
        for number in order:
            name, body = books.events[number]
            sent = headers(secrets, body, name, which)
            statuses.append((await http.post(url, content=body, headers=sent)).status_code)
    return statuses
