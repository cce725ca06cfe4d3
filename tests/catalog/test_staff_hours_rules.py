"""Breaks cut working hours; what is left is written like hours."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.catalog.rules import check_breaks, days_without, week_without

NINE, SIX = 540, 1080
NOON, ONE = 720, 780
MINUTE = st.integers(0, 1439)


@pytest.mark.parametrize(
    ("period", "pause", "left"),
    [
        ((NINE, SIX), (NOON, ONE), [(NINE, NOON), (ONE, SIX)]),
        ((NINE, SIX), (480, NINE), [(NINE, SIX)]),
        ((NINE, SIX), (480, ONE), [(ONE, SIX)]),
        ((NINE, SIX), (1000, 1200), [(NINE, 1000)]),
        ((NINE, SIX), (480, 1200), []),
        ((0, 1440), (NOON, ONE), [(0, NOON), (ONE, 1440)]),
        ((SIX, 120), (1200, 1260), [(SIX, 1200), (1260, 120)]),
    ],
)
def test_a_break_cuts_the_period_that_it_lies_in(period, pause, left):
    assert week_without(((2, *period),), ((2, *pause),)) == tuple((2, *p) for p in left)
    assert week_without(((3, *period),), ((2, *pause),)) == ((3, *period),)


def test_a_special_date_has_the_breaks_of_its_weekday():
    monday, tuesday = date(2026, 11, 23), date(2026, 11, 24)
    days = ((monday, ((NINE, SIX),)), (tuesday, ((NINE, SIX),)))
    left = days_without(days, ((0, NOON, ONE),))
    assert left == ((monday, ((NINE, NOON), (ONE, SIX))), days[1])


@given(MINUTE, st.integers(0, 1440), st.lists(st.tuples(MINUTE, MINUTE), max_size=5))
def test_a_minute_is_worked_when_it_is_in_the_hours_and_in_no_break(opens, closes, pauses):
    if opens == closes:
        return
    breaks = tuple((0, a, b) for a, b in pauses if a < b)
    end = closes if closes > opens else closes + 1440
    wanted = {m for m in range(opens, end) if not any(a <= m < b for _, a, b in breaks)}
    worked: list[int] = []
    for _, start, stop in week_without(((0, opens, closes),), breaks):
        worked += range(start, stop if stop > start else stop + 1440)
    assert len(worked) == len(set(worked))
    assert set(worked) == wanted


@pytest.mark.parametrize("wrong", [(7, 0, 60), (0, 60, 60), (0, 120, 60), (0, 60, 1440)])
def test_breaks_that_nobody_can_mean_are_refused(wrong):
    with pytest.raises(ValueError):
        check_breaks((wrong,))


def test_there_are_only_so_many_breaks():
    with pytest.raises(ValueError, match="at most"):
        check_breaks(tuple((0, n, n + 1) for n in range(43)))
