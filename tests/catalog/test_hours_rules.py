"""Which opening hours are accepted, and that they survive being written down."""

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.catalog.rules import check_hours, is_zone, read_hours, read_opening, write_hours
from kalends.catalog.types import ALWAYS_OPEN, Hours, SpecialDay

CHRISTMAS = date(2026, 12, 25)


@pytest.mark.req("X-08")
@pytest.mark.parametrize(
    "week",
    [
        (),
        ((0, 540, 1260),),
        ((0, 540, 720), (0, 720, 1260)),
        ((4, 1080, 120),),
        ((4, 1080, 0), (5, 0, 1440)),
        ALWAYS_OPEN.weekly,
    ],
)
def test_sensible_weeks_are_accepted(week):
    assert check_hours(Hours(week)).weekly == week


@pytest.mark.req("X-08")
@pytest.mark.parametrize(
    ("week", "why"),
    [
        (((7, 540, 600),), "weekdays"),
        (((-1, 540, 600),), "weekdays"),
        (((0, 540, 540),), "empty"),
        (((0, 1440, 60),), "opens from"),
        (((0, 0, 1441),), "opens from"),
        (((0, -1, 60),), "opens from"),
        (((0, 540, 720), (0, 719, 800)), "overlap"),
        (((0, 1080, 120), (0, 1200, 1300)), "overlap"),
        (tuple((0, n * 10, n * 10 + 5) for n in range(13)), "at most 12"),
    ],
)
def test_weeks_that_nobody_can_mean_are_refused_with_the_reason(week, why):
    with pytest.raises(ValueError, match=why):
        check_hours(Hours(week))


def test_hours_are_sorted_whatever_their_order():
    days = (SpecialDay(CHRISTMAS, ((900, 960), (540, 600))), SpecialDay(date(2026, 1, 1), ()))
    sorted_hours = check_hours(Hours(((6, 600, 700), (0, 800, 900), (0, 540, 600)), days))
    assert sorted_hours.weekly == ((0, 540, 600), (0, 800, 900), (6, 600, 700))
    assert [d.day for d in sorted_hours.days] == [date(2026, 1, 1), CHRISTMAS]
    assert sorted_hours.days[1].periods == ((540, 600), (900, 960))


@pytest.mark.req("X-08")
def test_a_date_has_one_exception():
    twice = (SpecialDay(CHRISTMAS, ()), SpecialDay(CHRISTMAS, ((540, 600),)))
    with pytest.raises(ValueError, match="2026-12-25 has two"):
        check_hours(Hours((), twice))


def test_the_periods_of_an_exception_follow_the_same_rules():
    with pytest.raises(ValueError, match="2026-12-25: two periods overlap"):
        check_hours(Hours((), (SpecialDay(CHRISTMAS, ((540, 700), (600, 800))),)))


def test_there_are_at_most_400_exceptions():
    days = tuple(SpecialDay(CHRISTMAS + timedelta(n), ()) for n in range(401))
    assert len(check_hours(Hours((), days[:400])).days) == 400
    with pytest.raises(ValueError, match="at most 400"):
        check_hours(Hours((), days))


_minutes = st.tuples(st.integers(0, 1439), st.integers(0, 1440))
_hours = st.builds(
    Hours,
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 1439), st.integers(0, 1440))).map(tuple),
    st.lists(
        st.builds(SpecialDay, st.dates(), st.lists(_minutes).map(tuple), st.none() | st.text()),
        max_size=5,
    ).map(tuple),
)


@given(_hours)
def test_hours_that_were_stored_come_back_the_same(hours):
    text = json.dumps(write_hours(hours))
    assert read_hours(text) == hours
    assert read_opening(text) == (hours.weekly, tuple((d.day, d.periods) for d in hours.days))
    hash(read_opening(text))


@pytest.mark.parametrize("name", ["Asia/Kolkata", "Africa/Lagos", "UTC", "Europe/Lisbon"])
def test_zones_are_iana_names(name):
    assert is_zone(name)


@pytest.mark.parametrize(
    "name", ["", "asia/kolkata", "Asia", "../../etc/passwd", "+05:30", "Mars/Base"]
)
def test_other_names_are_no_zones(name):
    assert not is_zone(name)
