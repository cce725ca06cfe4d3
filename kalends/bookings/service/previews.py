"""The token of a cancellation's preview: who was shown what of which state of a booking, signed."""

import base64
import binascii
import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from kalends.billing import RefundQuote
from kalends.core.principal import ActorKind
from kalends.core.unit import Unit

from ..errors import PreviewExpired

PURPOSE = "cancellation-preview"
_SIGNATURE = 16


@dataclass(frozen=True, slots=True)
class Shown:
    """`version` counts the booking's transitions; `amount` and `fee` are minor units."""

    booking_id: str
    version: int
    actor: str
    amount: int
    fee: int
    expires: str

    @classmethod
    def of(cls, row: Any, actor: ActorKind, quote: RefundQuote, expires: datetime) -> Self:
        amounts = (quote.amount.amount, quote.fee.amount)
        return cls(str(row.id), row.version, actor.value, *amounts, expires.isoformat())

    @property
    def until(self) -> datetime:
        return datetime.fromisoformat(self.expires)


def seal(unit: Unit, shown: Shown) -> str:
    values = [getattr(shown, name) for name in Shown.__slots__]
    packed = json.dumps(values).encode()
    signed = packed + unit.house.keyring.sign(PURPOSE, packed)
    return base64.urlsafe_b64encode(signed).decode().rstrip("=")


def unseal(unit: Unit, token: str) -> Shown:
    """Raises PreviewExpired for a token that is none of ours, or too old."""
    try:
        signed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        packed, signature = signed[:-_SIGNATURE], signed[-_SIGNATURE:]
        genuine = hmac.compare_digest(signature, unit.house.keyring.sign(PURPOSE, packed))
    except (binascii.Error, ValueError):
        genuine = False
    if not genuine:
        raise PreviewExpired("this preview token is not one of ours")
    shown = Shown(*json.loads(packed))
    if shown.until <= unit.now:
        raise PreviewExpired
    return shown
