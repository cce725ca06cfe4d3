"""A webhook about a payment: ask the gateway, then move the payment and the event's mark together."""

from typing import Any

from kalends.core.house import House
from kalends.core.principal import GATEWAY
from kalends.core.unit import open_unit

from ..repository import inbox, payments
from ..rules.verdicts import is_stale
from .apply import apply, known, look
from .inbox_marks import ignore, park


async def handle_payment_news(house: House, item: Any) -> None:
    """Raises GatewayError; the event then stays `received`."""
    if item.order_id is None:
        await ignore(house, item, "not about an order")
        return
    async with open_unit(house, read_only=True) as unit:
        payment = await payments.by_order(unit, item.gateway, item.order_id)
    if payment is None:
        async with open_unit(house, GATEWAY) as unit:
            await park(unit, item, "unknown_order")
        return
    if is_stale(known(payment), item.status, item.payment_id):
        await ignore(house, item, "nothing new")
        return
    seen = await look(house, payment)
    async with open_unit(house, GATEWAY) as unit:
        verdict = await apply(unit, payment.id, seen)
        if verdict.reason is None:
            await inbox.settle(unit, item.id, inbox.PROCESSED)
        else:
            await park(unit, item, verdict.reason)
