"""A webhook about a refund: find out whether it is ours, ask the gateway, apply what it says."""

from typing import Any

from kalends.core.gateways import GatewayRefund
from kalends.core.house import House
from kalends.core.principal import GATEWAY
from kalends.core.unit import open_unit

from ..repository import inbox, refunds
from ..rules.refunds import gateway_keys
from .gateways import port_of
from .inbox_marks import ignore, park
from .refund_apply import FOREIGN, apply_refund


async def handle_refund_news(house: House, item: Any) -> None:
    """Raises GatewayError; the event then stays `received`.

    A refund that we did not make (in the gateway's own console, say) is parked, never guessed at. One of
    ours whose name at the gateway we have not heard yet is taken up again when we hear it.
    """
    if item.object_id is None:
        await ignore(house, item, "not about a refund")
        return
    payment_id, candidates = await _candidates(house, item)
    if payment_id is None or not candidates:
        await _park_foreign(house, item)
        return
    port = port_of(house, item.gateway)
    seen = await port.fetch_refund(payment_id=payment_id, refund_id=item.object_id)
    ours = _ours(candidates, seen)
    if ours is None:
        await _park_foreign(house, item)
        return
    async with open_unit(house, GATEWAY) as unit:
        judgement = await apply_refund(unit, ours.id, seen)
        if judgement.reason is None:
            await inbox.settle(unit, item.id, inbox.PROCESSED)
        else:
            await park(unit, item, judgement.reason)


async def _candidates(house: House, item: Any) -> tuple[str | None, list[Any]]:
    """The gateway's payment, and the refunds of ours that the event may be about."""
    async with open_unit(house, read_only=True) as unit:
        known = await refunds.by_gateway_id(unit, item.gateway, item.object_id)
        if known is not None:
            return await refunds.gateway_payment_id(unit, known.id), [known]
        if item.payment_id is None:
            return None, []
        sent = await refunds.sent_for(unit, item.gateway, item.payment_id)
        return item.payment_id, list(sent)


def _ours(candidates: list[Any], seen: GatewayRefund) -> Any | None:
    """The refund with this name at the gateway, or the one whose attempt has the key that the gateway kept."""
    for refund in candidates:
        keys = gateway_keys(refund.id, refund.attempt)
        if refund.gateway_refund_id == seen.refund_id or seen.key in keys:
            return refund
    return None


async def _park_foreign(house: House, item: Any) -> None:
    """Unless it has become known as ours in between: then the event is handled again."""
    async with open_unit(house, GATEWAY) as unit:
        await inbox.lock_object(unit, item.gateway, item.object_id)
        if await refunds.by_gateway_id(unit, item.gateway, item.object_id) is None:
            await park(unit, item, FOREIGN)
        else:
            unit.defer("payments.process_event", inbox_id=str(item.id))
