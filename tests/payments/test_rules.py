"""The pure rules of payments."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.core.gateways import GatewayPayment
from kalends.core.ids import new_id
from kalends.core.money import Money
from kalends.payments.rules.movements import movement_type, top_up_status
from kalends.payments.rules.processes import PAYMENT, REFUND
from kalends.payments.rules.refunds import spread
from kalends.payments.rules.verdicts import (
    Known,
    Outcome,
    is_stale,
    judge,
    judge_surplus,
    sorted_out,
)
from tests.payments.money import inr

KNOWN = Known("order_1", None, "created", inr(100))
SEEN = GatewayPayment("order_1", "pay_1", "captured", inr(100))
AFTER_MONEY = ("captured", "partially_refunded", "refunded")


@pytest.mark.parametrize("state", ["created", "failed", "expired"])
def test_money_that_came_is_taken_from_every_open_state(state: str) -> None:
    assert judge(replace(KNOWN, state=state), SEEN).outcome is Outcome.capture


@pytest.mark.parametrize("state", AFTER_MONEY)
@pytest.mark.parametrize("status", ["created", "failed", "authorized", "captured"])
def test_nothing_leads_back_from_captured(state: str, status: str) -> None:
    known = replace(KNOWN, state=state, payment_id="pay_1")
    assert judge(known, replace(SEEN, status=status)).outcome is Outcome.keep


def test_a_failure_counts_only_while_we_wait() -> None:
    failed = replace(SEEN, status="failed")
    assert judge(KNOWN, failed).outcome is Outcome.fail
    assert judge(replace(KNOWN, state="expired"), failed).outcome is Outcome.keep


@pytest.mark.parametrize(
    ("seen", "reason"),
    [
        (replace(SEEN, order_id="order_2"), "order_mismatch"),
        (replace(SEEN, amount=inr(99)), "amount_mismatch"),
        (replace(SEEN, amount=Money(100, "USD")), "currency_mismatch"),
        (replace(SEEN, refunded=1), "refunded_at_gateway"),
        (replace(SEEN, status="refunded", refunded=100), "refunded_at_gateway"),
    ],
)
def test_what_does_not_fit_is_parked(seen: GatewayPayment, reason: str) -> None:
    verdict = judge(KNOWN, seen)
    assert (verdict.outcome, verdict.reason) == (Outcome.park, reason)


def test_our_payment_stays_ours_whichever_of_two_the_gateway_names_first() -> None:
    other = replace(SEEN, payment_id="pay_2")
    seen = replace(other, others=(SEEN,))
    assert sorted_out(KNOWN, seen) == (other, [SEEN])
    assert sorted_out(replace(KNOWN, payment_id="pay_1"), seen) == (SEEN, [other])


@pytest.mark.parametrize(
    ("asked_back", "seen", "outcome", "reason"),
    [
        (None, SEEN, Outcome.capture, None),
        (None, replace(SEEN, amount=inr(99)), Outcome.capture, None),
        (None, replace(SEEN, status="refunded", refunded=100), Outcome.keep, None),
        (None, replace(SEEN, refunded=1), Outcome.park, "refunded_at_gateway"),
        (0, SEEN, Outcome.keep, None),
        (100, replace(SEEN, status="refunded", refunded=100), Outcome.keep, None),
        (0, replace(SEEN, refunded=1), Outcome.park, "refunded_at_gateway"),
        (None, replace(SEEN, amount=Money(100, "USD")), Outcome.park, "currency_mismatch"),
    ],
)
def test_a_further_payment_of_an_order_is_booked_once_unless_it_went_back(
    asked_back: int | None, seen: GatewayPayment, outcome: Outcome, reason: str | None
) -> None:
    verdict = judge_surplus(KNOWN, asked_back, seen)
    assert (verdict.outcome, verdict.reason) == (outcome, reason)


def test_a_second_payment_of_one_order_is_parked() -> None:
    known = replace(KNOWN, state="captured", payment_id="pay_0")
    assert judge(known, SEEN).reason == "second_capture"


@pytest.mark.parametrize(
    ("state", "status", "payment_id", "stale"),
    [
        ("created", "captured", "pay_1", False),
        ("created", "created", None, True),
        ("created", None, None, False),
        ("created", "sent", None, False),
        ("expired", "failed", None, False),
        ("failed", "failed", "pay_1", True),
        ("failed", "failed", "pay_2", False),
        ("captured", "failed", None, True),
        ("captured", "captured", "pay_1", True),
        ("captured", "captured", "pay_2", False),
        ("refunded", "captured", "pay_1", True),
        ("refunded", "refunded", "pay_1", False),
    ],
)
def test_an_event_is_stale_when_its_order_stands_there_already(
    state: str, status: str | None, payment_id: str | None, *, stale: bool
) -> None:
    known = replace(KNOWN, state=state, payment_id="pay_1")
    assert is_stale(known, status, payment_id) is stale


@given(st.lists(st.integers(0, 10**12), max_size=8), st.data())
def test_a_refund_is_spread_exactly(left: list[int], data: st.DataObject) -> None:
    amount = data.draw(st.integers(0, sum(left)))
    payments: list[tuple[UUID, Money]] = [(new_id(), inr(rest)) for rest in left]
    shares = spread(inr(amount), payments)
    assert sum(share.amount for _, share in shares) == amount
    limits = dict(payments)
    assert all(0 < share.amount <= limits[payment].amount for payment, share in shares)
    with pytest.raises(ValueError, match="exceed"):
        spread(inr(sum(left) + 1), payments)


def test_a_movement_reads_as_what_it_was() -> None:
    assert movement_type("refund", 5) == "REFUND"
    assert movement_type("adjustment", -5) == "ADMIN_ADJUSTMENT"
    assert movement_type("top_up", 5) == "CREDIT"
    assert movement_type("wallet_payment", -5) == "DEBIT"
    assert [top_up_status(state) for state in ("created", "failed", "expired")] == [
        "PENDING",
        "FAILED",
        "FAILED",
    ]


def test_the_processes_have_the_states_of_the_specification() -> None:
    assert set(PAYMENT.states) == {"created", "failed", "expired", "charged_back", *AFTER_MONEY}
    decided = {"approved", "processing", "completed", "failed"}
    assert set(REFUND.states) == {"requested", "rejected"} | decided
