"""Applying what a gateway says to our payment: one way for webhook, browser callback and reconciliation."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from kalends import ledger
from kalends.core.gateways import GatewayPayment
from kalends.core.house import House
from kalends.core.money import Money
from kalends.core.principal import GATEWAY, ActorKind
from kalends.core.states import Order, fire
from kalends.core.unit import Unit, open_unit

from ..events import PaymentParked
from ..processes import PAYMENTS
from ..repository import inbox, payments, refunds
from ..rules import movements
from ..rules.verdicts import Known, Outcome, Verdict, judge, sorted_out, worth_taking
from .gateways import port_of
from .surplus import book_surplus


async def look(house: House, payment: Any) -> GatewayPayment:
    """Ask the gateway how this payment stands; money that it only reserved for us is taken.

    Raises GatewayError.
    """
    port = port_of(house, payment.gateway)
    seen = await port.fetch(payment.gateway_order_id)
    if seen.payment_id is None or not worth_taking(known(payment), seen):
        return seen
    return await port.capture(
        order_id=seen.order_id, payment_id=seen.payment_id, amount=seen.amount
    )


async def apply(unit: Unit, payment_id: UUID, seen: GatewayPayment) -> Verdict:
    """Move the payment to where the gateway says it is, if that fits; the payment's lock is held after.

    The same answer once more changes nothing, and none leads back from captured.
    """
    payment = await payments.lock(unit, payment_id)
    ours = known(payment, await refunds.asked_back(unit, payment_id))
    seen, others = sorted_out(ours, seen)
    verdict = judge(ours, seen)
    if verdict.outcome is Outcome.capture:
        await payments.set_captured(unit, payment_id, seen.payment_id)
        await fire(unit, PAYMENTS, payment_id, "capture", Order(ActorKind.gateway))
    elif verdict.outcome is Outcome.fail:
        await fire(unit, PAYMENTS, payment_id, "fail", Order(ActorKind.gateway))
    if verdict.reason is None and seen.status == "captured":
        await book_fee(unit, payment, seen.fee)
    if verdict.reason is None and others:
        return await _apply_others(unit, payment, others) or verdict
    return verdict


async def _apply_others(
    unit: Unit, payment: Any, others: Sequence[GatewayPayment]
) -> Verdict | None:
    """The same for what was captured besides; a verdict if an operator has to look."""
    reason, booked = await book_surplus(unit, payment, known(payment), others)
    for row, fee in booked:
        await book_fee(unit, row, fee)
    return Verdict(Outcome.park, reason) if reason is not None else None


async def ask(house: House, payment: Any) -> Verdict:
    """Ask the gateway how this payment stands, and apply the answer. Raises GatewayError."""
    seen = await look(house, payment)
    async with open_unit(house, GATEWAY) as unit:
        verdict = await apply(unit, payment.id, seen)
        if verdict.reason is not None:
            await _park_finding(unit, payment, verdict.reason)
    return verdict


async def book_fee(unit: Unit, payment: Any, fee: int | None) -> None:
    """What the gateway kept of a locked payment is an expense, booked once, when it says so."""
    if fee and payment.fee is None:
        await payments.set_fee(unit, payment.id, fee)
        await ledger.move(
            unit,
            ledger.Move(
                key=f"fee:payment:{payment.id}",
                kind=movements.FEE,
                debit=ledger.gateway_fees(),
                credit=ledger.gateway(payment.gateway),
                amount=Money(fee, payment.currency),
                subject=payment.subject,
                memo="Gateway fee",
            ),
        )


async def _park_finding(unit: Unit, payment: Any, reason: str) -> None:
    if not await inbox.is_found(unit, payment, reason):
        found = await inbox.add_finding(unit, payment, reason)
        unit.emit(PaymentParked(inbox_id=found, reason=reason))


def known(payment: Any, asked_back: int = 0) -> Known:
    """What we know of a payment; `asked_back`: minor units that its gateway was asked to give back."""
    return Known(
        order_id=payment.gateway_order_id,
        payment_id=payment.gateway_payment_id,
        state=payment.state,
        amount=Money(payment.amount, payment.currency),
        refunded=asked_back,
    )
