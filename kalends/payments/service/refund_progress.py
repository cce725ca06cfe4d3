"""Asking about refunds that have been under way too long, so that lost jobs and webhooks change nothing."""

from datetime import timedelta

import structlog

from kalends.core.gateways import GatewayError
from kalends.core.house import House
from kalends.core.unit import open_unit

from ..errors import UnknownGateway
from ..repository import refunds
from ..rules.refund_verdicts import Step
from ..types import Reconciled
from .send_refund import send_refund

_log = structlog.get_logger()
_MOVED = {Step.complete, Step.fail, Step.fail_late}


async def ask_open_refunds(house: House) -> Reconciled:
    """Send what was not sent, ask about what was, and try again what failed and is due."""
    too_long = timedelta(minutes=house.profile.payments.open_payment_minutes)
    async with open_unit(house, read_only=True) as unit:
        waiting = list(await refunds.to_ask_about(unit, too_long))
        waiting += await refunds.to_try_again(unit, house.profile.refund.max_attempts, too_long)
    asked = changed = unanswered = 0
    for refund in waiting:
        try:
            judgement = await send_refund(house, refund.id)
        except (GatewayError, UnknownGateway) as error:
            unanswered += 1
            _log.warning("refund.unanswered", refund_id=str(refund.id), error=str(error))
            continue
        asked += judgement is not None
        changed += judgement is not None and judgement.step in _MOVED
    return Reconciled(asked=asked + unanswered, changed=changed, unanswered=unanswered)
