"""Refunds: asking for one, seeing how it stands, and what operators decide."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from kalends.core.edge import CurrentHouse, CurrentPrincipal, CurrentUnit, Routes
from kalends.core.errors import GatewayUnavailable, NotFound, TransitionNotAllowed
from kalends.core.paging import Page, Paged
from kalends.ledger import InsufficientFunds

from ..errors import (
    AnotherOperatorDecides,
    NotRefundable,
    RefundAlreadyRequested,
    RefundExceedsCapture,
    RefundMayArrive,
    UnknownGateway,
)
from ..schemas import RefundDetail, RefundIn, RefundRead, RefundsQuery, RejectRefundIn
from ..service import decide_refund as deciding
from ..service import divert_refund as diverting
from ..service import refund_listings as listings

routes = Routes("payments")


@routes.add(
    "POST /payments/{payment_id}/refund",
    errors=[
        NotFound,
        NotRefundable,
        RefundAlreadyRequested,
        RefundExceedsCapture,
        InsufficientFunds,
    ],
    status_code=201,
    summary="Ask for money back; an operator decides, or gives it back at once",
)
async def ask_refund(payment_id: UUID, body: RefundIn, unit: CurrentUnit) -> RefundRead:
    """What the policy of a booking gives back comes by cancelling the booking, without asking here."""
    return RefundRead.of(await deciding.ask_refund(unit, payment_id, body.wish()))


@routes.add("GET /payments/{payment_id}/refunds", errors=[NotFound], summary="A payment's refunds")
async def refunds_of_payment(payment_id: UUID, query: Paged, unit: CurrentUnit) -> Page[RefundRead]:
    found = await listings.refunds_of_payment(unit, payment_id, query)
    items = [RefundRead.of(refund) for refund in found.rows]
    return Page(items=items, next_cursor=found.next_cursor)


@routes.add("GET /refunds/me", summary="Your refunds, newest first")
async def my_refunds(query: Paged, unit: CurrentUnit) -> Page[RefundRead]:
    found = await listings.own_refunds(unit, query)
    items = [RefundRead.of(refund) for refund in found.rows]
    return Page(items=items, next_cursor=found.next_cursor)


@routes.add("GET /admin/refunds", summary="Every refund, newest first")
async def list_refunds(
    query: Annotated[RefundsQuery, Query()], unit: CurrentUnit
) -> Page[RefundDetail]:
    found = await listings.list_refunds(unit, query.state, query)
    items = [RefundDetail.of(refund) for refund in found.rows]
    return Page(items=items, next_cursor=found.next_cursor)


@routes.add(
    "POST /admin/refunds/{refund_id}/approve",
    errors=[
        NotFound,
        TransitionNotAllowed,
        AnotherOperatorDecides,
        NotRefundable,
        RefundExceedsCapture,
        InsufficientFunds,
    ],
    summary="Let a refund go that waits for an operator",
)
async def approve_refund(refund_id: UUID, unit: CurrentUnit) -> RefundDetail:
    return RefundDetail.of(await deciding.approve_refund(unit, refund_id))


@routes.add(
    "POST /admin/refunds/{refund_id}/reject",
    errors=[NotFound, TransitionNotAllowed],
    summary="Refuse a refund that waits for an operator",
)
async def reject_refund(refund_id: UUID, body: RejectRefundIn, unit: CurrentUnit) -> RefundDetail:
    return RefundDetail.of(await deciding.reject_refund(unit, refund_id, body.reason))


@routes.add(
    "POST /admin/refunds/{refund_id}/retry",
    errors=[NotFound, TransitionNotAllowed],
    summary="Try a failed refund again at its gateway",
)
async def retry_refund(refund_id: UUID, unit: CurrentUnit) -> RefundDetail:
    return RefundDetail.of(await deciding.retry_refund(unit, refund_id))


@routes.add(
    "POST /admin/refunds/{refund_id}/divert-to-wallet",
    errors=[
        NotFound,
        TransitionNotAllowed,
        AnotherOperatorDecides,
        RefundMayArrive,
        UnknownGateway,
        GatewayUnavailable,
    ],
    summary="Give a failed refund to the customer's wallet instead",
)
async def divert_refund(
    refund_id: UUID, house: CurrentHouse, principal: CurrentPrincipal
) -> RefundDetail:
    """The payment provider is asked first, so that nobody gets the same money twice."""
    return RefundDetail.of(await diverting.divert_refund(house, principal, refund_id))
