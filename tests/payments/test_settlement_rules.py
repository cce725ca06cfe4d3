"""Comparing statements is arithmetic on stories, and needs neither a gateway nor a database."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.core.gateways import MovementKind
from kalends.core.ids import new_id
from kalends.payments.rules.settlement_match import (
    compare,
    days_to_read,
    kept_by_gateway,
    objects,
    totals,
)
from kalends.payments.types import Gap, Line, Moved, Ours, Thing

TODAY = date(2030, 3, 10)
OURS = Ours(new_id(), "captured", Moved.yes, 100, "INR")
BACK = {
    MovementKind.refund: MovementKind.refund_failed,
    MovementKind.payout: MovementKind.payout_reversed,
    MovementKind.dispute: MovementKind.dispute_won,
}


def line(kind: MovementKind, amount: int, object_id: str = "x", **more: object) -> Line:
    facts = {"movement_id": f"{object_id}:{kind}", "fee": 0, "currency": "INR"}
    return Line(kind=kind, object_id=object_id, amount=amount, **(facts | more))  # type: ignore[arg-type]


def only(*lines: Line):
    (found,) = objects(lines)
    return found


def test_a_round_reads_the_last_week_and_the_days_that_are_still_in_question() -> None:
    long_ago = TODAY - timedelta(days=30)
    days = days_to_read(TODAY, [long_ago, TODAY - timedelta(days=2), TODAY])
    assert days == [long_ago, *(TODAY - timedelta(days=back) for back in range(7, 0, -1))]


@pytest.mark.parametrize(("there", "back"), BACK.items())
def test_what_went_and_came_back_has_not_moved(there: MovementKind, back: MovementKind) -> None:
    gone = only(line(there, -100))
    assert (gone.amount, gone.moved) == (100, Moved.yes)
    for lines in ((line(there, -100), line(back, 100)), (line(back, 100),)):
        returned = only(*lines)
        assert (returned.thing, returned.amount, returned.moved) == (gone.thing, 100, Moved.no)


def test_one_object_may_have_lines_of_two_kinds_under_one_name() -> None:
    told = objects([line(MovementKind.capture, 100), line(MovementKind.refund, -100)])
    assert [t.thing for t in told] == [Thing.payment, Thing.refund]


def test_fees_and_transfers_to_our_own_bank_are_nobodys_object() -> None:
    assert objects([line(MovementKind.fee, -5), line(MovementKind.transfer, -100)]) == []
    assert only(line(MovementKind.other, 7)).thing is Thing.other


def test_two_stories_that_agree_differ_in_nothing() -> None:
    told = only(line(MovementKind.capture, 100))
    assert compare(told, OURS) is None
    assert compare(told, replace(OURS, moved=Moved.open)) is None
    assert compare(told, replace(OURS, amount=None)) is None


@pytest.mark.parametrize(
    ("ours", "gap"),
    [
        (None, Gap.missing_here),
        (replace(OURS, amount=99), Gap.other_amount),
        (replace(OURS, currency="USD"), Gap.other_amount),
        (replace(OURS, moved=Moved.no, state="failed"), Gap.other_state),
    ],
)
def test_a_difference_says_what_both_sides_say(ours: Ours | None, gap: Gap) -> None:
    found = compare(only(line(MovementKind.capture, 100)), ours)
    assert found is not None
    assert (found.kind, found.thing, found.object_id) == (gap, Thing.payment, "x")
    assert (found.theirs_state, found.theirs_amount) == ("moved", 100)
    assert found.our_id == (ours.id if ours else None)
    assert found.ours_amount == (ours.amount if ours else None)


def test_a_fee_that_was_told_otherwise_before_is_a_difference_of_its_own() -> None:
    told = only(line(MovementKind.capture, 100, fee=3))
    assert compare(told, replace(OURS, fee=3)) is None
    assert compare(told, OURS) is None
    found = compare(told, replace(OURS, fee=2))
    assert found is not None
    assert (found.kind, found.thing) == (Gap.other_amount, Thing.fee)
    assert (found.ours_amount, found.theirs_amount) == (2, 3)


def test_only_fees_that_nobody_else_tells_are_booked_from_lines() -> None:
    for kind in (MovementKind.capture, MovementKind.payout, MovementKind.payout_reversed):
        assert kept_by_gateway(line(kind, 100, fee=3)) == 0
    assert kept_by_gateway(line(MovementKind.dispute, -100, fee=15)) == 15
    assert kept_by_gateway(line(MovementKind.dispute_won, 100, fee=-15)) == -15
    assert kept_by_gateway(line(MovementKind.fee, -4)) == 4
    assert kept_by_gateway(line(MovementKind.fee, 0, fee=4)) == 4


@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(MovementKind)), st.integers(-500, 500), st.integers(0, 9))
    )
)
def test_totals_leave_nothing_out(told: list[tuple[MovementKind, int, int]]) -> None:
    lines = [line(kind, amount, fee=fee) for kind, amount, fee in told]
    summed = totals(lines)
    assert sum(t["count"] for t in summed) == len(lines)
    assert sum(t["amount"] for t in summed) == sum(x.amount for x in lines)
    assert sum(t["fee"] for t in summed) == sum(x.fee for x in lines)
