"""Paying for a booking."""

from uuid import UUID

from fastapi import Response

from kalends.core.edge import CurrentHouse, CurrentPrincipal, CurrentUnit
from kalends.core.errors import GatewayUnavailable, NotFound, TransitionNotAllowed
from kalends.core.wire import MoneyRead
from kalends.ledger import InsufficientFunds
from kalends.payments import UnknownGateway

from ..errors import NothingToPay, SlotTaken
from ..schemas import BookingRead, CreateOrderRequest, OrderRead, PayRequest
from ..service.pay import order_payment, pay_from_wallet
from ..service.present import document
from .base import as_json, routes


@routes.add(
    "POST /payments/create-order",
    summary="Open a payment at the gateway",
    errors=[NotFound, NothingToPay, TransitionNotAllowed, UnknownGateway, GatewayUnavailable],
    status_code=201,
)
async def create_order(
    house: CurrentHouse, principal: CurrentPrincipal, body: CreateOrderRequest
) -> OrderRead:
    """Follow `checkout.url` to pay. Asking again while it is open gives the same payment."""
    payment = await order_payment(house, principal, body.booking_id)
    return OrderRead(
        payment_id=payment.id,
        gateway=payment.gateway,
        gateway_order_id=payment.gateway_order_id or "",
        amount=MoneyRead.of(payment.amount),
        checkout=dict(payment.checkout or {}),
    )


@routes.add(
    "POST /bookings/{booking_id}/pay",
    summary="Pay from the wallet",
    errors=[NotFound, NothingToPay, TransitionNotAllowed, InsufficientFunds, SlotTaken],
    response_model=BookingRead,
)
async def pay(unit: CurrentUnit, booking_id: UUID, body: PayRequest) -> Response:
    """Confirms at once."""
    del body  # `wallet` is the only method that needs no gateway
    return as_json(document(unit, await pay_from_wallet(unit, booking_id)))
