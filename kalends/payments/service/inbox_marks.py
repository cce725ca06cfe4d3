"""What becomes of an event in the inbox, when it is not simply processed."""

from typing import Any

import structlog

from kalends.core.house import House
from kalends.core.principal import GATEWAY
from kalends.core.unit import Unit, open_unit

from ..events import PaymentParked
from ..repository import inbox

_log = structlog.get_logger()


async def ignore(house: House, item: Any, reason: str) -> None:
    """It says nothing new, or nothing for us."""
    async with open_unit(house, GATEWAY) as unit:
        await inbox.settle(unit, item.id, inbox.IGNORED, reason)


async def park(unit: Unit, item: Any, reason: str) -> None:
    """Show it to an operator: once per order (or object) and reason, however often the gateway repeats it."""
    if await inbox.is_parked(unit, item, reason):
        await inbox.settle(unit, item.id, inbox.IGNORED, f"already parked: {reason}")
    elif await inbox.settle(unit, item.id, inbox.PARKED, reason):
        _log.warning("payment.parked", inbox_id=str(item.id), reason=reason)
        unit.emit(PaymentParked(inbox_id=item.id, reason=reason))
