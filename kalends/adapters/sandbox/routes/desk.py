"""The bank's desk: where a person decides about refunds, accounts, payouts and disputes."""

from typing import Annotated

from fastapi import Depends, Path, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from pydantic import BaseModel

from kalends.core.edge import CurrentUnit, Routes
from kalends.core.errors import NotFound, TransitionNotAllowed
from kalends.core.forms import is_form, told

from .. import reads
from ..errors import SandboxDisputeRefused
from ..pages import desk_page
from ..schemas import (
    CheckRead,
    DisputeIn,
    DisputeRead,
    EndCheckIn,
    EndDisputeIn,
    EndPayoutIn,
    EndRefundIn,
    PayoutRead,
    RefundRead,
)
from ..service import accounts, books, disputes, payouts, refunds

routes = Routes("sandbox", bare=True)
ObjectId = Annotated[str, Path(max_length=100)]
DECIDED = [NotFound, TransitionNotAllowed]


@routes.add(
    "GET /sandbox/desk",
    summary="The page where people decide what the bank does",
    response_class=HTMLResponse,
)
async def show_desk(unit: CurrentUnit) -> HTMLResponse:
    return HTMLResponse(desk_page(unit.profile, await books.desk(unit)))


@routes.add(
    "POST /sandbox/refunds/{gateway_refund_id}/end",
    summary="Let a refund be processed or fail, also one that was processed",
    response_model=RefundRead,
    errors=DECIDED,
)
async def end_refund(
    request: Request,
    unit: CurrentUnit,
    gateway_refund_id: ObjectId,
    body: Annotated[EndRefundIn, Depends(told(EndRefundIn))],
) -> Response:
    ended = await refunds.end_refund(unit, gateway_refund_id, ok=body.ok)
    return _done(request, reads.refund_read(ended))


@routes.add(
    "POST /sandbox/checks/{gateway_check_id}/end",
    summary="Answer the question whether an account exists",
    response_model=CheckRead,
    errors=DECIDED,
)
async def end_check(
    request: Request,
    unit: CurrentUnit,
    gateway_check_id: ObjectId,
    body: Annotated[EndCheckIn, Depends(told(EndCheckIn))],
) -> Response:
    ended = await accounts.end_check(unit, gateway_check_id, body.status, body.name)
    return _done(request, reads.check_read(ended))


@routes.add(
    "POST /sandbox/payouts/{gateway_payout_id}/end",
    summary="Let a payout be paid, fail or come back",
    response_model=PayoutRead,
    errors=DECIDED,
)
async def end_payout(
    request: Request,
    unit: CurrentUnit,
    gateway_payout_id: ObjectId,
    body: Annotated[EndPayoutIn, Depends(told(EndPayoutIn))],
) -> Response:
    ended = await payouts.end_payout(unit, gateway_payout_id, body.status)
    return _done(request, reads.payout_read(ended))


@routes.add(
    "POST /sandbox/payments/{gateway_payment_id}/dispute",
    summary="Complain about a payment, as its cardholder",
    status_code=201,
    response_model=DisputeRead,
    errors=[NotFound, SandboxDisputeRefused],
)
async def open_dispute(
    request: Request,
    unit: CurrentUnit,
    gateway_payment_id: ObjectId,
    body: Annotated[DisputeIn, Depends(told(DisputeIn))],
) -> Response:
    opened = await disputes.open_dispute(unit, gateway_payment_id, body.amount)
    return _done(request, reads.dispute_read(opened), 201)


@routes.add(
    "POST /sandbox/disputes/{gateway_dispute_id}/end",
    summary="Decide a dispute as the card network",
    response_model=DisputeRead,
    errors=DECIDED,
)
async def end_dispute(
    request: Request,
    unit: CurrentUnit,
    gateway_dispute_id: ObjectId,
    body: Annotated[EndDisputeIn, Depends(told(EndDisputeIn))],
) -> Response:
    ended = await disputes.end_dispute(unit, gateway_dispute_id, won=body.won)
    return _done(request, reads.dispute_read(ended))


def _done(request: Request, decided: BaseModel, status: int = 200) -> Response:
    """A browser goes back to the desk, a program gets what was decided."""
    if is_form(request):
        return RedirectResponse("/sandbox/desk", status_code=303)
    return JSONResponse(decided.model_dump(mode="json"), status_code=status)
