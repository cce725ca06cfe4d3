"""Paying for a booking, and thanking for it."""

from uuid import UUID

from fastapi import Response

from kalends.billing import Purpose, SubscriptionRequired
from kalends.core.edge import CurrentHouse, CurrentPrincipal, CurrentUnit
from kalends.core.errors import GatewayUnavailable, NotFound, TransitionNotAllowed
from kalends.core.wire import MoneyRead
from kalends.ledger import InsufficientFunds
from kalends.payments import UnknownGateway

from ..errors import NothingToPay, NothingToThankFor, ReleasePaused, SlotTaken, WrongPurpose
from ..schemas import (
    BookingRead,
    CreateOrderRequest,
    OrderRead,
    PayRequest,
    TipRead,
    TipRequest,
)
from ..service.pay import order_payment, pay_from_wallet
from ..service.present import document
from ..service.tips import Tip, give_tip
from .base import as_json, routes


@routes.add(
    "POST /payments/create-order",
    summary="Open a payment at the gateway",
    errors=[
        NotFound,
        NothingToPay,
        WrongPurpose,
        TransitionNotAllowed,
        SubscriptionRequired,
        UnknownGateway,
        GatewayUnavailable,
    ],
    status_code=201,
)
async def create_order(
    house: CurrentHouse, principal: CurrentPrincipal, body: CreateOrderRequest
) -> OrderRead:
    """Follow `checkout.url` to pay. Asking again while it is open gives the same payment."""
    payment = await order_payment(house, principal, body.booking_id, body.purpose)
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
    errors=[
        NotFound,
        NothingToPay,
        WrongPurpose,
        TransitionNotAllowed,
        SubscriptionRequired,
        InsufficientFunds,
        SlotTaken,
        ReleasePaused,
    ],
    response_model=BookingRead,
)
async def pay(unit: CurrentUnit, booking_id: UUID, body: PayRequest) -> Response:
    """The first payment confirms at once. `wallet` is the only method that needs no gateway."""
    purpose = Purpose(body.purpose) if body.purpose else None
    return as_json(document(unit, await pay_from_wallet(unit, booking_id, purpose)))


@routes.add(
    "POST /bookings/{booking_id}/tip",
    summary="Give a tip",
    errors=[NotFound, NothingToThankFor, InsufficientFunds, UnknownGateway],
    status_code=201,
)
async def tip(unit: CurrentUnit, booking_id: UUID, body: TipRequest) -> TipRead:
    """After the booking is over. A tip is no part of the price: nothing is kept of it or given back."""
    wish = Tip(body.amount.money(), body.method, body.staff_id)
    given = await give_tip(unit, booking_id, wish)
    return TipRead(
        payment_id=given.id,
        state=given.state,
        gateway=given.gateway,
        amount=MoneyRead.of(given.amount),
    )
