"""Refunds to the method that paid: sent once, asked about while unknown, tried again after a failure."""

from collections.abc import Awaitable, Callable

import pytest

from kalends import ledger, payments
from kalends.core.gateways import GatewayError, RefundStatus
from kalends.core.house import House
from kalends.core.stops import MONEY_OUT, set_stop
from kalends.core.unit import open_unit
from tests.fixtures.gateways import FakeGateway
from tests.payments.money import (
    SUBJECT,
    Run,
    balance,
    captured,
    fund,
    inr,
    now,
    person,
    request,
    waiting_jobs,
)
from tests.payments.refunding import (
    ORIGINAL,
    WALLET,
    as_it_is,
    history,
    key_of,
    one_refund,
    order,
    payable,
    provider_and_books_agree,
    refunded,
    refunding,
    send,
)

PassTime = Callable[..., Awaitable[None]]


@pytest.fixture
def house(house: House) -> House:
    return refunding(house, max_attempts=3)


@pytest.mark.req("M-035", "M-225")
async def test_a_refund_waits_for_the_bank_and_then_is_complete(
    house: House, provider: FakeGateway, run_jobs: Run, pass_time: PassTime
) -> None:
    payer = await person(house)
    payment = await captured(house, provider, payer)
    made = await one_refund(house, payer, 60)
    assert (made.state, made.destination, made.gateway) == ("approved", ORIGINAL, "sandbox")
    assert await balance(house, ledger.escrow(SUBJECT)) == 40
    assert await payable(house, made) == 60
    assert (await now(house, payment)).refunded == inr(60)
    await run_jobs(house)
    sent = await as_it_is(house, made)
    assert (sent.state, sent.attempt) == ("processing", 1)
    assert sent.gateway_refund_id == provider.refunds[key_of(made)].refund_id
    assert await balance(house, ledger.gateway("sandbox")) == 100
    provider.end_refund(key_of(made), RefundStatus.processed)
    await pass_time(minutes=11)
    await payments.reconcile(house)
    assert await history(house, made) == ["request", "approve", "process", "complete"]
    assert await payable(house, made) == 0
    assert await balance(house, ledger.wallet(payer)) == 0
    await provider_and_books_agree(house, provider)


@pytest.mark.req("M-034")
async def test_a_refund_within_policy_needs_nobody(
    house: House, provider: FakeGateway, run_jobs: Run
) -> None:
    provider.refund_status = RefundStatus.processed
    payer = await person(house)
    payment = await captured(house, provider, payer)
    made = await one_refund(house, payer, 100)
    await run_jobs(house)
    assert (await as_it_is(house, made)).state == "completed"
    assert (await now(house, payment)).state == "refunded"
    assert provider.orders[payment.gateway_order_id].refunded == 100
    await provider_and_books_agree(house, provider)


async def test_each_payment_gets_back_its_share_and_the_wallet_its_own(
    house: House, provider: FakeGateway, run_jobs: Run
) -> None:
    provider.refund_status = RefundStatus.processed
    payer = await person(house)
    first = await captured(house, provider, payer, 50)
    await fund(house, payer, 30)
    async with open_unit(house) as unit:
        await payments.pay_from_wallet(unit, request(payer, 30, purpose="extra"))
    second = await captured(house, provider, payer, 40, purpose="balance")
    made = await refunded(house, order(payer, 100))
    assert [(r.key, r.destination, r.amount, r.state) for r in made] == [
        ("cancel:1", WALLET, inr(30), "completed"),
        ("cancel:1#2", ORIGINAL, inr(50), "approved"),
        ("cancel:1#3", ORIGINAL, inr(20), "approved"),
    ]
    assert await refunded(house, order(payer, 100)) == made
    with pytest.raises(payments.RefundConflict):
        await refunded(house, order(payer, 99))
    await run_jobs(house)
    given = [provider.orders[p.gateway_order_id].refunded for p in (first, second)]
    assert given == [50, 20]
    assert await balance(house, ledger.wallet(payer)) == 30
    async with open_unit(house, read_only=True) as unit:
        assert [r.state for r in await payments.refunds_of(unit, SUBJECT)] == ["completed"] * 3
    await provider_and_books_agree(house, provider)


async def test_a_plan_says_where_the_parts_will_go(house: House, provider: FakeGateway) -> None:
    payer = await person(house)
    await fund(house, payer, 30)
    async with open_unit(house) as unit:
        await payments.pay_from_wallet(unit, request(payer, 30))
    await captured(house, provider, payer, 40, purpose="balance")
    async with open_unit(house) as unit:
        planned = await payments.plan_refund(unit, order(payer, 50))
        assert planned == [(WALLET, inr(30)), (ORIGINAL, inr(20))]
        with pytest.raises(payments.RefundExceedsCapture):
            await payments.plan_refund(unit, order(payer, 71))


async def test_an_answer_that_got_lost_is_asked_for_and_nothing_is_sent_twice(
    house: House, provider: FakeGateway, pass_time: PassTime
) -> None:
    payer = await person(house)
    await captured(house, provider, payer)
    made = await one_refund(house, payer, 60)
    provider.lost, provider.refund_status = True, RefundStatus.processed
    with pytest.raises(GatewayError):
        await send(house, made)
    unknown = await as_it_is(house, made)
    assert (unknown.state, unknown.gateway_refund_id) == ("processing", None)
    assert await payable(house, made) == 60
    await pass_time(minutes=11, run=False)
    await payments.ask_open_refunds(house)
    assert (await as_it_is(house, made)).state == "completed"
    assert list(provider.refunds) == [key_of(made)]
    await provider_and_books_agree(house, provider)


async def test_while_the_gateway_is_down_a_refund_keeps_its_name(
    house: House, provider: FakeGateway, pass_time: PassTime
) -> None:
    payer = await person(house)
    await captured(house, provider, payer)
    made = await one_refund(house, payer, 60)
    provider.down = True
    for _ in range(3):
        with pytest.raises(GatewayError):
            await send(house, made)
    await pass_time(minutes=11, run=False)
    assert (await payments.ask_open_refunds(house)).unanswered == 1
    assert (await as_it_is(house, made)).attempt == 1
    provider.down, provider.refund_status = False, RefundStatus.processed
    assert (await payments.ask_open_refunds(house)).changed == 1
    assert list(provider.refunds) == [key_of(made)]
    assert (await payments.ask_open_refunds(house)).asked == 0
    await provider_and_books_agree(house, provider)


async def test_a_job_that_never_ran_is_made_up_for(
    house: House, provider: FakeGateway, pass_time: PassTime
) -> None:
    payer = await person(house)
    await captured(house, provider, payer)
    made = await one_refund(house, payer, 60)
    assert await waiting_jobs(house, "payments.send_refund") == 1
    await pass_time(minutes=9, run=False)
    assert (await payments.ask_open_refunds(house)).asked == 0
    await pass_time(minutes=2, run=False)
    await payments.ask_open_refunds(house)
    await send(house, made)
    assert (await as_it_is(house, made)).state == "processing"
    assert list(provider.refunds) == [key_of(made)]


async def test_nothing_is_sent_while_money_out_is_stopped(
    house: House, provider: FakeGateway, pass_time: PassTime
) -> None:
    payer = await person(house)
    await captured(house, provider, payer)
    made = await one_refund(house, payer, 60)
    async with open_unit(house) as unit:
        await set_stop(unit, MONEY_OUT, "the books do not add up")
    await send(house, made)
    assert (await as_it_is(house, made)).state == "approved"
    async with open_unit(house) as unit:
        await set_stop(unit, MONEY_OUT, None)
    await pass_time(minutes=11, run=False)
    await payments.ask_open_refunds(house)
    assert (await as_it_is(house, made)).state == "processing"


async def test_a_refund_to_the_wallet_is_never_sent(house: House, provider: FakeGateway) -> None:
    payer = await person(house)
    await captured(house, provider, payer)
    made = await one_refund(house, payer, 60, destination=WALLET)
    await send(house, made)
    assert (await as_it_is(house, made)).attempt == 0
    assert provider.refunds == {}


async def test_released_money_comes_back_from_the_provider_who_may_fall_below_zero(
    house: House, provider: FakeGateway
) -> None:
    provider.refund_status = RefundStatus.processed
    payer, payee = await person(house), await person(house)
    await captured(house, provider, payer)
    async with open_unit(house) as unit:
        await payments.release_escrow(
            unit, payments.ReleaseOrder(SUBJECT, payee, inr(10), (), "release:1")
        )
    await captured(house, provider, payer, 20, purpose="extra")
    with pytest.raises(ledger.InsufficientFunds):
        await one_refund(house, payer, 110)
    made = await refunded(
        house,
        order(payer, 110, source=payments.RefundSource.provider, provider_id=payee),
    )
    for one in made:
        await send(house, one)
    assert await balance(house, ledger.escrow(SUBJECT)) == 0
    assert await balance(house, ledger.provider_available(payee)) == 0
    with pytest.raises(ValueError, match="needs a provider"):
        await one_refund(house, payer, 1, source=payments.RefundSource.provider)
    rest = order(payer, 10, "more", source=payments.RefundSource.provider, provider_id=payee)
    for one in await refunded(house, rest):
        await send(house, one)
    assert await balance(house, ledger.provider_available(payee)) == -10
    await provider_and_books_agree(house, provider)
