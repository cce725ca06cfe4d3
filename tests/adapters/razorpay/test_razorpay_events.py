"""Every family of webhooks says what it is about; what is odd about some of them stops none."""

import json

import pytest

from kalends.adapters.razorpay.events import read_event
from kalends.core.gateways import About, CheckStatus, DisputeStatus, PayoutStatus
from kalends.core.money import Money

ORDER, PAYMENT, REFUND = "order_N8FAAAAAAAAAA0", "pay_N8FAAAAAAAAAA1", "rfnd_N9AAAAAAAAAAA1"
DISPUTE, PAYOUT, CHECK = "disp_N9AAAAAAAAAAA1", "pout_NBAAAAAAAAAAA1", "fav_NBAAAAAAAAAAA1"
MONEY = {"amount": 149900, "currency": "INR"}
payment = {"id": PAYMENT, "order_id": ORDER, "status": "captured", **MONEY, "notes": []}
refund = {"id": REFUND, "payment_id": PAYMENT, "status": "processed", **MONEY, "notes": []}
dispute = {"id": DISPUTE, "payment_id": PAYMENT, "status": "open", **MONEY}
payout = {"id": PAYOUT, "status": "processing", **MONEY}
check = {"id": CHECK, "status": "completed", "results": {"account_status": "active"}}


def event(kind, **entities):
    named = {name.replace("__", "."): {"entity": entity} for name, entity in entities.items()}
    return {
        "entity": "event",
        "account_id": "acc_Platform000001",
        "event": kind,
        "contains": list(named),
        "payload": named,
        "created_at": 1795170006,
    }


def read(told):
    return read_event(json.dumps(told).encode())


@pytest.mark.req("I-024", "I-025", "M-025")
@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("payment.authorized", "authorized"),
        ("payment.captured", "captured"),
        ("payment.failed", "failed"),
    ],
)
def test_a_payments_news_names_order_payment_and_status(kind, status):
    """The snapshot says captured each time: the payment was, when the event was written."""
    found = read(event(kind, payment=payment | {"captured": True}))
    assert (found.kind, found.about, found.status) == (kind, About.payment, status)
    assert (found.order_id, found.payment_id) == (ORDER, PAYMENT)
    assert found.amount == Money(149900, "INR")


def test_a_paid_order_is_a_captured_payment():
    order = {"id": ORDER, "amount": 149900, "currency": "INR", "status": "paid"}
    found = read(event("order.paid", payment=payment | {"order_id": None}, order=order))
    assert (found.about, found.order_id, found.status) == (About.payment, ORDER, "captured")


def test_a_payment_without_an_order_names_none():
    found = read(event("payment.authorized", payment=payment | {"order_id": None}))
    assert (found.about, found.order_id) == (About.payment, None)


@pytest.mark.parametrize(
    ("kind", "snapshot", "status"),
    [
        ("refund.created", "pending", "pending"),
        ("refund.created", "processed", "processed"),
        ("refund.processed", "pending", "processed"),
        ("refund.failed", "processed", "failed"),
        ("refund.speed_changed", "processed", "processed"),
    ],
)
def test_a_refunds_news_names_the_refund(kind, snapshot, status):
    found = read(event(kind, refund=refund | {"status": snapshot}, payment=payment))
    assert (found.about, found.object_id, found.status) == (About.refund, REFUND, status)
    assert (found.payment_id, found.order_id) == (PAYMENT, ORDER)


@pytest.mark.parametrize(
    ("last", "status"),
    [
        ("created", DisputeStatus.open),
        ("under_review", DisputeStatus.open),
        ("action_required", DisputeStatus.open),
        ("won", DisputeStatus.won),
        ("lost", DisputeStatus.lost),
        ("closed", DisputeStatus.closed),
        ("mediated", None),
    ],
)
def test_a_disputes_news_names_the_dispute(last, status):
    found = read(event(f"payment.dispute.{last}", payment=payment, dispute=dispute))
    assert (found.about, found.object_id, found.status) == (About.dispute, DISPUTE, status)
    assert (found.payment_id, found.order_id) == (PAYMENT, ORDER)


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("payout.pending", PayoutStatus.processing),
        ("payout.queued", PayoutStatus.processing),
        ("payout.initiated", PayoutStatus.processing),
        ("payout.updated", PayoutStatus.processing),
        ("payout.processed", PayoutStatus.processed),
        ("payout.failed", PayoutStatus.failed),
        ("payout.rejected", PayoutStatus.failed),
        ("payout.reversed", PayoutStatus.reversed),
    ],
)
def test_a_payouts_news_names_the_payout(kind, status):
    found = read(event(kind, payout=payout))
    assert (found.about, found.object_id, found.status) == (About.payout, PAYOUT, status)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, CheckStatus.verified),
        ({"results": {"account_status": "invalid"}}, CheckStatus.rejected),
        ({"results": {"account_status": None}}, CheckStatus.unclear),
        ({"status": "failed", "results": {}}, CheckStatus.unclear),
    ],
)
def test_an_account_checks_news_stands_under_a_name_with_a_dot(changes, status):
    kind = f"fund_account.validation.{(check | changes)['status']}"
    found = read(event(kind, fund_account__validation=check | changes))
    assert (found.about, found.object_id, found.status) == (About.account, CHECK, status)


def test_a_settlements_news_names_the_settlement():
    settlement = {"id": "setl_NBAAAAAAAAAAA1", "amount": 973635, "status": "processed", "fees": 1}
    found = read(event("settlement.processed", settlement=settlement))
    assert (found.about, found.object_id) == (About.settlement, "setl_NBAAAAAAAAAAA1")


@pytest.mark.parametrize(
    "kind",
    [
        "payment.downtime.started",
        "payout.downtime.resolved",
        "transfer.processed",
        "transfers.failed",
        "transaction.created",
        "subscription.charged",
        "invoice.paid",
        "virtual_account.credited",
        "something.new",
        "",
    ],
)
def test_what_nobody_waits_for_is_kept_as_other(kind):
    found = read(event(kind, payment=payment, payout=payout))
    assert (found.about, found.status, found.object_id) == (About.other, None, None)
    assert found.kind == (kind or "unknown")
    assert found.raw["payload"]["payment"]["entity"]["id"] == PAYMENT


def test_missing_and_misplaced_parts_of_the_envelope_do_not_matter():
    told = event("refund.speed_changed", refund=refund, payment=payment)
    told["payload"]["created_at"] = told.pop("created_at")
    del told["contains"], told["account_id"]
    assert read(told).object_id == REFUND


@pytest.mark.parametrize(
    "entity",
    [
        None,
        [],
        {},
        payment | {"id": "order_N8FAAAAAAAAAA0"},
        payment | {"id": 7},
        payment | {"amount": 1499.0},
        payment | {"amount": True},
        payment | {"amount": "149900"},
        payment | {"amount": -1},
        payment | {"currency": None},
        payment | {"currency": "rupees"},
    ],
    ids=str,
)
def test_news_without_its_object_are_kept_as_other(entity):
    found = read(event("payment.captured", payment=entity))
    assert (found.about, found.kind) == (About.other, "payment.captured")


@pytest.mark.parametrize("payload", [None, [], "x", {"payment": None}, {"payment": []}])
def test_a_payload_of_another_shape_is_kept_as_other(payload):
    assert read(event("payment.captured") | {"payload": payload}).about is About.other


def test_what_a_database_of_text_cannot_hold_is_replaced():
    notes = {"to\0you": "zero \0 and half \ud800 a pair", "many": [1.5, None]}
    found = read(event("payment.captured", payment=payment | {"notes": notes}))
    stored = json.dumps(found.raw, allow_nan=False)
    assert "\\u0000" not in stored
    assert "\\ud800" not in stored
    assert found.payment_id == PAYMENT


def test_numbers_beyond_all_bounds_can_be_stored():
    body = json.dumps(event("payment.captured", payment=payment)).encode()
    found = read_event(body.replace(b"1795170006", b"1e999"))
    assert json.dumps(found.raw, allow_nan=False)
