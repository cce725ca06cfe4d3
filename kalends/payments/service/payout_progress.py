"""Moving payouts on that nobody has heard of for too long, so that lost webhooks and jobs change nothing."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from uuid import UUID

import structlog

from kalends.core.gateways import GatewayError
from kalends.core.house import House
from kalends.core.unit import open_unit

from ..repository import payouts
from ..types import Reconciled
from .payout_sending import ask_again, send_payout

MAY_COME_BACK = timedelta(days=7)
_log = structlog.get_logger()


async def ask_open_payouts(house: House) -> Reconciled:
    """Send what was approved and has not left; ask about what has been on its way too long."""
    too_long = timedelta(minutes=house.profile.payments.open_payment_minutes)
    async with open_unit(house, read_only=True) as unit:
        waiting = await payouts.to_move_on(unit, too_long)
    return await _each(house, waiting, send_payout)


async def ask_paid_payouts(house: House) -> Reconciled:
    """Ask about what was paid within a week: a bank may send it back, and the webhook may be lost."""
    async with open_unit(house, read_only=True) as unit:
        paid = await payouts.paid_since(unit, MAY_COME_BACK)
    return await _each(house, paid, ask_again)


async def _each(
    house: House, ids: Sequence[UUID], ask: Callable[[House, UUID], Awaitable[bool]]
) -> Reconciled:
    changed = unanswered = 0
    for payout_id in ids:
        try:
            changed += await ask(house, payout_id)
        except GatewayError as error:
            unanswered += 1
            _log.warning("payout.unanswered", payout_id=str(payout_id), code=error.code)
    return Reconciled(asked=len(ids), changed=changed, unanswered=unanswered)
