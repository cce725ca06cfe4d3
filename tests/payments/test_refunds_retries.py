"""Refunds that fail: at once or days later, tried again under a new name, and never paid twice."""

from collections.abc import Awaitable, Callable

import pytest

from kalends import ledger, payments
from kalends.core.gateways import GatewayError, RefundStatus
from kalends.core.house import House
from kalends.core.unit import open_unit
from kalends.payments.service.refund_apply import apply_refund
from tests.fixtures.gateways import FakeGateway
from tests.payments.money import (
    balance,
    captured,
    inr,
    person,
    rows,
)
from tests.payments.refunding import (
    as_it_is,
    key_of,
    one_refund,
    payable,
    provider_and_books_agree,
    refunding,
    send,
)

PassTime = Callable[..., Awaitable[None]]


@pytest.fixture
def house(house: House) -> House:
    return refunding(house, max_attempts=3)


async def test_a_refusal_is_tried_again_under_new_names_and_then_waits(
    house: House, provider: FakeGateway, pass_time: PassTime
) -> None:
    payer = await person(house)
    await captured(house, provider, payer)
    made = await one_refund(house, payer, 60)
    provider.refuses = "instrument_closed"
    await send(house, made)
    failed = await as_it_is(house, made)
    assert (failed.state, failed.failure, failed.attempt) == ("failed", "instrument_closed", 1)
    assert await payable(house, made) == 60
    await send(house, made)
    assert (await as_it_is(house, made)).attempt == 1, "not before a pause"
    await pass_time(minutes=11, run=False)
    await payments.ask_open_refunds(house)
    await pass_time(minutes=11, run=False)
    await payments.ask_open_refunds(house)
    assert (await as_it_is(house, made)).attempt == 2, "the pauses grow"
    await pass_time(minutes=10, run=False)
    await payments.ask_open_refunds(house)
    await pass_time(hours=100, run=False)
    await payments.ask_open_refunds(house)
    waiting = await as_it_is(house, made)
    assert (waiting.state, waiting.attempt) == ("failed", 3)
    told = await rows(house, "SELECT count(*) AS n FROM refund_transitions WHERE to_state='failed'")
    assert told[0].n == 3
    await provider_and_books_agree(house, provider)


async def test_a_refusal_that_was_none_is_no_failure(house: House, provider: FakeGateway) -> None:
    payer = await person(house)
    payment = await captured(house, provider, payer)
    made = await one_refund(house, payer, 60)

    class Contradictory(FakeGateway):
        async def refund(self, **wish: object) -> object:
            await provider.refund(**wish)
            raise GatewayError("it has been refunded already", code="already")

    stubborn = Contradictory()
    stubborn.refunds, stubborn.orders = provider.refunds, provider.orders
    house.ports.gateways["sandbox"] = stubborn
    await send(house, made)
    assert (await as_it_is(house, made)).state == "processing"
    assert provider.orders[payment.gateway_order_id].refunded == 60


async def test_before_a_new_name_is_used_the_old_ones_are_asked_about(
    house: House, provider: FakeGateway, pass_time: PassTime
) -> None:
    payer = await person(house)
    payment = await captured(house, provider, payer)
    made = await one_refund(house, payer, 40)
    provider.refuses = "busy"
    await send(house, made)
    provider.refuses, provider.refund_status = None, RefundStatus.processed
    # the gateway's word was wrong: it did make the refund
    await provider.refund(
        payment_id=f"pay_{payment.gateway_order_id}", amount=inr(40), key=key_of(made)
    )
    await pass_time(minutes=11, run=False)
    await payments.ask_open_refunds(house)
    assert (await as_it_is(house, made)).state == "completed"
    assert list(provider.refunds) == [key_of(made)]
    await provider_and_books_agree(house, provider)


async def test_a_late_failure_brings_the_money_back_and_a_retry_takes_it_again(
    house: House, provider: FakeGateway, pass_time: PassTime
) -> None:
    payer = await person(house)
    await captured(house, provider, payer)
    provider.refund_status = RefundStatus.processed
    made = await one_refund(house, payer, 60)
    await send(house, made)
    assert await balance(house, ledger.gateway("sandbox")) == 40
    failed = provider.end_refund(key_of(made), RefundStatus.failed)
    for _ in range(3):
        await apply(house, made, failed)
    assert await balance(house, ledger.gateway("sandbox")) == 100
    assert await payable(house, made) == 60
    await provider_and_books_agree(house, provider)
    await pass_time(minutes=11, run=False)
    await payments.ask_open_refunds(house)
    assert (await as_it_is(house, made)).state == "completed"
    assert list(provider.refunds) == [key_of(made), key_of(made, 2)]
    assert await balance(house, ledger.gateway("sandbox")) == 40
    await apply(house, made, failed)
    assert (await as_it_is(house, made)).state == "completed", "that was the first attempt"
    await provider_and_books_agree(house, provider)


async def apply(house: House, refund: payments.RefundFacts, seen: object) -> None:
    async with open_unit(house) as unit:
        await apply_refund(unit, refund.id, seen)
