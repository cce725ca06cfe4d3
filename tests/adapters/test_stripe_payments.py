"""Orders, captures and refunds at Stripe, with everything that may go wrong on the way."""

import pytest

from kalends.core.gateways import BadSignature, GatewayError, GatewayOrder, RefundStatus
from kalends.core.money import Money
from kalends.core.ports import NetworkInsideUnit, open_units
from tests.adapters.contract.provider import Outcome
from tests.emulators.stripe.driver import StripeProvider

FIFTY, FEE = Money(5000, "USD"), 175
KEY = "7f3c1a52-0000-4000-8000-000000000001"


async def ordered(stripe: StripeProvider, reference: str = "ref-00000001") -> GatewayOrder:
    return await stripe.adapter.create_order(reference=reference, amount=FIFTY)


async def paid(stripe: StripeProvider) -> tuple[str, str]:
    order = await ordered(stripe)
    return order.order_id, await stripe.pay(order.order_id, Outcome.captured)


@pytest.mark.req("S-006", "S-092")
async def test_an_order_is_a_payment_intent_with_our_key(stripe: StripeProvider) -> None:
    order = await ordered(stripe)
    state = await stripe.pull("state")
    sent = state["requests"][0]
    assert (sent["path"], sent["key"]) == ("/v1/payment_intents", "ref-00000001")
    assert sent["version"] == "2026-10-28.endive"
    intent = await stripe.pull("thing", id=order.order_id)
    assert intent["metadata"] == {"reference": "ref-00000001"}
    assert intent["transfer_group"] == "ref-00000001"
    assert order.checkout == {
        "publishable_key": "pk_test_emulated",
        "client_secret": intent["client_secret"],
        "order_id": order.order_id,
    }


async def test_another_amount_under_the_same_reference_is_refused(stripe: StripeProvider) -> None:
    await ordered(stripe)
    with pytest.raises(GatewayError) as refused:
        await stripe.adapter.create_order(reference="ref-00000001", amount=Money(1, "USD"))
    assert (refused.value.code, refused.value.unknown) == ("idempotency_error", False)


@pytest.mark.parametrize("kind", ["error_after", "lost_after"])
async def test_an_order_whose_answer_got_lost_is_found_again(
    stripe: StripeProvider, kind: str
) -> None:
    await stripe.pull("fault", kind=kind)
    with pytest.raises(GatewayError) as lost:
        await ordered(stripe)
    assert lost.value.unknown
    assert (await ordered(stripe)) == (await ordered(stripe))
    state = await stripe.pull("state")
    assert state["counts"]["payment_intent"] == 1


async def test_a_stored_server_error_without_effect_does_not_block_the_order(
    stripe: StripeProvider,
) -> None:
    await stripe.pull("fault", kind="error_stored")
    with pytest.raises(GatewayError):
        await ordered(stripe)
    order = await ordered(stripe)
    assert (await stripe.adapter.fetch(order.order_id)).status == "created"
    assert (await ordered(stripe)) == order


async def test_an_order_goes_from_declined_to_captured(stripe: StripeProvider) -> None:
    order = await ordered(stripe)
    await stripe.pay(order.order_id, Outcome.declined)
    declined = await stripe.adapter.fetch(order.order_id)
    assert (declined.status, declined.refunded) == ("failed", 0)
    payment_id = await stripe.pay(order.order_id, Outcome.captured)
    seen = await stripe.adapter.fetch(order.order_id)
    assert (seen.status, seen.payment_id) == ("captured", payment_id)
    assert (seen.amount, seen.fee) == (FIFTY, FEE)


async def test_a_cancelled_order_has_failed(stripe: StripeProvider) -> None:
    order = await ordered(stripe)
    await stripe.pull("cancel", intent=order.order_id)
    assert (await stripe.adapter.fetch(order.order_id)).status == "failed"


async def test_a_fee_in_another_currency_is_not_told(stripe: StripeProvider) -> None:
    order_id, payment_id = await paid(stripe)
    charge = await stripe.pull("thing", id=payment_id)
    await stripe.pull("change", id=charge["balance_transaction"], facts={"currency": "eur"})
    assert (await stripe.adapter.fetch(order_id)).fee is None


async def test_a_hold_is_taken_once(stripe: StripeProvider) -> None:
    order = await ordered(stripe)
    payment_id = await stripe.pay(order.order_id, Outcome.authorized)
    assert (await stripe.adapter.fetch(order.order_id)).status == "authorized"
    for _ in range(2):
        await stripe.pull("forget_keys")
        seen = await stripe.adapter.capture(
            order_id=order.order_id, payment_id=payment_id, amount=FIFTY
        )
        assert (seen.status, seen.amount, seen.fee) == ("captured", FIFTY, FEE)
    assert await stripe.total() == 5000


async def test_a_capture_whose_answer_was_a_server_error_is_seen(stripe: StripeProvider) -> None:
    order = await ordered(stripe)
    payment_id = await stripe.pay(order.order_id, Outcome.authorized)
    await stripe.pull("fault", kind="error_after")
    taken = {"order_id": order.order_id, "payment_id": payment_id, "amount": FIFTY}
    with pytest.raises(GatewayError) as lost:
        await stripe.adapter.capture(**taken)
    assert lost.value.unknown
    assert (await stripe.adapter.capture(**taken)).status == "captured"


async def test_nothing_to_take_is_refused(stripe: StripeProvider) -> None:
    order = await ordered(stripe)
    payment_id = await stripe.pay(order.order_id, Outcome.declined)
    with pytest.raises(GatewayError) as refused:
        await stripe.adapter.capture(order_id=order.order_id, payment_id=payment_id, amount=FIFTY)
    assert refused.value.code == "payment_intent_unexpected_state"


async def test_a_refund_may_fail_days_after_it_was_processed(stripe: StripeProvider) -> None:
    order_id, payment_id = await paid(stripe)
    made = await stripe.adapter.refund(payment_id=payment_id, amount=Money(2000, "USD"), key=KEY)
    assert (made.status, made.key) == (RefundStatus.processed, KEY)
    assert (await stripe.adapter.fetch(order_id)).status == "partially_refunded"
    await stripe.end_refund(made.refund_id, ok=False)
    failed = await stripe.adapter.fetch_refund(payment_id=payment_id, refund_id=made.refund_id)
    assert (failed.status, failed.reason) == (RefundStatus.failed, "expired_or_canceled_card")
    assert (await stripe.adapter.fetch(order_id)).refunded == 0
    assert await stripe.total() == 5000


async def test_a_refund_waits_until_the_bank_has_spoken(stripe: StripeProvider) -> None:
    _, payment_id = await paid(stripe)
    made = await stripe.adapter.refund(payment_id=payment_id, amount=FIFTY, key=KEY)
    for theirs in ("pending", "requires_action"):
        await stripe.pull("change", id=made.refund_id, facts={"status": theirs})
        seen = await stripe.adapter.find_refund(payment_id=payment_id, key=KEY)
        assert seen is not None
        assert seen.status is RefundStatus.pending


async def test_a_refund_is_made_once_per_key_even_after_stripe_forgot_the_key(
    stripe: StripeProvider,
) -> None:
    order_id, payment_id = await paid(stripe)
    first = await stripe.adapter.refund(payment_id=payment_id, amount=Money(500, "USD"), key=KEY)
    await stripe.pull("forget_keys")
    again = await stripe.adapter.refund(payment_id=payment_id, amount=Money(500, "USD"), key=KEY)
    assert first == again
    with pytest.raises(GatewayError) as refused:
        await stripe.adapter.refund(payment_id=payment_id, amount=Money(501, "USD"), key=KEY)
    assert refused.value.code == "idempotency_error"
    assert (await stripe.adapter.fetch(order_id)).refunded == 500


@pytest.mark.parametrize("kind", ["error_after", "lost_after"])
async def test_a_refund_of_unknown_outcome_is_asked_about(
    stripe: StripeProvider, kind: str
) -> None:
    _, payment_id = await paid(stripe)
    await stripe.pull("fault", kind=kind)
    with pytest.raises(GatewayError) as lost:
        await stripe.adapter.refund(payment_id=payment_id, amount=FIFTY, key=KEY)
    assert lost.value.unknown
    found = await stripe.adapter.find_refund(payment_id=payment_id, key=KEY)
    assert found == await stripe.adapter.refund(payment_id=payment_id, amount=FIFTY, key=KEY)
    assert await stripe.total() == 0


async def test_a_stored_server_error_of_a_refund_stays_unknown_while_nothing_is_found(
    stripe: StripeProvider,
) -> None:
    _, payment_id = await paid(stripe)
    await stripe.pull("fault", kind="error_stored")
    for _ in range(3):
        with pytest.raises(GatewayError) as kept:
            await stripe.adapter.refund(payment_id=payment_id, amount=FIFTY, key=KEY)
        assert kept.value.unknown
    assert await stripe.total() == 5000


async def test_a_refused_refund_can_be_asked_for_again(stripe: StripeProvider) -> None:
    _, payment_id = await paid(stripe)
    await stripe.pull("change", id=payment_id, facts={"disputed": True})
    for _ in range(2):
        with pytest.raises(GatewayError) as refused:
            await stripe.adapter.refund(payment_id=payment_id, amount=FIFTY, key=KEY)
        assert (refused.value.code, refused.value.unknown) == ("charge_disputed", False)
    await stripe.pull("change", id=payment_id, facts={"disputed": False})
    made = await stripe.adapter.refund(payment_id=payment_id, amount=FIFTY, key=KEY)
    assert made.status is RefundStatus.processed
    assert await stripe.total() == 0


async def test_more_than_was_paid_is_not_given_back(stripe: StripeProvider) -> None:
    _, payment_id = await paid(stripe)
    with pytest.raises(GatewayError) as refused:
        await stripe.adapter.refund(payment_id=payment_id, amount=Money(5001, "USD"), key=KEY)
    assert not refused.value.unknown
    assert not refused.value.retryable


async def test_a_refund_is_found_by_the_payment_intent_as_well(stripe: StripeProvider) -> None:
    order_id, _ = await paid(stripe)
    made = await stripe.adapter.refund(payment_id=order_id, amount=FIFTY, key=KEY)
    found = await stripe.adapter.fetch_refund(payment_id=order_id, refund_id=made.refund_id)
    assert found == made


async def test_a_refund_of_another_payment_is_not_shown(stripe: StripeProvider) -> None:
    _, payment_id = await paid(stripe)
    made = await stripe.adapter.refund(payment_id=payment_id, amount=FIFTY, key=KEY)
    with pytest.raises(GatewayError, match="another payment"):
        await stripe.adapter.fetch_refund(payment_id="ch_other", refund_id=made.refund_id)


async def test_a_long_list_of_refunds_is_read_to_its_end(stripe: StripeProvider) -> None:
    _, payment_id = await paid(stripe)
    cent = Money(1, "USD")
    await stripe.adapter.refund(payment_id=payment_id, amount=cent, key="oldest-refund")
    one = {"charge": payment_id, "amount": 1}
    others = [one | {"metadata": {"key": f"refund-{n:04}"}} for n in range(100)]
    await stripe.pull("refund", params=others)
    found = await stripe.adapter.find_refund(payment_id=payment_id, key="oldest-refund")
    assert found is not None
    assert await stripe.adapter.find_refund(payment_id=payment_id, key="never-made") is None


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"payment_intent": "pi_Emu1"},
        {"payment_intent": "pi_Emu1", "payment_intent_client_secret": "pi_Emu2_secret_abcd"},
        {"payment_intent": "pi_Emu1", "payment_intent_client_secret": "pi_Emu1"},
        {"payment_intent": "pi_../x", "payment_intent_client_secret": "pi_../x_secret_abcd"},
        {"payment_intent": ["pi_Emu1"], "payment_intent_client_secret": "pi_Emu1_secret_abcd"},
    ],
)
async def test_a_checkout_answer_of_another_shape_is_refused(
    stripe: StripeProvider, answer: dict[str, object]
) -> None:
    with pytest.raises(BadSignature):
        stripe.adapter.verify_checkout(answer)


async def test_a_checkout_answer_only_names_the_order(stripe: StripeProvider) -> None:
    order_id, payment_id = await paid(stripe)
    answer = stripe.checkout_answer(order_id, payment_id)
    assert stripe.adapter.verify_checkout(answer) == order_id


async def test_nothing_is_asked_while_a_unit_is_open(stripe: StripeProvider) -> None:
    token = open_units.set(1)
    try:
        with pytest.raises(NetworkInsideUnit):
            await stripe.adapter.fetch("pi_Emu1")
    finally:
        open_units.reset(token)
