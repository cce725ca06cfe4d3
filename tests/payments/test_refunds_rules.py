"""The pure rules of refunds: where they go, under which name, and what a gateway's word means."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.core.gateways import GatewayRefund, RefundStatus
from kalends.core.ids import new_id
from kalends.payments import Destination, RefundState
from kalends.payments.rules.refund_verdicts import KnownRefund, Step, judge_refund
from kalends.payments.rules.refunds import (
    LONGEST_PAUSE,
    destination_for,
    divide,
    gateway_key,
    gateway_keys,
    next_attempt_at,
    runs_by_itself,
    shown,
)
from tests.payments.money import inr

ORIGINAL, WALLET = Destination.original_method, Destination.wallet
KNOWN = KnownRefund("processing", "key-1", None, "pay_1", inr(60))
SEEN = GatewayRefund("rfnd_1", "pay_1", RefundStatus.processed, inr(60), "key-1")
NAMED = replace(KNOWN, gateway_refund_id="rfnd_1")
NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)


@given(st.uuids(), st.integers(1, 20))
def test_every_attempt_has_a_name_of_its_own_that_every_gateway_takes(
    refund_id: UUID, attempt: int
) -> None:
    names = gateway_keys(refund_id, attempt)
    assert names[0] == gateway_key(refund_id, attempt)
    assert names[-1] == str(refund_id)
    assert len(set(names)) == attempt
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{10,36}", name) for name in names)


@given(st.lists(st.sampled_from(["sandbox", "razorpay", "wallet"]), min_size=1, max_size=8))
def test_a_refund_is_divided_without_a_rest(gateways: list[str]) -> None:
    names = {new_id(): gateway for gateway in gateways}
    shares = [(payment, inr(n + 1)) for n, payment in enumerate(names)]
    for destination in Destination:
        parts = divide(shares, names, destination)
        assert sorted(s for part in parts for s in part.shares) == sorted(shares)
        assert sum(part.amount.amount for part in parts) == sum(m.amount for _, m in shares)
        assert sum(part.destination is WALLET for part in parts) <= 1
        for part in parts:
            paid_by = {names[payment] for payment, _ in part.shares}
            assert part.destination is WALLET or paid_by == {part.gateway}
            assert part.destination is WALLET or len(part.shares) == 1
    assert len(divide(shares, names, WALLET)) == 1


@pytest.mark.parametrize(
    ("setting", "wanted", "free", "goes"),
    [
        ("wallet", None, False, WALLET),
        ("wallet", ORIGINAL, False, WALLET),
        ("wallet", ORIGINAL, True, ORIGINAL),
        ("original_method", None, False, ORIGINAL),
        ("original_method", WALLET, False, ORIGINAL),
        ("customer_choice", None, False, ORIGINAL),
        ("customer_choice", WALLET, False, WALLET),
        ("customer_choice", ORIGINAL, False, ORIGINAL),
    ],
)
def test_a_wish_counts_where_the_marketplace_leaves_the_choice(
    setting: str, wanted: Destination | None, goes: Destination, *, free: bool
) -> None:
    assert destination_for(setting, wanted, free=free) is goes


@pytest.mark.req("C-37")
def test_a_limit_and_a_switch_decide_what_runs_by_itself() -> None:
    assert runs_by_itself(inr(10**9), automatic=True, up_to=None)
    assert runs_by_itself(inr(100), automatic=True, up_to=100)
    assert not runs_by_itself(inr(101), automatic=True, up_to=100)
    assert not runs_by_itself(inr(1), automatic=False, up_to=None)


def test_the_pauses_between_attempts_double_up_to_a_day() -> None:
    pause = timedelta(minutes=10)
    minutes = [(next_attempt_at(NOON, n, pause) - NOON) / timedelta(minutes=1) for n in (1, 2, 3)]
    assert minutes == [10, 20, 40]
    assert next_attempt_at(NOON, 20, pause) == NOON + LONGEST_PAUSE


@pytest.mark.req("M-035")
def test_a_customer_reads_how_far_a_refund_has_come() -> None:
    way = ["requested", "approved", "processing", "failed", "completed", "rejected"]
    assert [shown(RefundState(state)) for state in way] == [
        "requested", "initiated", "processing", "processing", "completed", "rejected",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "step"),
    [
        (RefundStatus.pending, Step.note),
        (RefundStatus.processed, Step.complete),
        (RefundStatus.failed, Step.fail),
    ],
)
def test_the_gateways_word_moves_a_refund_under_way(status: RefundStatus, step: Step) -> None:
    for known in (KNOWN, NAMED):
        assert judge_refund(known, replace(SEEN, status=status)).step is step
    assert judge_refund(KNOWN, replace(SEEN, status=status, key=None)).step is step


def test_a_completed_refund_can_only_fail_late() -> None:
    known = replace(NAMED, state="completed")
    steps = [judge_refund(known, replace(SEEN, status=s)).step for s in RefundStatus]
    assert steps == [Step.keep, Step.keep, Step.fail_late]


def test_a_failed_attempt_stays_failed() -> None:
    known = replace(NAMED, state="failed")
    assert {judge_refund(known, replace(SEEN, status=s)).step for s in RefundStatus} == {Step.keep}


def test_a_refused_refund_that_is_there_after_all_is_parked() -> None:
    known = replace(KNOWN, state="failed")
    reasons = [judge_refund(known, replace(SEEN, status=s)).reason for s in RefundStatus]
    assert reasons == ["refund_revived", "refund_revived", None]


@pytest.mark.parametrize(
    "differ",
    [
        lambda seen: replace(seen, amount=inr(61)),
        lambda seen: replace(seen, payment_id="pay_2"),
    ],
    ids=["amount", "payment"],
)
def test_what_is_not_this_refund_is_parked(
    differ: Callable[[GatewayRefund], GatewayRefund],
) -> None:
    assert judge_refund(NAMED, differ(SEEN)).reason == "refund_mismatch"


def test_another_attempt_that_paid_is_a_second_refund() -> None:
    other = replace(SEEN, refund_id="rfnd_0", key="key-0")
    for known in (KNOWN, NAMED, replace(NAMED, state="completed")):
        assert judge_refund(known, other).reason == "second_refund"
        assert judge_refund(known, replace(other, status=RefundStatus.failed)).step is Step.keep
    assert judge_refund(KNOWN, other, adopt=True).step is Step.complete


def test_what_went_to_the_wallet_must_not_be_paid_at_the_gateway_too() -> None:
    diverted = replace(NAMED, state="completed", diverted=True)
    assert judge_refund(diverted, SEEN).reason == "second_refund"
    assert judge_refund(diverted, replace(SEEN, status=RefundStatus.failed)).step is Step.keep


@given(
    st.sampled_from(["approved", "processing", "completed", "failed"]),
    st.lists(st.sampled_from(list(RefundStatus)), max_size=8),
)
def test_no_word_leads_back(state: str, said: list[RefundStatus]) -> None:
    rank = {"approved": 0, "processing": 1, "completed": 2, "failed": 3}
    reached = {Step.complete: "completed", Step.fail: "failed", Step.fail_late: "failed"}
    known = replace(NAMED, state=state)
    for status in said:
        after = reached.get(judge_refund(known, replace(SEEN, status=status)).step, known.state)
        assert rank[after] >= rank[known.state]
        known = replace(known, state=after)
