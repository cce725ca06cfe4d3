"""Hearing of card disputes: by webhook, by asking about open ones, and from statements."""

from datetime import timedelta
from typing import Any

import structlog

from kalends.core.gateways import About, GatewayDispute, GatewayError
from kalends.core.house import House
from kalends.core.principal import GATEWAY
from kalends.core.unit import Unit, open_unit

from ..errors import UnknownGateway
from ..events import PaymentParked
from ..repository import chargebacks, inbox, payments
from ..rules.chargebacks import DisputeVerdict
from ..types import Reconciled
from .apply import ask
from .chargeback_apply import apply_dispute
from .gateways import port_of
from .inbox_marks import ignore, park

UNKNOWN_DISPUTE, UNKNOWN_PAYMENT = "unknown_dispute", "unknown_payment"
_log = structlog.get_logger()


async def handle_dispute_news(house: House, item: Any) -> None:
    """Raises GatewayError; the event then stays `received`.

    Every event is looked into, whatever status it names: money is taken and given back without a change of
    it. A dispute of a payment that is not ours is parked.
    """
    if item.object_id is None:
        await ignore(house, item, "not about a dispute")
        return
    seen, payment = await _look(house, item.gateway, item.object_id)
    async with open_unit(house, GATEWAY) as unit:
        verdict = await _apply(unit, seen, payment)
        if verdict.reason is None:
            await inbox.settle(unit, item.id, inbox.PROCESSED)
        else:
            await park(unit, item, verdict.reason)


async def ask_open_disputes(house: House) -> Reconciled:
    """Ask about disputes that are not settled, and about those that only a statement has told us of."""
    too_long = timedelta(minutes=house.profile.payments.open_payment_minutes)
    async with open_unit(house, read_only=True) as unit:
        waiting = list(await chargebacks.to_ask_about(unit, too_long))
        waiting += await chargebacks.told_by_statement_only(unit)
    changed = unanswered = 0
    for gateway, dispute_id in waiting:
        try:
            changed += await _ask_one(house, gateway, dispute_id)
        except (GatewayError, UnknownGateway) as error:
            unanswered += 1
            _log.warning("dispute.unanswered", dispute_id=dispute_id, error=str(error))
    return Reconciled(asked=len(waiting), changed=changed, unanswered=unanswered)


async def _ask_one(house: House, gateway: str, dispute_id: str) -> bool:
    seen, payment = await _look(house, gateway, dispute_id)
    async with open_unit(house, GATEWAY) as unit:
        verdict = await _apply(unit, seen, payment)
        if verdict.reason is not None:
            found = await inbox.park_object(
                unit, (gateway, About.dispute), dispute_id, verdict.reason
            )
            if found is not None:
                unit.emit(PaymentParked(inbox_id=found, reason=verdict.reason))
    return verdict.step is not None


async def _apply(unit: Unit, seen: GatewayDispute | None, payment: Any | None) -> DisputeVerdict:
    if seen is None:
        return DisputeVerdict(reason=UNKNOWN_DISPUTE)
    if payment is None:
        return DisputeVerdict(reason=UNKNOWN_PAYMENT)
    return await apply_dispute(unit, payment, seen)


async def _look(
    house: House, gateway: str, dispute_id: str
) -> tuple[GatewayDispute | None, Any | None]:
    """The gateway's view, and our captured payment that it is about; None for what there is not."""
    try:
        seen = await port_of(house, gateway).fetch_dispute(dispute_id)
    except GatewayError as error:
        if error.unknown or error.retryable:
            raise
        return None, None
    payment = await _payment_of(house, gateway, seen)
    if payment is not None and payment.captured_at is None:
        await ask(house, payment)  # its capture has not been heard of yet
        payment = await _payment_of(house, gateway, seen)
    return seen, payment if payment is not None and payment.captured_at else None


async def _payment_of(house: House, gateway: str, seen: GatewayDispute) -> Any | None:
    async with open_unit(house, read_only=True) as unit:
        payment = await payments.by_gateway_payment(unit, gateway, seen.payment_id)
        if payment is None and seen.order_id is not None:
            payment = await payments.by_order(unit, gateway, seen.order_id)
    named = payment is not None and payment.gateway_payment_id in {None, seen.payment_id}
    return payment if named else None
