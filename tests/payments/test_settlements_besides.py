"""What reading a statement does besides: fees are booked, unknown outcomes shown, and somebody is told."""

import httpx
import pytest

from kalends import ledger, payments
from kalends.core.checks import CHECKS
from kalends.core.gateways import GatewayError, MovementKind, RefundStatus
from kalends.core.house import House
from kalends.core.unit import open_unit
from tests.fixtures.gateways import FakeGateway
from tests.payments.money import (
    SUBJECT,
    ask_again,
    balance,
    books_are_right,
    captured,
    deliver,
    now,
    ordered,
    person,
    process_all,
    rows,
)
from tests.payments.refunding import as_it_is, key_of, one_refund, refunding, send
from tests.payments.statements import Teller, differences, next_day, read, teller


@pytest.fixture
async def told(house: House, provider: FakeGateway) -> Teller:
    return await teller(house, provider)


async def test_a_fee_that_only_the_statement_tells_is_booked_once(
    house: House, provider: FakeGateway, told: Teller
) -> None:
    payment = await captured(house, provider, await person(house))
    assert payment.gateway_order_id is not None
    name = provider.orders[payment.gateway_order_id].payment_id or ""
    told.tell(MovementKind.capture, name, 100, fee=3)
    told.tell(MovementKind.dispute, "disp_1", -10, fee=2)
    told.tell(MovementKind.fee, "fee_1", -4)
    await next_day(house)
    assert (await read(house)).fees == 3
    assert (await read(house)).fees == 0
    assert await balance(house, ledger.gateway_fees()) == 9
    assert (await rows(house, "SELECT fee FROM payments"))[0].fee == 3
    await books_are_right(house)


async def test_a_fee_that_was_told_otherwise_before_is_shown(
    house: House, provider: FakeGateway, told: Teller
) -> None:
    payment = await ordered(house, await person(house))
    seen = provider.pay(payment.gateway_order_id or "", fee=2)
    async with open_unit(house) as unit:
        await payments.expire_payments(unit, SUBJECT)
    await payments.reconcile(house)
    told.tell(MovementKind.capture, seen.payment_id or "", 100, fee=3)
    await next_day(house)
    assert (await read(house)).fees == 0
    (found,) = await differences(house)
    assert (found.kind, found.object_kind) == ("other_amount", "fee")
    assert (found.ours_amount, found.theirs_amount) == (2, 3)
    assert await balance(house, ledger.gateway_fees()) == 2


async def test_an_outcome_that_nobody_knows_for_half_an_hour_is_a_difference(
    house: House, provider: FakeGateway, pass_time
) -> None:
    payer = await person(house)
    await captured(house, provider, payer)
    refund = await one_refund(refunding(house), payer, 40)
    provider.lost = True
    with pytest.raises(GatewayError):
        await send(house, refund)
    provider.down = True
    await pass_time(minutes=29, run=False)
    await payments.reconcile(house)
    assert await differences(house) == []
    await pass_time(minutes=2, run=False)
    for _ in range(2):
        await payments.reconcile(house)
    (found,) = await differences(house)
    assert (found.kind, found.object_kind, found.our_id) == ("unknown", "refund", refund.id)
    provider.down = provider.lost = False
    provider.refund_status = RefundStatus.processed
    await payments.reconcile(house)
    assert await differences(house) == []


async def test_a_statement_cannot_be_rewritten(
    house: House, provider: FakeGateway, told: Teller
) -> None:
    told.tell(MovementKind.capture, "pay_nobodys", 700)
    await next_day(house)
    await read(house)
    for attack in ("UPDATE settlement_lines SET amount = 1", "DELETE FROM settlement_lines"):
        with pytest.raises(Exception, match="permission denied"):
            await rows(house, attack)


async def test_the_check_goes_red_when_nobody_explains_within_a_day(
    house: House, provider: FakeGateway, told: Teller
) -> None:
    told.tell(MovementKind.capture, "pay_nobodys", 700)
    await next_day(house)
    await read(house)
    assert await _unexplained(house) == []
    await next_day(house, 2)
    (row,) = await _unexplained(house)
    assert (row["kind"], row["object_id"]) == ("missing_here", "pay_nobodys")
    assert not CHECKS["B17"].money


async def _unexplained(house: House) -> list[dict[str, object]]:
    async with open_unit(house, read_only=True) as unit:
        return await CHECKS["B17"].find(unit)


@pytest.mark.req("M-281")
async def test_a_webhook_that_failed_is_tried_again_and_one_that_never_came_is_made_up_for(
    house: House, client: httpx.AsyncClient, provider: FakeGateway
) -> None:
    payer = await person(house)
    told_of = await ordered(house, payer)
    forgotten = await ordered(house, payer, subject="order:0193a1b2-0000-7000-8000-000000000002")
    for payment in (told_of, forgotten):
        provider.pay(payment.gateway_order_id or "")
    await deliver(client, provider.event(told_of.gateway_order_id))
    provider.down = True
    with pytest.raises(GatewayError):
        await process_all(house)
    assert (await now(house, told_of)).state == "created"
    provider.down = False
    await process_all(house)
    assert (await now(house, told_of)).state == "captured"
    assert (await now(house, forgotten)).state == "created"
    await ask_again(house)
    assert (await now(house, forgotten)).state == "captured"


async def test_what_goes_to_our_own_bank_is_booked_once_and_no_difference(
    house: House, provider: FakeGateway, told: Teller
) -> None:
    await captured(house, provider, await person(house), 1000)
    told.tell_everything()
    told.tell(MovementKind.transfer, "po_1", -900, fee=25)
    told.tell(MovementKind.transfer, "po_2", -50)
    told.tell(MovementKind.transfer, "po_2", 50)
    told.tell(MovementKind.transfer, "topup_1", 30)
    told.tell(MovementKind.transfer, "po_3", 0)
    await next_day(house)
    for _ in range(2):
        await read(house)
    assert await differences(house) == []
    statement = sum(line.amount - line.fee for line in provider.statement)
    assert await balance(house, ledger.gateway("sandbox")) == statement == 1000 - 900 - 25 + 30
    assert await balance(house, ledger.own_bank()) == 870
    assert await balance(house, ledger.gateway_fees()) == 25
    await books_are_right(house)


async def test_a_refund_that_failed_later_without_a_webhook_comes_back_exactly_once(
    house: House, provider: FakeGateway, told: Teller
) -> None:
    provider.refund_status = RefundStatus.processed
    payer = await person(house)
    await captured(house, provider, payer)
    refund = await one_refund(refunding(house), payer, 40)
    await send(house, refund)
    told.tell_everything()
    await next_day(house)
    assert (await read(house)).noticed == 0
    provider.end_refund(key_of(refund), RefundStatus.failed)
    name = (await as_it_is(house, refund)).gateway_refund_id
    told.at = told.at.replace(hour=0)
    told.tell(MovementKind.refund_failed, name or "", 40, reference=key_of(refund))
    for _ in range(2):
        await read(house)
    assert await differences(house) == []
    assert (await as_it_is(house, refund)).state == "failed"
    assert await balance(house, ledger.refunds_payable(refund.id)) == 40
    assert await balance(house, ledger.gateway("sandbox")) == provider.total() == 100
    await books_are_right(house)


async def test_a_statement_alone_takes_no_refund_back(
    house: House, provider: FakeGateway, told: Teller
) -> None:
    """The gateway itself still calls it processed: an operator has to look."""
    provider.refund_status = RefundStatus.processed
    payer = await person(house)
    await captured(house, provider, payer)
    refund = await one_refund(refunding(house), payer, 40)
    await send(house, refund)
    told.tell_everything()
    name = (await as_it_is(house, refund)).gateway_refund_id
    told.tell(MovementKind.refund_failed, name or "", 40, reference=key_of(refund))
    await next_day(house)
    await read(house)
    (found,) = await differences(house)
    assert (found.kind, found.ours_state, found.theirs_state) == (
        "other_state",
        "completed",
        "came back",
    )
