"""Events as they are delivered: raw body and signature."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any

import httpx

from kalends.core.clock import real_now

from .books import Books, Thing

SECRETS = {
    "current": "whsec_emulated_current",
    "previous": "whsec_emulated_previous",
    "foreign": "whsec_emulated_foreign",
}


@dataclass(frozen=True)
class Wish:
    """How deliveries are signed. `rotating`: with the previous secret as well."""

    secret: str = "current"
    age_seconds: int = 0
    rotating: bool = False


def signed(body: bytes, wish: Wish) -> dict[str, str]:
    """The headers of a delivery."""
    at = int(real_now().timestamp()) - wish.age_seconds
    names = [wish.secret, *(["previous"] if wish.rotating else [])]
    marks = [f"v1={_mark(SECRETS[name], at, body)}" for name in names]
    header = ",".join([f"t={at}", *marks, f"v0={'0' * 64}"])
    return {"stripe-signature": header, "content-type": "application/json; charset=utf-8"}


def deliveries(books: Books, wish: Wish) -> list[tuple[bytes, dict[str, str]]]:
    """Every event so far, oldest first."""
    bodies = [body_of(event) for event in reversed(books.all("event"))]
    return [(body, signed(body, wish)) for body in bodies]


def body_of(event: Thing) -> bytes:
    return json.dumps(event, indent=2).encode()


async def deliver(url: str, sent: list[tuple[bytes, dict[str, str]]]) -> list[int]:
    """POST them one after another; the statuses that came back."""
    async with httpx.AsyncClient(trust_env=False, timeout=10) as client:
        answers = [await client.post(url, content=body, headers=headers) for body, headers in sent]
    return [answer.status_code for answer in answers]


def _mark(secret: str, at: int, body: bytes) -> str:
    return hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()


def wish_of(asked: dict[str, Any]) -> Wish:
    known = {"secret", "age_seconds", "rotating"}
    return Wish(**{name: value for name, value in asked.items() if name in known})
