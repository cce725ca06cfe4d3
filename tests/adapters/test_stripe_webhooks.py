"""Stripe's webhooks: who signed them, when, and what they speak of."""

import json
from typing import Any

import pytest

from kalends.adapters.stripe import StripeGateway
from kalends.adapters.stripe.base import Keys
from kalends.adapters.stripe.signature import sign, verify
from kalends.core.clock import real_now
from kalends.core.gateways import About, BadSignature, GatewayEvent
from kalends.core.money import Money
from tests.emulators.stripe.driver import StripeProvider

BODY = b'{"id": "evt_1", "object": "event", "type": "ping.sent", "data": {"object": {}}}'
SECRETS = ("whsec_now", "whsec_before")
PI, CH = "pi_ExampleIntent0001", "ch_ExampleCharge0001"


@pytest.fixture
def adapter() -> StripeGateway:
    return StripeGateway(Keys("sk_test_1", "pk_test_1", SECRETS, "USD"))


def now() -> int:
    return int(real_now().timestamp())


def header(secret: str = "whsec_now", *, age: int = 0, body: bytes = BODY) -> dict[str, str]:
    at = now() - age
    return {"Stripe-Signature": f"t={at},v1={sign(secret, at, body)}"}


def told(adapter: StripeGateway, kind: str, thing: dict[str, Any], **more: Any) -> GatewayEvent:
    facts = {"id": "evt_1", "object": "event", "type": kind, "data": {"object": thing}, **more}
    body = json.dumps(facts).encode()
    return adapter.parse_webhook(body, header(body=body))


def test_the_signature_is_stripes() -> None:
    body = b'{"entity":"event","event":"payment.captured"}'
    known = "815b4dd58b8c8ccd322fbd1c497789fe3aba1ebd093b6c603bfa2ba34751cffb"
    assert sign("whsec_demo", 1700000000, body) == known


@pytest.mark.parametrize("age", [0, 290, -290])
def test_what_is_signed_within_five_minutes_is_accepted(adapter: StripeGateway, age: int) -> None:
    assert adapter.parse_webhook(BODY, header(age=age)).event_id == "evt_1"


@pytest.mark.parametrize("age", [310, 86_400, -310, -86_400 * 365])
def test_what_is_older_or_far_in_the_future_is_refused(adapter: StripeGateway, age: int) -> None:
    with pytest.raises(BadSignature, match="too far from now"):
        adapter.parse_webhook(BODY, header(age=age))


def test_while_the_secret_changes_both_are_accepted(adapter: StripeGateway) -> None:
    at = now()
    both = f"t={at},v1={'0' * 64},v0=abc,v1={sign('whsec_before', at, BODY)}"
    assert adapter.parse_webhook(BODY, {"stripe-signature": both}).kind == "ping.sent"
    assert adapter.parse_webhook(BODY, header("whsec_before")).kind == "ping.sent"


def test_a_foreign_secret_or_a_changed_body_is_refused(adapter: StripeGateway) -> None:
    with pytest.raises(BadSignature):
        adapter.parse_webhook(BODY, header("whsec_foreign"))
    with pytest.raises(BadSignature):
        adapter.parse_webhook(BODY + b" ", header())


@pytest.mark.parametrize(
    "odd",
    ["", "t=,v1=", "v1=abc", "t=abc,v1=abc", "t=1", "t=1,t=2,v1=abc", "t=-5,v1=a", "t=²,v1=a", "\x00", "v1=ä,t=1"],
)  # fmt: skip
def test_an_odd_header_is_refused(adapter: StripeGateway, odd: str) -> None:
    with pytest.raises(BadSignature):
        adapter.parse_webhook(BODY, {"stripe-signature": odd})


def test_another_scheme_is_not_read(adapter: StripeGateway) -> None:
    at = now()
    with pytest.raises(BadSignature):
        adapter.parse_webhook(
            BODY, {"stripe-signature": f"t={at},v0={sign('whsec_now', at, BODY)}"}
        )


def test_an_empty_secret_signs_nothing() -> None:
    at = now()
    with pytest.raises(BadSignature):
        verify(f"t={at},v1={sign('', at, BODY)}", BODY, [""])


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"\xff\xfe", b'{"id": 5, "type": "a.b"}', b'{"type": "x"}', b"[" * 20_000]
)  # fmt: skip
def test_a_signed_body_that_is_no_event_is_refused(adapter: StripeGateway, body: bytes) -> None:
    with pytest.raises(BadSignature):
        adapter.parse_webhook(body, header(body=body))


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("created", "created"),
        ("requires_action", "created"),
        ("processing", "created"),
        ("amount_capturable_updated", "authorized"),
        ("partially_funded", None),
        ("succeeded", "captured"),
        ("payment_failed", "failed"),
        ("canceled", "failed"),
    ],
)
def test_a_payment_intent_is_an_order(
    adapter: StripeGateway, kind: str, status: str | None
) -> None:
    intent = {
        "id": PI,
        "amount": 5000,
        "amount_received": 0,
        "currency": "usd",
        "latest_charge": CH,
    }
    event = told(adapter, f"payment_intent.{kind}", intent)
    assert (event.about, event.order_id, event.payment_id) == (About.payment, PI, CH)
    assert (event.status, event.amount) == (status, Money(5000, "USD"))


@pytest.mark.parametrize(
    ("kind", "more", "status"),
    [
        ("succeeded", {"captured": True}, "captured"),
        ("succeeded", {"captured": False}, "authorized"),
        ("captured", {}, "captured"),
        ("failed", {}, "failed"),
        ("expired", {}, "failed"),
        ("pending", {}, "created"),
        ("updated", {}, None),
        ("refunded", {"refunded": False}, "partially_refunded"),
        ("refunded", {"refunded": True}, "refunded"),
    ],
)
def test_a_charge_speaks_of_its_payment_intent(
    adapter: StripeGateway, kind: str, more: dict[str, Any], status: str | None
) -> None:
    charge = {"id": CH, "object": "charge", "payment_intent": PI, "amount": 5, "currency": "jpy"}
    event = told(adapter, f"charge.{kind}", charge | more)
    assert (event.about, event.order_id, event.payment_id) == (About.payment, PI, CH)
    assert (event.status, event.amount) == (status, Money(5, "JPY"))


@pytest.mark.parametrize("kind", ["refund.created", "refund.updated", "refund.failed", "charge.refund.updated"])  # fmt: skip
@pytest.mark.parametrize(
    ("theirs", "ours"),
    [("pending", "pending"), ("requires_action", "pending"), ("succeeded", "processed"), ("failed", "failed"), ("canceled", "failed")],
)  # fmt: skip
def test_every_kind_of_refund_news_names_the_refund(
    adapter: StripeGateway, kind: str, theirs: str, ours: str
) -> None:
    refund = {
        "id": "re_1",
        "object": "refund",
        "status": theirs,
        "charge": CH,
        "payment_intent": PI,
    }
    event = told(adapter, kind, refund | {"amount": 7, "currency": "usd"})
    assert (event.about, event.object_id, event.status) == (About.refund, "re_1", ours)
    assert (event.order_id, event.payment_id) == (PI, CH)


@pytest.mark.parametrize("kind", ["created", "updated", "closed", "funds_withdrawn", "funds_reinstated"])  # fmt: skip
def test_dispute_news_names_the_dispute(adapter: StripeGateway, kind: str) -> None:
    dispute = {"id": "du_1", "object": "dispute", "status": "under_review", "charge": CH}
    event = told(adapter, f"charge.dispute.{kind}", dispute | {"amount": 7, "currency": "usd"})
    assert (event.about, event.object_id, event.status) == (About.dispute, "du_1", "open")


@pytest.mark.parametrize(
    ("kind", "thing", "about", "object_id"),
    [
        ("transfer.created", {"id": "tr_1", "reversed": False}, About.payout, "tr_1"),
        ("transfer.reversed", {"id": "tr_1", "reversed": True}, About.payout, "tr_1"),
        ("payout.paid", {"id": "po_1", "status": "paid"}, About.settlement, "po_1"),
        ("account.updated", {"id": "acct_1"}, About.account, "acct_1"),
        ("capability.updated", {"id": "transfers", "account": "acct_1"}, About.account, "acct_1"),
        ("account.external_account.updated", {"id": "ba_1", "account": "acct_1"}, About.account, "acct_1"),
    ],
)  # fmt: skip
def test_money_to_banks_and_accounts(
    adapter: StripeGateway, kind: str, thing: dict[str, Any], about: About, object_id: str
) -> None:
    event = told(adapter, kind, thing)
    assert (event.about, event.object_id) == (about, object_id)


def test_a_failed_payout_of_a_provider_is_news_of_the_providers_account(
    adapter: StripeGateway,
) -> None:
    event = told(adapter, "payout.failed", {"id": "po_1"}, account="acct_1")
    assert (event.about, event.object_id) == (About.account, "acct_1")


@pytest.mark.parametrize("kind", ["customer.created", "payment_intent.invented", "charge.updated"])
def test_what_nobody_here_knows_is_other(adapter: StripeGateway, kind: str) -> None:
    assert told(adapter, kind, {"id": "x_1"}).about is About.other


def test_a_thin_event_is_other(adapter: StripeGateway) -> None:
    body = b'{"id": "evt_2", "object": "v2.core.event", "type": "v2.core.account.updated"}'
    assert adapter.parse_webhook(body, header(body=body)).about is About.other


def test_client_secrets_are_not_kept(adapter: StripeGateway) -> None:
    intent = {"id": PI, "client_secret": f"{PI}_secret_x"}
    event = told(adapter, "payment_intent.created", intent)
    assert event.raw["data"]["object"] == {"id": PI}


async def test_deliveries_carry_both_signatures_while_the_secret_changes(
    stripe: StripeProvider,
) -> None:
    await stripe.adapter.create_order(reference="rotating-1", amount=Money(500, "USD"))
    [(body, headers)] = await stripe.webhooks(rotating=True)
    assert headers["stripe-signature"].count("v1=") == 2
    assert stripe.adapter.parse_webhook(body, headers).kind == "payment_intent.created"
    body, headers = await stripe.sign(body, secret="previous")
    assert stripe.adapter.parse_webhook(body, headers).about is About.payment
