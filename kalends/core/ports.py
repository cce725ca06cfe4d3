"""Ports to the outside world, in the domain's words. Adapters implement them; `app.wiring` connects.

No port may be used while a unit of work is open: a call that waits for somebody else must not hold
locks, and what it did could not be rolled back. `outside_units()` enforces that at run time.
"""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Protocol

from .money import Money

open_units: ContextVar[int] = ContextVar("open_units", default=0)


class NetworkInsideUnit(RuntimeError):
    """A port was called while a database transaction was open."""


def outside_units() -> None:
    """Raise NetworkInsideUnit when the current task has an open unit of work."""
    if open_units.get():
        raise NetworkInsideUnit("call the outside world between units of work, not inside one")


@dataclass(frozen=True, slots=True)
class Attachment:
    filename: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """One message to one recipient, rendered. `message_id` is stable, so a repeat can be recognised."""

    message_id: str
    to: str
    subject: str
    text: str
    html: str
    cc: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()


class MailPort(Protocol):
    async def send(self, mail: Mail) -> None:
        """Hand the mail over. Raises any exception when it was not accepted; sending is then retried."""
        ...


@dataclass(frozen=True, slots=True)
class GatewayOrder:
    """What the gateway answered to `create_order`; `checkout` is what a client needs to let pay."""

    order_id: str
    checkout: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class GatewayPayment:
    """The gateway's own view of one order: the only source for money that moved.

    `status`: created, failed, captured, refunded or partially_refunded.
    """

    order_id: str
    payment_id: str | None
    status: str
    amount: Money
    refunded: int = 0


@dataclass(frozen=True, slots=True)
class GatewayEvent:
    """A verified webhook. Its facts are the gateway's; business identity is (order_id, status)."""

    event_id: str
    kind: str
    order_id: str | None
    payment_id: str | None
    status: str | None
    amount: Money | None
    raw: Mapping[str, Any] = field(default_factory=dict)


class BadSignature(Exception):
    """The webhook or checkout answer was not signed by the gateway."""


class GatewayError(Exception):
    """The gateway refused or did not answer. `unknown` means: it may have happened; ask, never resend."""

    def __init__(self, message: str, *, unknown: bool = False) -> None:
        super().__init__(message)
        self.unknown = unknown


class PaymentGateway(Protocol):
    """One payment provider. Every amount is in minor units; every call is safe to repeat by its key."""

    name: str

    async def create_order(self, *, reference: str, amount: Money) -> GatewayOrder: ...

    async def fetch(self, order_id: str) -> GatewayPayment: ...

    async def refund(self, *, payment_id: str, amount: Money, key: str) -> str: ...

    def verify_checkout(self, answer: Mapping[str, Any]) -> str:
        """Return the order id of a signed checkout answer. Raises BadSignature."""
        ...

    def parse_webhook(self, body: bytes, headers: Mapping[str, str]) -> GatewayEvent:
        """Verify the signature over the raw body and return the event. Raises BadSignature."""
        ...
