"""A webhook about a payout: ask the gateway, then move the payout and the event's mark together."""

from typing import Any

from kalends.core.gateways import GatewayError, GatewayPayout
from kalends.core.house import House
from kalends.core.principal import GATEWAY
from kalends.core.unit import open_unit

from ..repository import inbox, payout_attempts
from .inbox_marks import ignore, park
from .payout_apply import apply_payout
from .payout_gateways import payout_port

_UNKNOWN = "unknown_payout"


async def handle_payout_news(house: House, item: Any) -> None:
    """Raises GatewayError; the event then stays `received`."""
    if item.object_id is None or payout_port(house, item.gateway) is None:
        await ignore(house, item, "not about a payout of ours")
        return
    seen = await _look(house, item)
    async with open_unit(house, GATEWAY) as unit:
        key = seen.key if seen else None
        attempt = await payout_attempts.named(unit, item.gateway, item.object_id, key)
        if attempt is None or seen is None:
            await park(unit, item, _UNKNOWN)
            return
        verdict = await apply_payout(unit, attempt, seen)
        if verdict.reason is None:
            await inbox.settle(unit, item.id, inbox.PROCESSED)
        else:
            await park(unit, item, verdict.reason)


async def _look(house: House, item: Any) -> GatewayPayout | None:
    """The gateway's view; None when it knows no such payout."""
    port = payout_port(house, item.gateway)
    assert port is not None
    try:
        return await port.fetch_payout(item.object_id)
    except GatewayError as error:
        if error.unknown or error.retryable:
            raise
        return None
