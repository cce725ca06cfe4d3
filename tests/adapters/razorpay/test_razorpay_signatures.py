"""Nobody but Razorpay is believed, and one event is one event however often it is sent."""

import json

import pytest

from kalends.adapters.razorpay.factory import razorpay_gateway
from kalends.adapters.razorpay.signatures import sign, sign_checkout, verify_webhook
from kalends.core.gateways import About, BadSignature
from kalends.core.profile import load_profile
from kalends.core.settings import Settings

CHECKOUT_SECRET = "rzp_test_secret_value"
CHECKOUT = "b56bfb8f407d14071677eb3c700b19e990613d7c560c02e6e273448eef7aaea9"
WEBHOOK_BODY = b'{"entity":"event","event":"payment.captured"}'
WEBHOOK = "3d46d610f64d10cf439d2d2e1a94d84d9d5ddd4f7c7680bc78fc9d2a2053cfad"


def adapter(**changes):
    values = {
        "razorpay_key_id": "rzp_test_Key00000000001",
        "razorpay_key_secret": CHECKOUT_SECRET,
        "razorpay_webhook_secret": "whsec_demo",
        "razorpay_webhook_secret_previous": "whsec_before",
    }
    return razorpay_gateway(Settings(**(values | changes)), load_profile("hall-booking"))


def answer(**changes):
    return {
        "razorpay_order_id": "order_ABC123",
        "razorpay_payment_id": "pay_XYZ789",
        "razorpay_signature": CHECKOUT,
    } | changes


def signed(body, secret="whsec_demo"):
    return {"X-Razorpay-Signature": sign(secret, body), "x-razorpay-event-id": "evt_1"}


@pytest.mark.req("I-026", "M-024")
def test_a_checkout_answer_signed_with_the_keys_secret_names_its_order():
    assert sign_checkout(CHECKOUT_SECRET, "order_ABC123", "pay_XYZ789") == CHECKOUT
    assert adapter().verify_checkout(answer()) == "order_ABC123"


@pytest.mark.req("I-026", "M-024")
@pytest.mark.parametrize(
    "change",
    [
        {"razorpay_signature": CHECKOUT.upper()},
        {"razorpay_signature": CHECKOUT[:-1]},
        {"razorpay_signature": ""},
        {"razorpay_signature": "ü" * 64},
        {"razorpay_signature": None},
        {"razorpay_signature": 7},
        {"razorpay_signature": [CHECKOUT]},
        {"razorpay_order_id": "order_ABC124"},
        {"razorpay_order_id": "pay_XYZ789", "razorpay_payment_id": "order_ABC123"},
        {"razorpay_payment_id": "pay_XYZ780"},
        {"razorpay_order_id": None},
    ],
    ids=str,
)
def test_any_other_checkout_answer_is_refused(change):
    with pytest.raises(BadSignature):
        adapter().verify_checkout(answer(**change))


def test_a_checkout_answer_signed_with_the_webhooks_secret_is_refused():
    forged = sign_checkout("whsec_demo", "order_ABC123", "pay_XYZ789")
    with pytest.raises(BadSignature):
        adapter().verify_checkout(answer(razorpay_signature=forged))


def test_the_bar_between_two_ids_cannot_be_moved():
    shifted = sign_checkout(CHECKOUT_SECRET, "order_A", "pay_B|pay_C")
    parts = {"razorpay_order_id": "order_A|pay_B", "razorpay_payment_id": "pay_C"}
    with pytest.raises(BadSignature):
        adapter().verify_checkout(answer(**parts, razorpay_signature=shifted))


@pytest.mark.req("I-026")
def test_a_webhook_is_signed_over_its_raw_body():
    assert sign("whsec_demo", WEBHOOK_BODY) == WEBHOOK
    event = adapter().parse_webhook(WEBHOOK_BODY, {"x-razorpay-signature": WEBHOOK})
    assert event.kind == "payment.captured"


@pytest.mark.req("I-026")
@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (WEBHOOK_BODY + b" ", {"x-razorpay-signature": WEBHOOK}),
        (b" " + WEBHOOK_BODY, {"x-razorpay-signature": WEBHOOK}),
        (json.dumps(json.loads(WEBHOOK_BODY)).encode(), {"x-razorpay-signature": WEBHOOK}),
        (WEBHOOK_BODY, {"x-razorpay-signature": WEBHOOK.upper()}),
        (WEBHOOK_BODY, {"x-razorpay-signature": "ü"}),
        (WEBHOOK_BODY, {"x-razorpay-signature": ""}),
        (WEBHOOK_BODY, {}),
        (WEBHOOK_BODY, signed(WEBHOOK_BODY, "somebody else's")),
        (WEBHOOK_BODY, signed(WEBHOOK_BODY, CHECKOUT_SECRET)),
        (b"", {"x-razorpay-signature": ""}),
    ],
)
def test_any_other_webhook_is_refused(body, headers):
    with pytest.raises(BadSignature):
        adapter().parse_webhook(body, headers)


def test_the_previous_secret_is_good_until_it_is_taken_away():
    old = signed(WEBHOOK_BODY, "whsec_before")
    assert adapter().parse_webhook(WEBHOOK_BODY, old).kind == "payment.captured"
    with pytest.raises(BadSignature):
        adapter(razorpay_webhook_secret_previous=None).parse_webhook(WEBHOOK_BODY, old)


def test_an_empty_previous_secret_is_no_secret():
    forged = signed(WEBHOOK_BODY, "")
    with pytest.raises(BadSignature):
        adapter(razorpay_webhook_secret_previous="").parse_webhook(WEBHOOK_BODY, forged)
    with pytest.raises(BadSignature):
        verify_webhook((), WEBHOOK_BODY, forged)


def test_a_recorded_body_under_a_fresh_id_is_the_same_event():
    first = adapter().parse_webhook(WEBHOOK_BODY, signed(WEBHOOK_BODY))
    fresh = signed(WEBHOOK_BODY, "whsec_before") | {"x-razorpay-event-id": "evt_2"}
    assert adapter().parse_webhook(WEBHOOK_BODY, fresh).event_id == first.event_id
    other = WEBHOOK_BODY.replace(b"captured", b"failed")
    assert adapter().parse_webhook(other, signed(other)).event_id != first.event_id


@pytest.mark.parametrize(
    "body", [b"", b"\xff\xfe", b"[]", b"7", b"{", b'{"a": NaN}', b"[" * 90_000]
)
def test_what_is_signed_but_no_event_is_kept_as_other(body):
    event = adapter().parse_webhook(body, signed(body))
    assert (event.about, event.kind) == (About.other, "unreadable")
    json.dumps(event.raw)
