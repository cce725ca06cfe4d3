"""From a wish to be paid to an order at the gateway, or to a payment from the wallet."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from kalends.core.errors import GatewayUnavailable, NotFound
from kalends.core.failpoints import failpoint
from kalends.core.gateways import GatewayError
from kalends.core.house import House
from kalends.core.money import Money
from kalends.core.principal import ActorKind
from kalends.core.states import Order, begin, fire
from kalends.core.unit import Unit, open_unit

from ..processes import PAYMENTS
from ..repository import inbox, payments
from ..types import WALLET_GATEWAY, PaymentFacts, PaymentRequest
from .gateways import port_of

OPEN_FOR = timedelta(days=1)


async def request_payment(unit: Unit, request: PaymentRequest) -> PaymentFacts:
    """Make a payment that waits for its money; `place_order` then tells the gateway.

    An open payment for the same purpose, amount, gateway, payer and provider is returned again; one that
    differs expires first. Raises UnknownGateway.
    """
    port_of(unit.house, request.gateway)
    await payments.lock_purpose(unit, request.subject, request.purpose)
    others = []
    for payment in await payments.open_payments(unit, request.subject, request.purpose):
        if _is_same(payment, request) and payment.expires_at > unit.now:
            return payments.facts(payment)
        others.append(payment)
    for payment in others:
        await _expire(unit, payment.id, "replaced by another payment")
    return payments.facts(await _create(unit, request))


async def pay_from_wallet(unit: Unit, request: PaymentRequest) -> PaymentFacts:
    """Move the amount from the payer's wallet into the subject's escrow, at once; `gateway` is not read.

    Open payments for the same purpose expire. No PaymentCaptured is told: the caller knows. Raises
    InsufficientFunds, after which the unit can only be rolled back.
    """
    await payments.lock_purpose(unit, request.subject, request.purpose)
    for payment in await payments.open_payments(unit, request.subject, request.purpose):
        await _expire(unit, payment.id, "paid from the wallet")
    created = await _create(unit, replace(request, gateway=WALLET_GATEWAY))
    await payments.set_captured(unit, created.id, None)
    await fire(unit, PAYMENTS, created.id, "capture", Order(ActorKind.customer))
    return await _reread(unit, created.id)


async def expire_payments(unit: Unit, subject: str) -> None:
    """Stop waiting for money for this subject. What still comes is told as PaymentCaptured with `late`."""
    for payment in await payments.lock_open(unit, subject):
        await _expire(unit, payment.id, "no longer waited for")


async def place_order(house: House, payment_id: UUID) -> PaymentFacts:
    """Tell the gateway about a payment and keep what a client needs to let pay.

    Opens its own units around the call. Safe to repeat: the gateway knows the order by the payment's id.
    Raises NotFound, GatewayUnavailable.
    """
    async with open_unit(house, read_only=True) as unit:
        facts = await _reread(unit, payment_id)
    if facts.gateway_order_id is not None or facts.state != "created":
        return facts
    port = port_of(house, facts.gateway)
    try:
        order = await port.create_order(reference=str(payment_id), amount=facts.amount)
    except GatewayError as error:
        raise GatewayUnavailable(
            "the payment provider does not answer; try again in a moment", retry_after=5
        ) from error
    failpoint("payments.order_created")
    async with open_unit(house) as unit:
        await payments.set_order(unit, payment_id, order.order_id, dict(order.checkout))
        for item in await inbox.reopen_unknown(unit, facts.gateway, order.order_id):
            unit.defer("payments.process_event", inbox_id=str(item))
        return await _reread(unit, payment_id)


def _is_same(payment: Any, request: PaymentRequest) -> bool:
    asked = (request.gateway, request.payer_id, request.provider_id)
    known = (payment.gateway, payment.payer_id, payment.provider_id)
    return asked == known and Money(payment.amount, payment.currency) == request.amount


async def _create(unit: Unit, request: PaymentRequest) -> Any:
    row = await payments.add(unit, request, request.expires_at or unit.now + OPEN_FOR)
    await begin(unit, PAYMENTS, row, ActorKind.customer)
    return row


async def _expire(unit: Unit, payment_id: UUID, reason: str) -> None:
    await fire(unit, PAYMENTS, payment_id, "expire", Order(ActorKind.system, reason))


async def _reread(unit: Unit, payment_id: UUID) -> PaymentFacts:
    row = await payments.by_id(unit, payment_id)
    if row is None:
        raise NotFound
    return payments.facts(row)
