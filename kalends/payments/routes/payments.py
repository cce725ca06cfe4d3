"""Payments: what gateways and browsers bring, and looking at them."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request

from kalends.core.edge import CurrentHouse, CurrentPrincipal, CurrentUnit, Routes
from kalends.core.errors import BodyTooLarge, GatewayUnavailable, NotFound
from kalends.core.paging import Page, Paged

from ..errors import InvalidSignature, UnknownGateway
from ..schemas import ParkedRead, PaymentRead, PaymentsQuery, Received, VerifyIn
from ..service.listings import list_parked, list_payments, read_payment
from ..service.verify import CheckoutAnswer, verify_payment
from ..service.webhook import receive_webhook

routes = Routes("payments")
_WEBHOOK_ERRORS = [InvalidSignature, UnknownGateway, BodyTooLarge]


@routes.add(
    "POST /payments/webhook",
    errors=_WEBHOOK_ERRORS,
    summary="A payment provider tells us something (the marketplace's first gateway)",
)
async def webhook(request: Request, house: CurrentHouse) -> Received:
    await receive_webhook(house, None, await request.body(), request.headers)
    return Received()


@routes.add(
    "POST /payments/webhook/{gateway}",
    errors=_WEBHOOK_ERRORS,
    summary="A payment provider tells us something",
)
async def webhook_of(gateway: str, request: Request, house: CurrentHouse) -> Received:
    await receive_webhook(house, gateway, await request.body(), request.headers)
    return Received()


@routes.add(
    "POST /payments/verify",
    errors=[InvalidSignature, NotFound, UnknownGateway, GatewayUnavailable],
    summary="Bring back what the checkout returned, and see how the payment stands",
)
async def verify(body: VerifyIn, house: CurrentHouse, principal: CurrentPrincipal) -> PaymentRead:
    answer = CheckoutAnswer(body.gateway, body.gateway_order_id, body.payload)
    return PaymentRead.of(await verify_payment(house, principal, answer))


@routes.add("GET /payments/{payment_id}", errors=[NotFound], summary="One payment")
async def read(payment_id: UUID, unit: CurrentUnit) -> PaymentRead:
    return PaymentRead.of(await read_payment(unit, payment_id))


@routes.add("GET /admin/payments", summary="Every payment, newest first")
async def list_all(
    query: Annotated[PaymentsQuery, Query()], unit: CurrentUnit
) -> Page[PaymentRead]:
    filters = query.model_dump(include={"state", "gateway", "subject"})
    found = await list_payments(unit, filters, query)
    items = [PaymentRead.of(payment) for payment in found.rows]
    return Page(items=items, next_cursor=found.next_cursor)


@routes.add(
    "GET /admin/payments/parked", summary="What gateways said that does not fit what we know"
)
async def list_misfits(query: Paged, unit: CurrentUnit) -> Page[ParkedRead]:
    found = await list_parked(unit, query)
    items = [ParkedRead.model_validate(item) for item in found.rows]
    return Page(items=items, next_cursor=found.next_cursor)
