"""Twelve zones, every week of 2024-2035 in which the clocks change: what repeats stays at its hour."""

import zoneinfo
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.bookings.rules import opening_hours
from kalends.bookings.rules.ranges import Span
from kalends.bookings.rules.series import decided, in_each_others_way, weekly

ZONES = (
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Africa/Cairo",
    "Australia/Sydney",
    "Pacific/Chatham",
    "Pacific/Apia",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "America/Sao_Paulo",
    "UTC",
)
HOUR = timedelta(hours=1)


def _forget_zones() -> None:
    ZoneInfo.clear_cache()
    opening_hours.zone_named.cache_clear()
    opening_hours._first_instant.cache_clear()


@pytest.fixture(scope="module", autouse=True)
def _zones_of_the_package():
    before = zoneinfo.TZPATH
    zoneinfo.reset_tzpath(to=())
    _forget_zones()
    yield
    zoneinfo.reset_tzpath(to=before)
    _forget_zones()


def _span(wall: datetime, zone: str, length: timedelta = HOUR) -> Span:
    start = wall.replace(tzinfo=ZoneInfo(zone))
    return Span(start, start.astimezone(UTC) + length)


@pytest.mark.parametrize("zone", ZONES)
@given(
    day=st.dates(date(2024, 1, 1), date(2035, 1, 1)),
    minute=st.integers(0, 24 * 60 - 1),
    every=st.integers(1, 4),
    count=st.integers(2, 52),
)
def test_the_clock_shows_the_same_at_every_turn(zone, day, minute, every, count):
    wall = datetime.combine(day, time(minute // 60, minute % 60))
    first, tz = _span(wall, zone), ZoneInfo(zone)
    shown = first.start.astimezone(tz).replace(tzinfo=None)
    turns = weekly(first, zone, every, count)
    assert [turn.position for turn in turns] == list(range(count))
    assert {turn.span.length for turn in turns} == {HOUR}
    for n, turn in enumerate(turns):
        wanted = shown + timedelta(weeks=n * every)
        seen = turn.span.start.astimezone(tz).replace(tzinfo=None)
        assert turn.exists == (seen == wanted)
        if not turn.exists:  # the clock never shows it: by as much as it skips, later
            assert timedelta() < seen - wanted <= HOUR * 24
            back = wanted.replace(tzinfo=tz).astimezone(UTC).astimezone(tz).replace(tzinfo=None)
            assert back != wanted


def test_ten_in_the_morning_stays_ten_when_london_changes_its_clocks():
    turns = weekly(
        _span(datetime.combine(date(2027, 3, 14), time(10)), "Europe/London"), "Europe/London", 1, 4
    )
    assert [t.span.start.hour for t in turns] == [10, 10, 9, 9]
    assert all(t.exists for t in turns)


def test_the_hour_that_is_skipped_is_said_not_to_exist():
    turns = weekly(
        _span(datetime.combine(date(2027, 3, 21), time(1, 30)), "Europe/London"),
        "Europe/London",
        1,
        3,
    )
    assert [t.exists for t in turns] == [True, False, True]


def test_of_the_hour_that_is_repeated_the_first_one_is_meant():
    turns = weekly(
        _span(datetime.combine(date(2027, 10, 24), time(1, 30)), "Europe/London"),
        "Europe/London",
        1,
        2,
    )
    assert turns[1].span.start == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


def test_turns_that_were_moved_onto_each_other_are_found():
    first = Span(datetime(2027, 5, 3, 10, tzinfo=UTC), datetime(2027, 5, 3, 12, tzinfo=UTC))
    turns = weekly(first, "UTC", 1, 4)
    assert in_each_others_way(turns) == set()
    onto = {2: turns[1].span.start + HOUR}
    assert in_each_others_way(decided(turns, set(), onto)) == {2}
    assert in_each_others_way(decided(turns, {1}, onto)) == set()
    touching = {2: turns[1].span.end}
    assert in_each_others_way(decided(turns, set(), touching)) == set()
