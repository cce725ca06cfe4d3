"""Webhooks in: verified and stored while the gateway waits, handled by a job."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import structlog
from prometheus_client import Counter

from kalends.core.errors import BodyTooLarge
from kalends.core.failpoints import failpoint
from kalends.core.house import House
from kalends.core.ports import BadSignature
from kalends.core.principal import GATEWAY
from kalends.core.unit import Unit, open_unit

from ..errors import InvalidSignature
from ..events import PaymentParked
from ..repository import inbox, payments
from ..rules.verdicts import is_stale
from .apply import apply, known
from .gateways import default_gateway, port_of

MAX_WEBHOOK = 256 * 1024
WEBHOOKS = Counter("kalends_webhooks_total", "Webhooks from gateways", ["gateway", "outcome"])
_log = structlog.get_logger()


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
    """Handle one stored event: ask the gateway, then move the payment and the event's mark together.

    Raises GatewayError, so that the queue tries again; the event stays `received` meanwhile.
    """
    async with open_unit(house, read_only=True) as unit:
        item = await inbox.by_id(unit, inbox_id)
        payment = await _payment_of(unit, item)
    if item is None or item.mark != inbox.RECEIVED:
        return
    if payment is None:
        await _settle_unknown(house, item)
        return
    if is_stale(known(payment), item.status, item.payment_id):
        await _ignore(house, item, "nothing new")
        return
    seen = await port_of(house, item.gateway).fetch(item.order_id)
    async with open_unit(house, GATEWAY) as unit:
        verdict = await apply(unit, payment.id, seen)
        if verdict.reason is None:
            await inbox.settle(unit, item.id, inbox.PROCESSED)
        else:
            await _park(unit, item, verdict.reason)


async def _payment_of(unit: Unit, item: Any | None) -> Any | None:
    if item is None or item.order_id is None:
        return None
    return await payments.by_order(unit, item.gateway, item.order_id)


async def _settle_unknown(house: House, item: Any) -> None:
    if item.order_id is None:
        await _ignore(house, item, "not about an order")
        return
    async with open_unit(house, GATEWAY) as unit:
        await _park(unit, item, "unknown_order")


async def _ignore(house: House, item: Any, reason: str) -> None:
    async with open_unit(house, GATEWAY) as unit:
        await inbox.settle(unit, item.id, inbox.IGNORED, reason)


async def _park(unit: Unit, item: Any, reason: str) -> None:
    """Show it to an operator: once per order and reason, however often the gateway repeats it."""
    if await inbox.is_parked(unit, item.gateway, item.order_id, reason):
        await inbox.settle(unit, item.id, inbox.IGNORED, f"already parked: {reason}")
    elif await inbox.settle(unit, item.id, inbox.PARKED, reason):
        _log.warning("payment.parked", inbox_id=str(item.id), reason=reason)
        unit.emit(PaymentParked(inbox_id=item.id, reason=reason))
