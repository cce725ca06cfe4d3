"""The provider's doors: an API for merchants, a checkout page for customers, a statement for everyone."""

import json
from typing import Annotated, Any
from urllib.parse import parse_qs

from fastapi import Depends, Path, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from kalends.core.edge import CurrentHouse, CurrentUnit, Routes
from kalends.core.errors import Invalid, Malformed, NotFound, TransitionNotAllowed
from kalends.core.failpoints import failpoint
from kalends.core.house import House
from kalends.core.money import Money
from kalends.core.profile import Profile
from kalends.core.unit import open_unit

from . import service
from .access import AsMerchant
from .errors import SandboxKeyReused, SandboxRefundRefused
from .pages import checkout_page, statement_page
from .rules import sign_checkout
from .schemas import (
    CheckoutAnswer,
    MovementRead,
    OrderIn,
    OrderRead,
    RefundIn,
    RefundRead,
    StatementRead,
    TotalRead,
)
from .types import Instrument, Movement, OrderFacts, Total

development_routes = Routes("sandbox", bare=True)
OrderId = Annotated[str, Path(max_length=100)]
_FORM = "application/x-www-form-urlencoded"


@development_routes.add(
    "POST /sandbox/v1/orders",
    summary="Open an order, once per reference",
    status_code=201,
    response_model=OrderRead,
    errors=[SandboxKeyReused],
)
async def create_order(unit: CurrentUnit, body: OrderIn, _: AsMerchant) -> OrderRead:
    amount = Money(body.amount, body.currency)
    return _order(await service.create_order(unit, body.reference, amount))


@development_routes.add(
    "GET /sandbox/v1/orders/{order_id}",
    summary="How an order stands",
    response_model=OrderRead,
    errors=[NotFound],
)
async def get_order(unit: CurrentUnit, order_id: OrderId, _: AsMerchant) -> OrderRead:
    return _order(await service.get_order(unit, order_id))


@development_routes.add(
    "POST /sandbox/v1/refunds",
    summary="Give money back, once per key",
    status_code=201,
    response_model=RefundRead,
    errors=[NotFound, SandboxKeyReused, SandboxRefundRefused],
)
async def refund(unit: CurrentUnit, body: RefundIn, _: AsMerchant) -> RefundRead:
    amount = Money(body.amount, body.currency)
    wish = service.RefundWish(body.payment_id, amount, body.key)
    given = await service.refund(unit, wish)
    return RefundRead(
        refund_id=given.movement_id,
        payment_id=given.payment_id,
        amount=-given.amount,
        currency=given.currency,
    )


@development_routes.add(
    "GET /sandbox/checkout/{gateway_order_id}",
    summary="The checkout page",
    response_class=HTMLResponse,
    errors=[NotFound],
)
async def show_checkout(unit: CurrentUnit, gateway_order_id: OrderId) -> HTMLResponse:
    order = await service.get_order(unit, gateway_order_id)
    return HTMLResponse(checkout_page(unit.profile, order))


async def chosen(request: Request) -> Instrument:
    """The instrument of a JSON body or a form. Raises Malformed or Invalid."""
    body = await request.body()
    form = request.headers.get("content-type", "").startswith(_FORM)
    try:
        text = body.decode()
        given = parse_qs(text).get("instrument", [""])[0] if form else _instrument(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise Malformed("send a form, or JSON such as {'instrument': 'success'}") from error
    if given not in set(Instrument):
        raise Invalid("instrument must be one of " + ", ".join(Instrument))
    return Instrument(given)


def _instrument(body: Any) -> str:
    return str(body.get("instrument", "")) if isinstance(body, dict) else ""


@development_routes.add(
    "POST /sandbox/checkout/{gateway_order_id}",
    summary="Pay as a bank page would",
    description='JSON `{"instrument": "success"}` answers JSON; a form answers a page. Instruments: '
    + ", ".join(Instrument),
    response_model=CheckoutAnswer,
    errors=[NotFound, TransitionNotAllowed],
)
async def pay(
    request: Request,
    house: CurrentHouse,
    gateway_order_id: OrderId,
    instrument: Annotated[Instrument, Depends(chosen)],
) -> Response:
    async with open_unit(house) as unit:
        order = await service.pay(unit, gateway_order_id, instrument)
    failpoint("sandbox.captured")
    return _paid(request, house, order)


def _paid(request: Request, house: House, order: OrderFacts) -> Response:
    secret = house.settings.sandbox_secret
    status = "created" if order.state == "pending" else order.state
    key = secret.get_secret_value() if secret else ""
    answer = CheckoutAnswer.model_validate(
        {
            "gateway_order_id": order.order_id,
            "gateway_payment_id": order.payment_id,
            "status": status,
            "signature": sign_checkout(key, order.order_id, order.payment_id or "", status),
        }
    )
    if request.headers.get("content-type", "").startswith(_FORM):
        return HTMLResponse(checkout_page(house.profile, order, answer))
    return JSONResponse(answer.model_dump())


@development_routes.add(
    "GET /sandbox/statement",
    summary="What the provider really took and gave",
    response_model=StatementRead,
)
async def statement(request: Request, unit: CurrentUnit) -> Any:
    totals, movements = await service.statement(unit)
    return _statement(request, unit.profile, totals, movements)


def _statement(
    request: Request, profile: Profile, totals: list[Total], movements: list[Movement]
) -> HTMLResponse | StatementRead:
    if "text/html" in request.headers.get("accept", ""):
        return HTMLResponse(statement_page(profile, totals, movements))
    return StatementRead(
        totals=[TotalRead.model_validate(total) for total in totals],
        movements=[MovementRead.model_validate(movement) for movement in movements],
    )


def _order(order: OrderFacts) -> OrderRead:
    return OrderRead.model_validate(
        {
            "order_id": order.order_id,
            "reference": order.reference,
            "payment_id": order.payment_id,
            "status": order.status,
            "amount": order.amount.amount,
            "currency": order.amount.currency,
            "captured": order.captured,
            "refunded": order.refunded,
            "created_at": order.created_at,
        }
    )
