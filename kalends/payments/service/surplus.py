"""Money that came twice for one order: booked as one more payment of the same purpose.

What is too much goes back the way all money does that a subject cannot use; its room decides that.
"""

from collections.abc import Iterable
from typing import Any

from kalends.core.gateways import GatewayPayment
from kalends.core.principal import ActorKind
from kalends.core.states import Order, begin, fire
from kalends.core.unit import Unit

from ..processes import PAYMENTS
from ..repository import payments, refunds
from ..rules.verdicts import Known, Outcome, judge_surplus


async def book_surplus(
    unit: Unit, payment: Any, known: Known, others: Iterable[GatewayPayment]
) -> tuple[str | None, list[tuple[Any, int | None]]]:
    """Book further captures of this payment's order, once each; the payment is locked.

    Return why something has to be parked, and the rows with the fees that the gateway told of them.
    """
    reason, booked = None, []
    for seen in others:
        row = await payments.by_gateway_payment(unit, payment.gateway, seen.payment_id or "")
        asked_back = await refunds.asked_back(unit, row.id) if row is not None else None
        verdict = judge_surplus(known, asked_back, seen)
        reason = reason or verdict.reason
        if verdict.outcome is Outcome.capture:
            row = await _book(unit, payment, seen)
        if row is not None and verdict.reason is None:
            booked.append((row, seen.fee))
    return reason, booked


async def _book(unit: Unit, payment: Any, seen: GatewayPayment) -> Any:
    await payments.lock_purpose(unit, payment.subject, payment.purpose)
    row = await payments.add_surplus(unit, payment, seen.amount.amount)
    await begin(unit, PAYMENTS, row, ActorKind.system)
    await payments.set_captured(unit, row.id, seen.payment_id)
    await fire(unit, PAYMENTS, row.id, "capture", Order(ActorKind.gateway))
    return await payments.reread(unit, row.id)
