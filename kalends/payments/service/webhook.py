"""Webhooks in: verified and stored while the gateway waits, handled by a job."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

from prometheus_client import Counter

from kalends.core.errors import BodyTooLarge
from kalends.core.failpoints import failpoint
from kalends.core.gateways import About, BadSignature
from kalends.core.house import House
from kalends.core.principal import GATEWAY
from kalends.core.unit import open_unit

from ..errors import InvalidSignature
from ..repository import inbox
from .bank_checks import handle_account_news
from .chargeback_news import handle_dispute_news
from .gateways import default_gateway, port_of
from .inbox_marks import ignore
from .payment_news import handle_payment_news
from .payout_news import handle_payout_news
from .refund_news import handle_refund_news

MAX_WEBHOOK = 256 * 1024
WEBHOOKS = Counter("kalends_webhooks_total", "Webhooks from gateways", ["gateway", "outcome"])

# Each takes an event that is still `received`, asks the gateway, and settles the event's mark in the same
# unit as its effect. It raises GatewayError to be tried again.
Handler = Callable[[House, Any], Awaitable[None]]
HANDLERS: Mapping[About, Handler] = {
    About.payment: handle_payment_news,
    About.refund: handle_refund_news,
    About.payout: handle_payout_news,
    About.account: handle_account_news,
    About.dispute: handle_dispute_news,
}


async def receive_webhook(
    house: House, gateway: str | None, body: bytes, headers: Mapping[str, str]
) -> None:
    """Store a signed event and let a job handle it. A repeat of one that waits is deferred again.

    Raises UnknownGateway, BodyTooLarge, InvalidSignature; nothing is stored then.
    """
    name = gateway or default_gateway(house)
    port = port_of(house, name)
    if len(body) > MAX_WEBHOOK:
        raise BodyTooLarge(f"a webhook has at most {MAX_WEBHOOK} bytes")
    try:
        event = port.parse_webhook(body, headers)
    except BadSignature as error:
        WEBHOOKS.labels(name, "refused").inc()
        raise InvalidSignature("the signature does not fit this body") from error
    async with open_unit(house, GATEWAY) as unit:
        waiting = await inbox.store(unit, name, event)
        if waiting is not None:
            unit.defer("payments.process_event", inbox_id=str(waiting))
    failpoint("payments.webhook_stored")
    WEBHOOKS.labels(name, "stored").inc()


async def process_event(house: House, inbox_id: UUID) -> None:
    """Handle one stored event by what it is about; the event's mark moves with the effect.

    Raises GatewayError, so that the queue tries again; the event stays `received` meanwhile.
    """
    async with open_unit(house, read_only=True) as unit:
        item = await inbox.by_id(unit, inbox_id)
    if item is None or item.mark != inbox.RECEIVED:
        return
    handler = HANDLERS.get(About(item.about))
    if handler is None:
        await ignore(house, item, "nothing here listens to this")
        return
    await handler(house, item)
