"""What Razorpay's objects mean to us, also where they contradict themselves."""

import pytest

from kalends.adapters.razorpay import readings
from kalends.adapters.razorpay.answers import Misshapen
from kalends.core.gateways import GatewayError, GatewayPayment
from kalends.core.money import Money

ORDER = {"id": "order_A", "amount": 1000, "currency": "INR", "status": "attempted"}
CAPTURED = {"status": "captured", "captured": True, "fee": 24}


def attempt(name, at=1, **changes):
    """A payment of the order; the list that Razorpay sends begins with the newest."""
    made = {
        "id": f"pay_{name}",
        "order_id": "order_A",
        "amount": 1000,
        "currency": "INR",
        "status": "failed",
        "captured": False,
        "amount_refunded": 0,
        "fee": None,
        "created_at": at,
    }
    return made | changes


def test_an_order_that_nobody_tried_to_pay_is_created():
    seen = readings.read_order(ORDER, [])
    assert seen == GatewayPayment("order_A", None, "created", Money(1000, "INR"))


def test_the_latest_of_failed_attempts_stands_for_the_order():
    seen = readings.read_order(ORDER, [attempt("B", 2), attempt("A", 1, status="created")])
    assert (seen.payment_id, seen.status) == ("pay_B", "failed")
    seen = readings.read_order(ORDER, [attempt("B", 2, status="created"), attempt("A", 1)])
    assert (seen.payment_id, seen.status) == ("pay_B", "created")


def test_an_authorized_attempt_goes_before_later_failures():
    seen = readings.read_order(ORDER, [attempt("B", 2), attempt("A", 1, status="authorized")])
    assert (seen.payment_id, seen.status) == ("pay_A", "authorized")


def test_a_captured_attempt_goes_before_all_others():
    attempts = [attempt("C", 3), attempt("B", 2, **CAPTURED), attempt("A", 1, status="authorized")]
    seen = readings.read_order(ORDER, attempts)
    assert (seen.payment_id, seen.status, seen.fee) == ("pay_B", "captured", 24)


@pytest.mark.parametrize(
    ("status", "back", "expected"),
    [
        ("captured", 0, "captured"),
        ("captured", 1, "partially_refunded"),
        ("captured", 999, "partially_refunded"),
        ("refunded", 1000, "refunded"),
    ],
)
def test_the_amounts_say_how_far_a_payment_is_refunded(status, back, expected):
    paid = attempt("A", **CAPTURED) | {"status": status, "amount_refunded": back}
    seen = readings.read_order(ORDER | {"status": "paid"}, [paid])
    assert (seen.status, seen.refunded, seen.amount.amount) == (expected, back, 1000)


def test_a_reservation_that_ran_out_was_never_our_money():
    gone = attempt("A", status="refunded", amount_refunded=1000)
    seen = readings.read_order(ORDER, [gone])
    assert (seen.payment_id, seen.status, seen.refunded) == ("pay_A", "failed", 0)


def test_a_second_captured_payment_stands_beside_the_first():
    """Of the same second, the one further down the list is the older."""
    attempts = [attempt("A", 7, **CAPTURED), attempt("Z", 7, **CAPTURED)]
    seen = readings.read_order(ORDER | {"status": "paid"}, attempts)
    assert (seen.payment_id, seen.amount, seen.fee) == ("pay_Z", Money(1000, "INR"), 24)
    (other,) = seen.others
    assert (other.payment_id, other.amount, other.fee) == ("pay_A", Money(1000, "INR"), 24)
    assert (other.order_id, other.status) == (seen.order_id, "captured")


def test_a_second_captured_payment_tells_what_was_given_back_of_it():
    second = attempt("B", 2, **CAPTURED) | {"status": "refunded", "amount_refunded": 1000}
    seen = readings.read_order(ORDER, [second, attempt("A", 1, **CAPTURED)])
    assert (seen.payment_id, seen.status, seen.refunded) == ("pay_A", "captured", 0)
    assert [(o.payment_id, o.status, o.refunded) for o in seen.others] == [
        ("pay_B", "refunded", 1000)
    ]


def test_a_fee_that_is_not_known_yet_is_none():
    assert readings.read_order(ORDER, [attempt("A", **CAPTURED) | {"fee": None}]).fee is None


def test_a_paid_order_without_its_payment_is_asked_about_again():
    with pytest.raises(GatewayError) as refused:
        readings.read_order(ORDER | {"status": "paid"}, [attempt("A")])
    assert refused.value.unknown


@pytest.mark.parametrize(
    "change",
    [
        {"order_id": "order_B"},
        {"created_at": None},
        {"id": "rfnd_A"},
        {"amount": 10.0, **CAPTURED},
        {"amount_refunded": None, **CAPTURED},
        {"fee": "24", "status": "captured"},
    ],
    ids=str,
)
def test_an_attempt_that_makes_no_sense_is_never_guessed_at(change):
    with pytest.raises(Misshapen) as refused:
        readings.read_order(ORDER, [attempt("A") | change])
    assert refused.value.unknown


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"receipt": "key-0000001", "notes": []}, "key-0000001"),
        ({"receipt": None, "notes": {"kalends_key": "key-0000002"}}, "key-0000002"),
        ({"receipt": None, "notes": []}, None),
    ],
)
def test_a_refund_is_known_by_its_receipt_or_its_note(change, key):
    refund = {"id": "rfnd_A", "payment_id": "pay_A", "amount": 500, "currency": "INR"}
    assert readings.read_refund(refund | {"status": "pending"} | change).key == key
    with pytest.raises(Misshapen):
        readings.read_refund(refund | {"status": "lost"} | change)
