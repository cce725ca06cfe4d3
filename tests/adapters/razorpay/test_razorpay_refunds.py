"""Refunds leave once per key, whatever becomes of the answers; disputes are read as they stand."""

import asyncio

import pytest

from kalends.core.gateways import DisputeStatus, GatewayError, RefundStatus
from kalends.core.ids import new_id
from kalends.core.money import Money
from tests.adapters.contract.provider import Outcome

PRICE, PART = Money(100_000, "INR"), Money(40_000, "INR")
KEY = "refund-0000000001"


@pytest.fixture
async def paid(gateway, razorpay):
    """The payment of an order of 1000 rupees."""
    order = await gateway.create_order(reference=str(new_id()), amount=PRICE)
    return await razorpay.pay(order.order_id, Outcome.captured)


async def test_one_key_gives_back_once(gateway, razorpay, paid):
    wish = {"payment_id": paid, "amount": PART, "key": KEY}
    refund = await gateway.refund(**wish)
    assert (refund.payment_id, refund.amount, refund.key) == (paid, PART, KEY)
    assert await gateway.refund(**wish) == refund
    again = await asyncio.gather(*(gateway.refund(**wish) for _ in range(5)))
    assert {one.refund_id for one in again} == {refund.refund_id}
    assert await razorpay.total() == 60_000


async def test_refunds_that_race_with_one_key_are_one(gateway, razorpay, paid):
    """Each looks first and finds nothing; the key in the header makes them one."""
    wish = {"payment_id": paid, "amount": PART, "key": KEY}
    made = await asyncio.gather(*(gateway.refund(**wish) for _ in range(6)))
    assert len({one.refund_id for one in made}) == 1
    assert await razorpay.total() == 60_000


async def test_a_key_belongs_to_one_amount(gateway, razorpay, paid):
    await gateway.refund(payment_id=paid, amount=PART, key=KEY)
    with pytest.raises(GatewayError) as refused:
        await gateway.refund(payment_id=paid, amount=PRICE, key=KEY)
    assert (refused.value.code, refused.value.unknown) == ("key_reused", False)


@pytest.mark.parametrize("fault", ["lost_after", "error_after"])
async def test_a_refund_whose_answer_was_lost_is_found_by_its_key(gateway, razorpay, paid, fault):
    await razorpay.act("fail", fault=fault)
    with pytest.raises(GatewayError) as lost:
        await gateway.refund(payment_id=paid, amount=PART, key=KEY)
    assert lost.value.unknown
    found = await gateway.find_refund(payment_id=paid, key=KEY)
    assert found is not None
    assert await gateway.refund(payment_id=paid, amount=PART, key=KEY) == found
    assert await razorpay.total() == 60_000


async def test_a_refund_that_is_still_under_way_is_unknown(gateway, razorpay, paid):
    await razorpay.act("fail", fault="conflict")
    with pytest.raises(GatewayError) as waiting:
        await gateway.refund(payment_id=paid, amount=PART, key=KEY)
    assert waiting.value.unknown
    assert await gateway.find_refund(payment_id=paid, key=KEY) is None


async def test_a_refund_among_many_is_found(gateway, razorpay, paid):
    """Razorpay shows ten at a time unless it is asked for more, and never more than a hundred."""
    first = await gateway.refund(payment_id=paid, amount=Money(100, "INR"), key=KEY)
    for _ in range(104):
        await razorpay.act("foreign_refund", payment_id=paid, amount=100)
    assert await gateway.find_refund(payment_id=paid, key=KEY) == first
    assert await gateway.find_refund(payment_id=paid, key="refund-0000000002") is None


@pytest.mark.parametrize("begins", ["pending", "processed"])
@pytest.mark.parametrize("ok", [True, False])
async def test_a_refund_may_end_either_way_also_after_it_was_processed(
    gateway, razorpay, paid, begins, ok
):
    await razorpay.act("moods", refund_status=begins)
    refund = await gateway.refund(payment_id=paid, amount=PART, key=KEY)
    assert refund.status is RefundStatus(begins)
    await razorpay.end_refund(refund.refund_id, ok=ok)
    seen = await gateway.fetch_refund(payment_id=paid, refund_id=refund.refund_id)
    assert seen.status is (RefundStatus.processed if ok else RefundStatus.failed)
    assert await razorpay.total() == (60_000 if ok else 100_000)


@pytest.mark.parametrize(
    ("amount", "said"), [(100_001, "greater than amount captured"), (99, "at least 100")]
)
async def test_a_refund_that_razorpay_refuses_is_definite(gateway, razorpay, paid, amount, said):
    with pytest.raises(GatewayError, match=said) as refused:
        await gateway.refund(payment_id=paid, amount=Money(amount, "INR"), key=KEY)
    assert (refused.value.unknown, refused.value.retryable) == (False, False)
    assert await razorpay.total() == 100_000


@pytest.mark.parametrize("key", ["short", "k" * 37, "refund 0000000001", "refund\n0000000001"])
async def test_a_key_of_another_form_is_never_sent(gateway, razorpay, paid, key):
    before = await razorpay.act("calls")
    with pytest.raises(GatewayError) as refused:
        await gateway.refund(payment_id=paid, amount=PART, key=key)
    assert refused.value.code == "bad_key"
    assert await razorpay.act("calls") == before


async def test_a_refund_belongs_to_its_payment(gateway, razorpay, paid):
    refund = await gateway.refund(payment_id=paid, amount=PART, key=KEY)
    order = await gateway.create_order(reference="another-order", amount=PRICE)
    other = await razorpay.pay(order.order_id, Outcome.captured)
    assert await gateway.find_refund(payment_id=other, key=KEY) is None
    with pytest.raises(GatewayError):
        await gateway.fetch_refund(payment_id=other, refund_id=refund.refund_id)


async def test_a_changed_speed_is_news_of_the_same_refund(gateway, razorpay, paid):
    refund = await gateway.refund(payment_id=paid, amount=PART, key=KEY)
    await razorpay.act("slow_refund", refund_id=refund.refund_id)
    body, headers = (await razorpay.webhooks())[-1]
    event = gateway.parse_webhook(body, headers)
    assert (event.kind, event.object_id) == ("refund.speed_changed", refund.refund_id)
    assert event.status == refund.status


@pytest.mark.parametrize(
    ("word", "status", "deducted"),
    [
        ("under_review", DisputeStatus.open, 0),
        ("won", DisputeStatus.won, 0),
        ("lost", DisputeStatus.lost, 30_000),
        ("closed", DisputeStatus.closed, 0),
    ],
)
async def test_a_dispute_takes_money_when_it_is_lost(
    gateway, razorpay, paid, word, status, deducted
):
    dispute_id = await razorpay.open_dispute(paid, 30_000)
    opened = await gateway.fetch_dispute(dispute_id)
    assert (opened.status, opened.deducted, opened.payment_id) == (DisputeStatus.open, 0, paid)
    assert opened.order_id is not None
    await razorpay.act("move_dispute", dispute_id=dispute_id, status=word)
    seen = await gateway.fetch_dispute(dispute_id)
    assert (seen.status, seen.deducted) == (status, deducted)
    assert await razorpay.total() == 100_000 - deducted
