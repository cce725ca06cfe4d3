"""Asking the gateways about what has been open too long, so that lost webhooks change nothing."""

from datetime import timedelta

import structlog

from kalends.core.gateways import GatewayError
from kalends.core.house import House
from kalends.core.unit import open_unit

from ..repository import inbox, payments
from ..rules.verdicts import Outcome
from ..types import Reconciled
from .apply import ask
from .bank_checks import ask_open_checks
from .chargeback_news import ask_open_disputes
from .payout_progress import ask_open_payouts
from .refund_progress import ask_open_refunds
from .settlements import note_unknown_outcomes
from .webhook import process_event

LATE_CAPTURES_FOR = timedelta(hours=24)
_log = structlog.get_logger()


async def reconcile(house: House) -> Reconciled:
    """Ask about payments open too long or ended unpaid within a day, and what else is under way too long:
    refunds, payouts, checks of bank accounts, card disputes.

    Events left behind are taken up, and what has no answer for half an hour becomes a difference.
    """
    too_long = timedelta(minutes=house.profile.payments.open_payment_minutes)
    async with open_unit(house, read_only=True) as unit:
        waiting = await payments.to_ask_about(unit, too_long, LATE_CAPTURES_FOR)
        left_behind = await inbox.stuck(unit, too_long)
    changed = unanswered = 0
    for payment in waiting:
        try:
            verdict = await ask(house, payment)
        except GatewayError as error:
            unanswered += 1
            _log.warning("reconcile.unanswered", payment_id=str(payment.id), error=str(error))
            continue
        changed += verdict.outcome in {Outcome.capture, Outcome.fail}
    for item in left_behind:
        try:
            await process_event(house, item)
        except GatewayError:
            unanswered += 1
    rounds = [
        Reconciled(asked=len(waiting), changed=changed, unanswered=unanswered),
        await ask_open_refunds(house),
        await ask_open_payouts(house),
        await ask_open_checks(house),
        await ask_open_disputes(house),
    ]
    await note_unknown_outcomes(house)
    return Reconciled(
        asked=sum(one.asked for one in rounds),
        changed=sum(one.changed for one in rounds),
        unanswered=sum(one.unanswered for one in rounds),
    )
