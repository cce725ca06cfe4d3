"""Orders and payments, spoken over real sockets with a Razorpay that has its own mind."""

import asyncio

import pytest

from kalends.core.gateways import GatewayError
from kalends.core.money import Money
from kalends.core.ports import NetworkInsideUnit
from kalends.core.unit import open_unit
from tests.adapters.contract.provider import Outcome

PRICE = Money(149900, "INR")
DAY = 24 * 60 * 60


async def ordered(gateway, reference="payment-0001"):
    return (await gateway.create_order(reference=reference, amount=PRICE)).order_id


@pytest.mark.req("M-023", "I-023")
async def test_an_order_is_what_the_checkout_script_needs(gateway, razorpay):
    order = await gateway.create_order(reference="payment-0001", amount=PRICE)
    assert order.checkout == {
        "key": razorpay.settings().razorpay_key_id,
        "order_id": order.order_id,
        "amount": 149900,
        "currency": "INR",
        "name": "Hall Booking",
    }
    assert (await gateway.fetch(order.order_id)).status == "created"


async def test_a_reference_is_looked_up_before_an_order_is_made(gateway, razorpay):
    first = await gateway.create_order(reference="payment-0001", amount=PRICE)
    assert await gateway.create_order(reference="payment-0001", amount=PRICE) == first
    assert await ordered(gateway, "payment-0002") != first.order_id
    assert (await razorpay.act("calls")).count("POST /v1/orders") == 2


async def test_orders_that_race_with_one_reference_are_one(gateway):
    assert len(set(await asyncio.gather(*(ordered(gateway) for _ in range(6))))) == 1


async def test_a_reference_belongs_to_one_amount(gateway):
    await ordered(gateway)
    with pytest.raises(GatewayError, match="was used for") as refused:
        await gateway.create_order(reference="payment-0001", amount=Money(1, "INR"))
    assert (refused.value.code, refused.value.unknown) == ("key_reused", False)


@pytest.mark.parametrize("reference", ["", "r" * 41])
async def test_a_reference_that_is_no_receipt_is_not_sent(gateway, razorpay, reference):
    with pytest.raises(GatewayError) as refused:
        await gateway.create_order(reference=reference, amount=PRICE)
    assert refused.value.code == "bad_key"
    assert await razorpay.act("calls") == []


async def test_what_razorpay_refuses_has_its_reason(gateway):
    with pytest.raises(GatewayError, match="at least 100") as refused:
        await gateway.create_order(reference="payment-0001", amount=Money(99, "INR"))
    assert refused.value.code == "input_validation_failed"
    assert not refused.value.unknown


@pytest.mark.parametrize("fault", ["lost_after", "error_after"])
async def test_an_order_whose_answer_was_lost_is_found_again(gateway, razorpay, fault):
    await razorpay.act("fail", fault=fault)
    with pytest.raises(GatewayError) as lost:
        await ordered(gateway)
    assert lost.value.unknown
    order_id = await ordered(gateway)
    assert order_id == await ordered(gateway)
    assert (await razorpay.act("calls")).count("POST /v1/orders") == 1


@pytest.mark.req("M-024")
async def test_a_payment_in_time_is_captured_without_us(gateway, razorpay):
    order_id = await ordered(gateway)
    payment_id = await razorpay.pay(order_id, Outcome.captured)
    seen = await gateway.fetch(order_id)
    assert (seen.payment_id, seen.status, seen.amount) == (payment_id, "captured", PRICE)
    assert seen.fee == 2998 + 539
    assert gateway.verify_checkout(razorpay.checkout_answer(order_id, payment_id)) == order_id


async def test_a_late_payment_waits_until_we_take_it_once(gateway, razorpay):
    order_id = await ordered(gateway)
    payment_id = await razorpay.pay(order_id, Outcome.authorized)
    assert (await gateway.fetch(order_id)).status == "authorized"
    wish = {"order_id": order_id, "payment_id": payment_id, "amount": PRICE}
    taken = await gateway.capture(**wish)
    assert taken == await gateway.fetch(order_id)
    assert taken.status == "captured"
    assert await gateway.capture(**wish) == taken
    assert await razorpay.total() == PRICE.amount


async def test_a_failed_payment_may_come_to_life(gateway, razorpay):
    order_id = await ordered(gateway)
    payment_id = await razorpay.pay(order_id, Outcome.declined)
    assert (await gateway.fetch(order_id)).status == "failed"
    await razorpay.act("confirm", payment_id=payment_id)
    seen = await gateway.fetch(order_id)
    assert (seen.payment_id, seen.status) == (payment_id, "authorized")


async def test_what_is_not_taken_within_three_days_goes_back_and_was_never_ours(gateway, razorpay):
    order_id = await ordered(gateway)
    payment_id = await razorpay.pay(order_id, Outcome.authorized)
    await razorpay.act("wait", seconds=3 * DAY)
    assert (await gateway.fetch(order_id)).status == "failed"
    with pytest.raises(GatewayError) as refused:
        await gateway.capture(order_id=order_id, payment_id=payment_id, amount=PRICE)
    assert not refused.value.unknown
    assert await razorpay.total() == 0


async def test_nothing_but_the_whole_of_our_own_payment_is_captured(gateway, razorpay):
    order_id, other = await ordered(gateway), await ordered(gateway, "payment-0002")
    payment_id = await razorpay.pay(order_id, Outcome.authorized)
    wish = {"order_id": order_id, "payment_id": payment_id, "amount": PRICE}
    with pytest.raises(GatewayError, match="another order"):
        await gateway.capture(**(wish | {"order_id": other}))
    with pytest.raises(GatewayError, match="must be equal"):
        await gateway.capture(**(wish | {"amount": Money(1000, "INR")}))
    assert await razorpay.total() == 0


@pytest.mark.parametrize("fault", ["lost_after", "error_after"])
async def test_a_capture_whose_answer_was_lost_is_asked_about(gateway, razorpay, fault):
    order_id = await ordered(gateway)
    payment_id = await razorpay.pay(order_id, Outcome.authorized)
    wish = {"order_id": order_id, "payment_id": payment_id, "amount": PRICE}
    await razorpay.act("fail", fault=fault)
    with pytest.raises(GatewayError) as lost:
        await gateway.capture(**wish)
    assert lost.value.unknown
    assert (await gateway.capture(**wish)).status == "captured"


async def test_captures_that_race_take_once(gateway, razorpay):
    order_id = await ordered(gateway)
    payment_id = await razorpay.pay(order_id, Outcome.authorized)
    wish = {"order_id": order_id, "payment_id": payment_id, "amount": PRICE}
    taken = await asyncio.gather(*(gateway.capture(**wish) for _ in range(6)))
    assert {seen.status for seen in taken} == {"captured"}
    assert await razorpay.total() == PRICE.amount


async def test_a_paid_order_is_not_paid_again_and_a_second_capture_would_show(gateway, razorpay):
    order_id = await ordered(gateway)
    first = await razorpay.pay(order_id, Outcome.captured)
    with pytest.raises(AssertionError, match="already paid"):
        await razorpay.pay(order_id, Outcome.captured)
    second = await razorpay.act("pay", order_id=order_id, outcome="captured", force=True)
    seen = await gateway.fetch(order_id)
    assert (seen.payment_id, seen.amount) == (first, PRICE)
    assert [(o.payment_id, o.amount) for o in seen.others] == [(second, PRICE)]


async def test_a_payment_of_another_amount_shows(gateway, razorpay):
    order_id = await ordered(gateway)
    await razorpay.pay(order_id, Outcome.captured, 149901)
    assert (await gateway.fetch(order_id)).amount == Money(149901, "INR")


async def test_ids_of_another_kind_are_never_sent(gateway, razorpay):
    for wrong in ("pay_A", "order_A/../x", "", "order_A?b=c"):
        with pytest.raises(GatewayError) as refused:
            await gateway.fetch(wrong)
        assert refused.value.code == "bad_id"
    assert await razorpay.act("calls") == []


async def test_no_call_is_made_while_a_unit_is_open(gateway, razorpay, house):
    async with open_unit(house, read_only=True):
        with pytest.raises(NetworkInsideUnit):
            await gateway.fetch("order_A")
    assert await razorpay.act("calls") == []
