"""Applying what a gateway says to our payment: one way for webhook, browser callback and reconciliation."""

from typing import Any
from uuid import UUID

from kalends.core.house import House
from kalends.core.money import Money
from kalends.core.ports import GatewayPayment
from kalends.core.principal import GATEWAY, ActorKind
from kalends.core.states import Order, fire
from kalends.core.unit import Unit, open_unit

from ..events import PaymentParked
from ..processes import PAYMENTS
from ..repository import inbox, payments
from ..rules.verdicts import Known, Outcome, Verdict, judge
from .gateways import port_of


async def apply(unit: Unit, payment_id: UUID, seen: GatewayPayment) -> Verdict:
    """Move the payment to where the gateway says it is, if that fits; the payment's lock is held after.

    The same answer once more changes nothing, and none leads back from captured.
    """
    payment = await payments.lock(unit, payment_id)
    verdict = judge(known(payment), seen)
    if verdict.outcome is Outcome.capture:
        await payments.set_captured(unit, payment_id, seen.payment_id)
        await fire(unit, PAYMENTS, payment_id, "capture", Order(ActorKind.gateway))
    elif verdict.outcome is Outcome.fail:
        await fire(unit, PAYMENTS, payment_id, "fail", Order(ActorKind.gateway))
    return verdict


async def ask(house: House, payment: Any) -> Verdict:
    """Ask the gateway how this payment stands, and apply the answer. Raises GatewayError."""
    seen = await port_of(house, payment.gateway).fetch(payment.gateway_order_id)
    async with open_unit(house, GATEWAY) as unit:
        verdict = await apply(unit, payment.id, seen)
        if verdict.reason is not None:
            await _park_finding(unit, payment, verdict.reason)
    return verdict


async def _park_finding(unit: Unit, payment: Any, reason: str) -> None:
    order_id = payment.gateway_order_id
    if not await inbox.is_parked(unit, payment.gateway, order_id, reason):
        found = await inbox.add_finding(unit, payment, reason)
        unit.emit(PaymentParked(inbox_id=found, reason=reason))


def known(payment: Any) -> Known:
    return Known(
        order_id=payment.gateway_order_id,
        payment_id=payment.gateway_payment_id,
        state=payment.state,
        amount=Money(payment.amount, payment.currency),
    )
