"""What a merchant's server calls."""

from typing import Annotated

from fastapi import Path, Query

from kalends.core.edge import CurrentUnit, Routes
from kalends.core.errors import NotFound
from kalends.core.money import Money

from .. import reads
from ..access import AsMerchant
from ..errors import SandboxCaptureRefused, SandboxKeyReused, SandboxRefundRefused
from ..schemas import (
    AccountIn,
    AccountRead,
    CaptureIn,
    CheckIn,
    CheckRead,
    DayAsked,
    DisputeRead,
    MovementsRead,
    OrderIn,
    OrderRead,
    PayoutAsked,
    PayoutIn,
    PayoutRead,
    PayoutsRead,
    RefundAsked,
    RefundIn,
    RefundRead,
    RefundsRead,
)
from ..service import accounts, books, disputes, orders, payouts, refunds

routes = Routes("sandbox", bare=True)
ObjectId = Annotated[str, Path(max_length=100)]


@routes.add(
    "POST /sandbox/v1/orders",
    summary="Open an order, once per reference",
    status_code=201,
    response_model=OrderRead,
    errors=[SandboxKeyReused],
)
async def create_order(unit: CurrentUnit, body: OrderIn, _: AsMerchant) -> OrderRead:
    amount = Money(body.amount, body.currency)
    return reads.order_read(await orders.create_order(unit, body.reference, amount))


@routes.add(
    "GET /sandbox/v1/orders/{order_id}",
    summary="How an order stands",
    response_model=OrderRead,
    errors=[NotFound],
)
async def get_order(unit: CurrentUnit, order_id: ObjectId, _: AsMerchant) -> OrderRead:
    return reads.order_read(await orders.get_order(unit, order_id))


@routes.add(
    "POST /sandbox/v1/orders/{order_id}/capture",
    summary="Take what is authorized",
    response_model=OrderRead,
    errors=[NotFound, SandboxCaptureRefused],
)
async def capture(
    unit: CurrentUnit, order_id: ObjectId, body: CaptureIn, _: AsMerchant
) -> OrderRead:
    amount = Money(body.amount, body.currency)
    return reads.order_read(await orders.capture(unit, order_id, body.payment_id, amount))


@routes.add(
    "POST /sandbox/v1/refunds",
    summary="Give money back, once per key",
    status_code=201,
    response_model=RefundRead,
    errors=[NotFound, SandboxKeyReused, SandboxRefundRefused],
)
async def refund(unit: CurrentUnit, body: RefundIn, _: AsMerchant) -> RefundRead:
    amount = Money(body.amount, body.currency)
    wish = refunds.RefundWish(body.payment_id, amount, body.key)
    return reads.refund_read(await refunds.refund(unit, wish))


@routes.add(
    "GET /sandbox/v1/refunds",
    summary="The refund of a payment that was made with this key, if there is one",
    response_model=RefundsRead,
)
async def find_refund(
    unit: CurrentUnit, query: Annotated[RefundAsked, Query()], _: AsMerchant
) -> RefundsRead:
    found = await refunds.find_refund(unit, query.payment_id, query.key)
    return RefundsRead(refunds=[reads.refund_read(one) for one in found])


@routes.add(
    "GET /sandbox/v1/refunds/{gateway_refund_id}",
    summary="How a refund stands",
    response_model=RefundRead,
    errors=[NotFound],
)
async def get_refund(unit: CurrentUnit, gateway_refund_id: ObjectId, _: AsMerchant) -> RefundRead:
    return reads.refund_read(await refunds.get_refund(unit, gateway_refund_id))


@routes.add(
    "POST /sandbox/v1/accounts",
    summary="Make a bank account known",
    status_code=201,
    response_model=AccountRead,
)
async def add_account(unit: CurrentUnit, body: AccountIn, _: AsMerchant) -> AccountRead:
    return reads.account_read(await accounts.add_account(unit, body.bank()))


@routes.add(
    "POST /sandbox/v1/checks",
    summary="Ask the bank whether an account exists, once per key",
    status_code=201,
    response_model=CheckRead,
    errors=[NotFound, SandboxKeyReused],
)
async def check(unit: CurrentUnit, body: CheckIn, _: AsMerchant) -> CheckRead:
    return reads.check_read(await accounts.check(unit, body.account_id, body.key))


@routes.add(
    "GET /sandbox/v1/checks/{gateway_check_id}",
    summary="How a check stands",
    response_model=CheckRead,
    errors=[NotFound],
)
async def get_check(unit: CurrentUnit, gateway_check_id: ObjectId, _: AsMerchant) -> CheckRead:
    return reads.check_read(await accounts.get_check(unit, gateway_check_id))


@routes.add(
    "POST /sandbox/v1/payouts",
    summary="Pay out to a bank account, once per key",
    status_code=201,
    response_model=PayoutRead,
    errors=[NotFound, SandboxKeyReused],
)
async def payout(unit: CurrentUnit, body: PayoutIn, _: AsMerchant) -> PayoutRead:
    amount = Money(body.amount, body.currency)
    wish = payouts.PayoutWish(body.account_id, amount, body.key, body.narration)
    return reads.payout_read(await payouts.payout(unit, wish))


@routes.add(
    "GET /sandbox/v1/payouts",
    summary="The payout that was made with this key, if there is one",
    response_model=PayoutsRead,
)
async def find_payout(
    unit: CurrentUnit, query: Annotated[PayoutAsked, Query()], _: AsMerchant
) -> PayoutsRead:
    found = await payouts.find_payout(unit, query.key)
    return PayoutsRead(payouts=[reads.payout_read(one) for one in found])


@routes.add(
    "GET /sandbox/v1/payouts/{gateway_payout_id}",
    summary="How a payout stands",
    response_model=PayoutRead,
    errors=[NotFound],
)
async def get_payout(unit: CurrentUnit, gateway_payout_id: ObjectId, _: AsMerchant) -> PayoutRead:
    return reads.payout_read(await payouts.get_payout(unit, gateway_payout_id))


@routes.add(
    "GET /sandbox/v1/disputes/{gateway_dispute_id}",
    summary="How a dispute stands",
    response_model=DisputeRead,
    errors=[NotFound],
)
async def get_dispute(
    unit: CurrentUnit, gateway_dispute_id: ObjectId, _: AsMerchant
) -> DisputeRead:
    return reads.dispute_read(await disputes.get_dispute(unit, gateway_dispute_id))


@routes.add(
    "GET /sandbox/v1/movements",
    summary="Everything that moved on a UTC day, oldest first",
    response_model=MovementsRead,
)
async def movements(
    unit: CurrentUnit, query: Annotated[DayAsked, Query()], _: AsMerchant
) -> MovementsRead:
    return MovementsRead(movements=reads.movement_reads(await books.movements_of(unit, query.day)))
