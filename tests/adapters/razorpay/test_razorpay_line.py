"""What goes wrong between us and Razorpay, and whether it may have had an effect."""

import httpx
import pytest

from kalends.adapters.razorpay.client import Keys, RazorpayClient
from kalends.core.gateways import GatewayError
from kalends.core.money import Money
from tests.adapters.contract.provider import Fault

PRICE = Money(35000, "INR")


@pytest.mark.parametrize("fault", ["refused_before", "garbage", "html", "redirect", "drop"])
async def test_after_a_strange_answer_nobody_knows(gateway, razorpay, fault):
    await razorpay.act("fail", fault=fault)
    with pytest.raises(GatewayError) as failed:
        await gateway.fetch("order_A")
    assert (failed.value.unknown, failed.value.retryable) == (True, False)


async def test_where_nobody_listens_nothing_happens(gateway, razorpay):
    await razorpay.fail_next(Fault.unreachable)
    with pytest.raises(GatewayError) as failed:
        await gateway.create_order(reference="payment-0001", amount=PRICE)
    assert (failed.value.unknown, failed.value.retryable) == (False, True)
    assert await razorpay.act("calls") == []


async def test_a_limit_of_rate_has_had_no_effect(gateway, razorpay):
    await razorpay.fail_next(Fault.limited)
    with pytest.raises(GatewayError) as failed:
        await gateway.create_order(reference="payment-0001", amount=PRICE)
    assert (failed.value.unknown, failed.value.retryable) == (False, True)


async def test_an_answer_that_does_not_end_is_not_read_to_its_end(gateway, razorpay):
    await razorpay.act("fail", fault="endless")
    with pytest.raises(GatewayError, match="does not end") as failed:
        await gateway.fetch("order_A")
    assert failed.value.unknown


async def test_nobody_waits_for_ever(razorpay):
    settings = razorpay.settings()
    keys = Keys(settings.razorpay_key_id, settings.razorpay_key_secret.get_secret_value())
    client = RazorpayClient(
        razorpay.url, keys, httpx.AsyncClient(transport=razorpay.line), deadline=0.2
    )
    await razorpay.act("fail", fault="slow")
    with pytest.raises(GatewayError, match="did not answer") as failed:
        await client.get("orders")
    assert failed.value.unknown


async def test_wrong_keys_are_named_and_no_secret_is_told(razorpay):
    stranger = razorpay.another_adapter(razorpay_key_secret="a wrong secret")
    with pytest.raises(GatewayError, match="RAZORPAY_KEY_SECRET") as refused:
        await stranger.create_order(reference="payment-0001", amount=PRICE)
    assert (refused.value.code, refused.value.unknown) == ("bad_keys", False)
    assert "a wrong secret" not in f"{refused.value!r}{Keys('rzp_test_A', 'a wrong secret')!r}"


async def test_a_collection_is_read_to_its_end_and_each_member_once(razorpay, gateway):
    """The emulator's pages shift like the real ones: what is new comes first."""
    order = await gateway.create_order(reference="payment-0001", amount=PRICE)
    for _ in range(201):
        await razorpay.act("pay", order_id=order.order_id, outcome="declined")
    settings = razorpay.settings()
    keys = Keys(settings.razorpay_key_id, settings.razorpay_key_secret.get_secret_value())
    client = RazorpayClient(razorpay.url, keys, httpx.AsyncClient(transport=razorpay.line))
    found = await client.every("payments")
    assert len({payment["id"] for payment in found}) == len(found) == 201
    with pytest.raises(GatewayError, match="more than 200") as refused:
        await client.every("payments", pages=2)
    assert refused.value.unknown
