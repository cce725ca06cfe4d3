"""The checkout page for customers, and the statement for everyone."""

from typing import Annotated, Any

from fastapi import Depends, Path, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from kalends.core.edge import CurrentHouse, CurrentUnit, Routes
from kalends.core.errors import NotFound, TransitionNotAllowed
from kalends.core.failpoints import failpoint
from kalends.core.forms import is_form, told
from kalends.core.house import House
from kalends.core.profile import Profile
from kalends.core.unit import open_unit

from ..pages import checkout_page, statement_page
from ..reads import statement_read
from ..rules import sign_checkout
from ..schemas import CheckoutAnswer, PayIn, StatementRead
from ..service import books, orders
from ..types import Instrument, Movement, OrderFacts, Total

routes = Routes("sandbox", bare=True)
OrderId = Annotated[str, Path(max_length=100)]


@routes.add(
    "GET /sandbox/checkout/{gateway_order_id}",
    summary="The checkout page",
    response_class=HTMLResponse,
    errors=[NotFound],
)
async def show_checkout(unit: CurrentUnit, gateway_order_id: OrderId) -> HTMLResponse:
    order = await orders.get_order(unit, gateway_order_id)
    return HTMLResponse(checkout_page(unit.profile, order))


@routes.add(
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
    body: Annotated[PayIn, Depends(told(PayIn))],
) -> Response:
    async with open_unit(house) as unit:
        order = await orders.pay(unit, gateway_order_id, body.instrument)
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
    if is_form(request):
        return HTMLResponse(checkout_page(house.profile, order, answer))
    return JSONResponse(answer.model_dump())


@routes.add(
    "GET /sandbox/statement",
    summary="What the provider really took, gave back, paid out, deducted and kept",
    response_model=StatementRead,
)
async def statement(request: Request, unit: CurrentUnit) -> Any:
    totals, movements = await books.statement(unit)
    return _statement(request, unit.profile, totals, movements)


def _statement(
    request: Request, profile: Profile, totals: list[Total], movements: list[Movement]
) -> HTMLResponse | StatementRead:
    if "text/html" in request.headers.get("accept", ""):
        return HTMLResponse(statement_page(profile, totals, movements))
    return statement_read(totals, movements)
