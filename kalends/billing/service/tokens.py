"""Tokens that fix a price for a few minutes: signed, and good for one request only."""

import base64
import binascii
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from kalends.core.money import Money
from kalends.core.unit import Unit

from ..errors import QuoteExpired, QuoteMismatch
from ..rules.prices import Price, PriceLine

PURPOSE = "quote"


def seal(unit: Unit, request: str, price: Price) -> tuple[str, datetime]:
    """The token of a price, and when it ends. `request` is the fingerprint of what is priced."""
    expires = unit.now + timedelta(minutes=unit.profile.payments.quote_minutes)
    body = {
        "r": request,
        "x": int(expires.timestamp()),
        "c": price.total.currency,
        "l": [
            [
                ln.kind,
                str(ln.ref_id),
                ln.name,
                ln.quantity,
                ln.unit_price.amount,
                ln.subtotal.amount,
            ]
            for ln in price.lines
        ],
    }
    packed = json.dumps(body, separators=(",", ":")).encode()
    signed = packed + unit.house.keyring.sign(PURPOSE, packed)
    return base64.urlsafe_b64encode(signed).decode().rstrip("="), expires


def unseal(unit: Unit, request: str, token: str) -> Price:
    """The price of a token for this very request. Raises QuoteMismatch, QuoteExpired."""
    body = _verified(unit, token)
    if body["r"] != request:
        raise QuoteMismatch("the token was made for another room, service, time or add-ons")
    if datetime.fromtimestamp(body["x"], UTC) <= unit.now:
        raise QuoteExpired
    currency = body["c"]
    lines = tuple(
        PriceLine(kind, UUID(ref), name, count, Money(each, currency), Money(sub, currency))
        for kind, ref, name, count, each, sub in body["l"]
    )
    return Price(lines, Money(sum(line.subtotal.amount for line in lines), currency))


def fingerprint(*facts: Any) -> str:
    """What a request asks for, as a word; plain values in a fixed order."""
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:32]


def _verified(unit: Unit, token: str) -> dict[str, Any]:
    try:
        signed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise QuoteMismatch("the token cannot be read") from error
    packed, signature = signed[:-16], signed[-16:]
    if not hmac.compare_digest(signature, unit.house.keyring.sign(PURPOSE, packed)):
        raise QuoteMismatch("the token was changed or is not ours")
    body: dict[str, Any] = json.loads(packed)
    return body
