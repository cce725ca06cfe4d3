"""Stripe's doors: what a deployment must say, what errors mean, how requests and amounts are written."""

from typing import Any

import pytest

from kalends.adapters.stripe import stripe_gateway
from kalends.adapters.stripe.amounts import asked, told
from kalends.adapters.stripe.form import encode
from kalends.adapters.stripe.refusals import Answer, refusal
from kalends.adapters.stripe.signature import sign
from kalends.core.clock import real_now
from kalends.core.gateways import BadSignature, GatewayError
from kalends.core.money import Money
from kalends.core.profile import load_profile
from kalends.core.settings import Settings
from tests.emulators.stripe.driver import StripeProvider

KEYS = {
    "stripe_secret_key": "sk_test_1",
    "stripe_publishable_key": "pk_test_1",
    "stripe_webhook_secret": "whsec_1",
}
BOOM = {"type": "card_error", "code": "card_declined", "decline_code": "lost_card", "message": "No"}


def gateway_of(**changes: str) -> Any:
    return stripe_gateway(Settings.model_validate(KEYS | changes), load_profile("hall-booking"))


@pytest.mark.parametrize("name", KEYS)
def test_a_missing_variable_is_named(name: str) -> None:
    with pytest.raises(ValueError, match=f"the stripe gateway needs {name.upper()}$"):
        gateway_of(**{name: " "})


def test_a_secret_key_is_not_shown_to_browsers() -> None:
    with pytest.raises(ValueError, match="STRIPE_PUBLISHABLE_KEY must be the key"):
        gateway_of(stripe_publishable_key="sk_test_1")


@pytest.mark.parametrize(
    "changes",
    [{"stripe_secret_key": "sk_live_1"}, {"stripe_publishable_key": "pk_live_1"}],
)
def test_test_keys_and_live_keys_do_not_mix(changes: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="the same mode"):
        gateway_of(**changes)


def test_a_whole_set_of_keys_is_enough() -> None:
    assert gateway_of().name == "stripe"
    assert gateway_of(stripe_secret_key="rk_test_1").name == "stripe"


@pytest.mark.parametrize(
    ("status", "error", "unknown", "retryable", "code"),
    [
        (402, BOOM, False, False, "lost_card"),
        (400, {"type": "invalid_request_error", "code": "parameter_missing"}, False, False, "parameter_missing"),
        (400, {"type": "invalid_request_error"}, False, False, "invalid_request_error"),
        (404, {"type": "invalid_request_error", "code": "resource_missing"}, False, False, "resource_missing"),
        (401, {"type": "invalid_request_error"}, False, False, "unauthorized"),
        (403, {"type": "invalid_request_error", "code": "more_permissions_required"}, False, False, "more_permissions_required"),
        (400, {"type": "idempotency_error"}, False, False, "idempotency_error"),
        (409, {"type": "idempotency_error"}, False, False, "idempotency_error"),
        (409, {"type": "idempotency_error", "code": "idempotency_key_in_use"}, True, False, "idempotency_key_in_use"),
        (409, {"type": "invalid_request_error"}, False, True, None),
        (429, {"type": "invalid_request_error", "code": "rate_limit"}, False, True, "rate_limit"),
        (400, {"type": "invalid_request_error", "code": "lock_timeout"}, False, True, "lock_timeout"),
        (400, {"type": "invalid_request_error", "code": "balance_insufficient"}, False, True, "balance_insufficient"),
        (500, {"type": "api_error"}, True, False, None),
        (503, None, True, False, None),
        (200, None, True, False, None),
        (301, None, True, False, None),
        (400, "no object", True, False, None),
    ],
)  # fmt: skip
def test_what_an_error_means(
    status: int, error: Any, *, unknown: bool, retryable: bool, code: str | None
) -> None:
    said = refusal(Answer(status, None if error is None else {"error": error}))
    assert (said.unknown, said.retryable, said.code) == (unknown, retryable, code)


@pytest.mark.parametrize("which", ["", "_previous", "connect"])
def test_the_secret_of_each_endpoint_is_believed_and_no_other(which: str) -> None:
    name = (
        "stripe_connect_webhook_secret" if which == "connect" else f"stripe_webhook_secret{which}"
    )
    adapter, body, now = (
        gateway_of(**{name: "whsec_this"}),
        b'{"id":"evt_1","type":"ping","data":{"object":{}}}',
        int(real_now().timestamp()),
    )
    signed = {"Stripe-Signature": f"t={now},v1={sign('whsec_this', now, body)}"}
    foreign = {"Stripe-Signature": f"t={now},v1={sign('whsec_other', now, body)}"}
    assert adapter.parse_webhook(body, signed).event_id == "evt_1"
    with pytest.raises(BadSignature):
        adapter.parse_webhook(body, foreign)


async def test_a_refused_key_is_named(stripe: StripeProvider) -> None:
    adapter = stripe_gateway(
        Settings.model_validate(KEYS | {"stripe_base_url": stripe.base_url}),
        load_profile("hall-booking"),
        stripe.client,
    )
    with pytest.raises(GatewayError, match="STRIPE_SECRET_KEY") as refused:
        await adapter.fetch("pi_1")
    assert (refused.value.unknown, refused.value.retryable) == (False, False)


@pytest.mark.parametrize(
    ("kind", "unknown"),
    [
        ("garbage", True),
        ("huge", True),
        ("drop_before", True),
        ("refused_before", True),
        ("limited", False),
        ("lock_timeout", False),
    ],
)
async def test_an_answer_that_is_none_is_unknown_and_a_full_road_is_later(
    stripe: StripeProvider, kind: str, *, unknown: bool
) -> None:
    order = await stripe.adapter.create_order(reference="ref-00000001", amount=Money(500, "USD"))
    await stripe.pull("fault", kind=kind)
    with pytest.raises(GatewayError) as met:
        await stripe.adapter.fetch(order.order_id)
    assert (met.value.unknown, met.value.retryable) == (unknown, not unknown)
    assert (await stripe.adapter.fetch(order.order_id)).status == "created"


@pytest.mark.parametrize(
    "facts",
    [
        {"status": None},
        {"status": "succeeded"},
        {"amount": 50.0},
        {"amount": True},
        {"currency": None},
        {"latest_charge": "ch_unknown"},
    ],
)
async def test_an_odd_payment_intent_is_unknown(
    stripe: StripeProvider, facts: dict[str, Any]
) -> None:
    order = await stripe.adapter.create_order(reference="ref-00000001", amount=Money(500, "USD"))
    await stripe.pull("change", id=order.order_id, facts=facts)
    with pytest.raises(GatewayError) as odd:
        await stripe.adapter.fetch(order.order_id)
    assert odd.value.unknown


async def test_an_id_does_not_leave_its_place_in_the_address(stripe: StripeProvider) -> None:
    with pytest.raises(GatewayError):
        await stripe.adapter.fetch("../refunds?x=1")
    [sent] = (await stripe.pull("state"))["requests"]
    assert sent["path"].startswith("/v1/payment_intents/")


def test_requests_are_forms_with_brackets() -> None:
    params = {"a": 1, "metadata": {"key": "x y"}, "expand": ["p.q"], "on": True, "none": None}
    assert encode(params) == "a=1&metadata%5Bkey%5D=x+y&expand%5B0%5D=p.q&on=true"


@pytest.mark.parametrize(
    ("money", "stripes"),
    [
        (Money(35000, "INR"), 35000),
        (Money(500, "JPY"), 500),
        (Money(1230, "KWD"), 1230),
        (Money(7, "ISK"), 700),  # Stripe still counts hundredths
        (Money(5, "UGX"), 500),
        (Money(50_000, "PYG"), 500),  # we count hundredths, Stripe does not
    ],
)
def test_amounts_are_minor_units_and_survive_the_way_back(money: Money, stripes: int) -> None:
    assert asked(money) == {"amount": stripes, "currency": money.currency.lower()}
    assert told(stripes, money.currency.lower()) == money


def test_what_stripe_cannot_count_is_refused() -> None:
    with pytest.raises(GatewayError):
        asked(Money(150, "PYG"))
