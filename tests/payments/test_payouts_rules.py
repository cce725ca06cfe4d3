"""The pure rules of payouts: names, bank codes, verdicts, milestones, periods."""

from datetime import date
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.core.gateways import GatewayPayout, PayoutStatus
from kalends.core.money import Money
from kalends.payments import MilestoneOrder
from kalends.payments.rules.bank_accounts import compare_names, routing_problem
from kalends.payments.rules.milestones import divide
from kalends.payments.rules.payout_verdicts import KnownPayout, attempt_key, judge_payout
from kalends.payments.rules.periods import days_of, month_of
from tests.payments.money import inr

BOTH = ("reservation", "completion")


@pytest.mark.parametrize(
    ("told", "registered", "match"),
    [
        ("Asha Rao", "ASHA RAO", "same"),
        ("Rao Asha", "Smt. Asha Rao", "same"),
        ("A. Rao", "ASHA RAO", "similar"),
        ("José Núñez", "JOSE NUNEZ", "same"),
        ("Asha Suresh Rao", "Asha Rao", "similar"),
        ("Asha Events LLP", "ASHA EVENTS PRIVATE LIMITED", "similar"),
        ("Vikram Singh", "ASHA RAO", "different"),
        ("A R", "ASHA RAO", "different"),
        ("Asha Rao", None, "unknown"),
        ("Asha Rao", "", "unknown"),
    ],
)
def test_names_are_compared_as_people_would(told: str, registered: str, match: str) -> None:
    assert compare_names(told, registered) == match


def test_an_ifsc_is_asked_for_in_india_only() -> None:
    assert routing_problem("HDFC0001234", "IN") is None
    assert routing_problem("HDFCO001234", "IN") is not None
    assert routing_problem("110000000", "US") is None
    assert routing_problem("", "US") is not None


def test_every_attempt_has_a_key_that_gateways_take() -> None:
    payout_id = uuid4()
    keys = [attempt_key(payout_id, attempt) for attempt in (1, 2, 3)]
    assert keys[0] == str(payout_id)
    assert len(set(keys)) == 3
    assert keys == [attempt_key(payout_id, attempt) for attempt in (1, 2, 3)]
    assert {len(key) for key in keys} == {36}


def seen(
    status: PayoutStatus, amount: int = 100, key: str = "k", code: str = "INR"
) -> GatewayPayout:
    return GatewayPayout("pout_1", status, Money(amount, code), key)


@pytest.mark.parametrize(
    ("state", "status", "steps"),
    [
        ("processing", PayoutStatus.processing, ()),
        ("processing", PayoutStatus.processed, ("pay",)),
        ("processing", PayoutStatus.failed, ("fail",)),
        ("processing", PayoutStatus.reversed, ("pay", "reverse")),
        ("paid", PayoutStatus.processing, ()),
        ("paid", PayoutStatus.processed, ()),
        ("paid", PayoutStatus.reversed, ("reverse",)),
        ("paid", PayoutStatus.failed, ("fail",)),
        ("failed", PayoutStatus.failed, ()),
        ("failed", PayoutStatus.reversed, ()),
        ("reversed", PayoutStatus.failed, ()),
        ("reversed", PayoutStatus.processing, ()),
    ],
)
def test_a_payout_follows_its_gateway_and_never_goes_back(
    state: str, status: PayoutStatus, steps: tuple[str, ...]
) -> None:
    verdict = judge_payout(KnownPayout(state, "k", inr(100)), seen(status))
    assert (verdict.steps, verdict.reason) == (steps, None)


@pytest.mark.parametrize(
    ("known", "told", "reason"),
    [
        (("processing", True), seen(PayoutStatus.processed, 99), "amount_mismatch"),
        (("processing", True), seen(PayoutStatus.processed, code="USD"), "currency_mismatch"),
        (("processing", True), seen(PayoutStatus.processed, key="other"), "key_mismatch"),
        (("failed", True), seen(PayoutStatus.processed), "paid_after_failure"),
        (("reversed", True), seen(PayoutStatus.processed), "paid_after_failure"),
        (("processing", False), seen(PayoutStatus.processed), "paid_after_failure"),
        (("processing", False), seen(PayoutStatus.failed), None),
    ],
)
def test_what_does_not_fit_is_shown_and_never_guessed_at(
    known: tuple[str, bool], told: GatewayPayout, reason: str | None
) -> None:
    state, current = known
    verdict = judge_payout(KnownPayout(state, "k", inr(100), current), told)
    assert (verdict.steps, verdict.reason) == ((), reason)


@given(
    net=st.integers(1, 10**12),
    commission=st.integers(0, 10**12),
    tax=st.integers(0, 10**12),
    percent=st.integers(1, 99),
)
def test_milestones_add_up_to_the_last_unit(
    net: int, commission: int, tax: int, percent: int
) -> None:
    order = MilestoneOrder(
        "booking:1",
        "1",
        uuid4(),
        inr(net + commission + tax),
        inr(commission),
        (("gst", inr(tax)),),
    )
    parts = divide(order, BOTH, percent)
    assert sum(part.net.amount for part in parts) == net
    assert sum(part.commission.amount for part in parts) == commission
    assert sum(part.gross.amount for part in parts) == order.amount.amount
    assert all(part.net.amount > 0 for part in parts)


def test_milestones_of_nothing_are_none() -> None:
    order = MilestoneOrder("booking:1", "1", uuid4(), inr(10), inr(10))
    with pytest.raises(ValueError, match="nothing"):
        divide(order, BOTH, 50)


def test_a_month_lasts_from_midnight_to_midnight_where_the_marketplace_is() -> None:
    begin, end = month_of("2026-12", "Asia/Kolkata")
    assert begin.isoformat() == "2026-12-01T00:00:00+05:30"
    assert end.isoformat() == "2027-01-01T00:00:00+05:30"


@pytest.mark.parametrize("days", [0, -1, 367])
def test_a_report_is_of_one_day_to_a_year(days: int) -> None:
    first = date(2026, 1, 1)
    with pytest.raises(ValueError, match="days"):
        days_of(first, date.fromordinal(first.toordinal() + days), "UTC")
