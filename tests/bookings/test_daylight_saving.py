"""Twelve zones, every week of 2024-2035 in which the clocks change: offered is bookable, 09:00 is 09:00."""

import zoneinfo
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from changing_clocks import (
    CHANGING,
    DAY,
    FROM,
    HOUR,
    QUARTER,
    TO,
    ZONES,
    Week,
    changes,
    daily,
    opened_by_the_clock,
    quarters,
    weeks,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from kalends.bookings.rules import opening_hours
from kalends.bookings.rules.availability import Calendar, Limits, free_spans, refusal
from kalends.bookings.rules.opening_hours import (
    OpeningHours,
    Period,
    local_day,
    open_spans,
    resolve_local,
)
from kalends.bookings.rules.ranges import Span, without


def forget_zones() -> None:
    ZoneInfo.clear_cache()
    opening_hours.zone_named.cache_clear()
    opening_hours._first_instant.cache_clear()


@pytest.fixture(scope="module", autouse=True)
def _zones_of_the_package():
    """The machine's own zone files may be years old; these tests are about the rule, not about them."""
    before = zoneinfo.TZPATH
    zoneinfo.reset_tzpath(to=())
    forget_zones()
    yield
    zoneinfo.reset_tzpath(to=before)
    forget_zones()


def test_the_weeks_are_really_there():
    assert all(len(changes(zone)) >= 6 for zone in CHANGING)
    assert sum(len(changes(zone)) for zone in CHANGING) >= 150
    assert datetime(2025, 3, 30, 1, tzinfo=UTC) in changes("Europe/London")


@pytest.mark.parametrize("zone", ZONES)
def test_the_zones_are_known_without_a_zone_directory_on_the_machine(zone):
    assert zoneinfo.TZPATH == ()
    assert local_day(date(2026, 7, 1), zone).length == DAY


# Nine o'clock is nine o'clock


@pytest.mark.req("X-08", "C-21")
@pytest.mark.parametrize("zone", ZONES)
def test_nine_to_five_is_nine_to_five_on_every_date_of_twelve_years(zone):
    office, tz = daily(zone, (540, 1020)), ZoneInfo(zone)
    for n in range((TO - FROM).days):
        day = date(2024, 1, 1) + n * DAY
        opened = open_spans(office, local_day(day, zone))
        shown = [(s.start.astimezone(tz), s.end.astimezone(tz)) for s in opened]
        assert [(a.date(), a.time(), b.time()) for a, b in shown] == [(day, time(9), time(17))]


@pytest.mark.req("H-032")
@pytest.mark.parametrize("zone", ZONES)
def test_the_days_of_a_place_follow_each_other_without_gap_or_overlap(zone):
    days = [local_day(date(2024, 1, 1) + n * DAY, zone) for n in range(12 * 365)]
    assert all(a.end == b.start for a, b in pairwise(days))
    odd = {day.length for day in days} - {DAY}
    shift = HOUR / 2 if zone == "Australia/Lord_Howe" else HOUR
    assert odd == ({DAY - shift, DAY + shift} if zone in CHANGING else set())


@pytest.mark.parametrize("zone", ZONES)
def test_round_the_clock_stays_round_the_clock(zone):
    for hours in (daily(zone, (0, 1440)), daily(zone, (90, 150), (150, 90))):
        for week in weeks(zone):
            assert open_spans(hours, week.middle) == [week.middle]


HOURS = {
    "office": ((540, 1020),),
    "night": ((1080, 120),),
    "around the small hours": ((30, 90), (135, 165), (180, 195), (1410, 15)),
    "almost all day": ((1425, 1410),),
}


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("kind", HOURS)
def test_a_place_is_open_as_its_own_clock_says(zone, kind):
    hours = daily(zone, *HOURS[kind])
    for week in weeks(zone):
        assert quarters(open_spans(hours, week.middle)) == opened_by_the_clock(hours, week)


@pytest.mark.req("C-22")
@pytest.mark.parametrize(
    ("zone", "evening", "minutes"),
    [
        ("Europe/London", date(2025, 3, 29), 420),
        ("Europe/London", date(2025, 10, 25), 540),
        ("Australia/Lord_Howe", date(2025, 10, 4), 450),
        ("Australia/Lord_Howe", date(2025, 4, 5), 510),
        ("Asia/Kathmandu", date(2025, 3, 29), 480),
    ],
)
def test_a_night_across_the_change_sells_the_minutes_that_pass(zone, evening, minutes):
    hours = OpeningHours(zone, {}, {evening: (Period(1320, 360),)})
    noon = resolve_local(datetime.combine(evening, time(12)), zone)
    (night,) = open_spans(hours, Span(noon, noon + DAY))
    assert night.minutes == minutes


# Times that the clock skips or shows twice


@pytest.mark.req("C-21")
@pytest.mark.parametrize(
    ("zone", "wall"),
    [
        ("Europe/London", "2025-03-30T01:30"),
        ("America/New_York", "2025-03-09T02:00"),
        ("Australia/Lord_Howe", "2025-10-05T02:29:59"),
        ("Africa/Cairo", "2025-04-25T00:00"),
        ("Pacific/Apia", "2011-12-30T12:00"),
    ],
)
def test_a_time_that_does_not_exist_is_refused(zone, wall):
    assert resolve_local(datetime.fromisoformat(wall), zone) is None


@pytest.mark.req("C-21")
@pytest.mark.parametrize(
    ("zone", "wall", "instant"),
    [
        ("Europe/London", "2025-10-26T01:30", "2025-10-26T00:30Z"),
        ("America/New_York", "2025-11-02T01:00", "2025-11-02T05:00Z"),
        ("Australia/Lord_Howe", "2025-04-06T01:45", "2025-04-05T14:45Z"),
        ("America/New_York", "2025-03-09T03:00", "2025-03-09T07:00Z"),
        ("Asia/Kathmandu", "2025-03-30T01:30", "2025-03-29T19:45Z"),
    ],
)
def test_a_time_that_comes_twice_means_the_first(zone, wall, instant):
    resolved = resolve_local(datetime.fromisoformat(wall), zone)
    assert resolved == datetime.fromisoformat(instant)
    assert resolved.tzinfo is UTC
    assert resolve_local(datetime.fromisoformat(wall).replace(fold=1), zone) == resolved


@pytest.mark.parametrize("zone", CHANGING)
def test_every_wall_time_around_a_change_is_found_where_the_clock_first_shows_it(zone):
    for week in weeks(zone):
        shown: dict[datetime, datetime] = {}
        for instant, wall in week.ticks():
            shown.setdefault(wall, instant)
        first = min(shown)
        for n in range(48, 7 * 96):
            wall = first + n * QUARTER
            assert resolve_local(wall, zone) == shown.get(wall)


def test_a_boundary_in_the_skipped_hour_moves_to_the_jump():
    new_york, day = "America/New_York", local_day(date(2025, 3, 9), "America/New_York")
    jump = datetime(2025, 3, 9, 7, tzinfo=UTC)
    assert open_spans(daily(new_york, (150, 300)), day) == [Span(jump, jump + 2 * HOUR)]
    assert open_spans(daily(new_york, (60, 150)), day) == [Span(jump - HOUR, jump)]
    assert open_spans(daily(new_york, (120, 180)), day) == []


def test_a_boundary_in_the_repeated_hour_means_its_first_occurrence():
    london, day = "Europe/London", local_day(date(2025, 10, 26), "Europe/London")
    first = datetime(2025, 10, 26, 0, 30, tzinfo=UTC)
    assert open_spans(daily(london, (0, 90)), day) == [Span(first - 3 * HOUR / 2, first)]
    assert open_spans(daily(london, (90, 180)), day) == [Span(first, first + 5 * HOUR / 2)]


def test_a_day_that_a_zone_left_out_is_refused_and_nothing_opens_on_it():
    left_out = date(2011, 12, 30)
    with pytest.raises(ValueError, match="ends after"):
        local_day(left_out, "Pacific/Apia")
    hours = OpeningHours("Pacific/Apia", {}, {left_out: (Period(0, 1440),)})
    days = Span(datetime(2011, 12, 28, tzinfo=UTC), datetime(2012, 1, 2, tzinfo=UTC))
    assert open_spans(hours, days) == []


def test_hours_hold_where_the_clocks_go_back_just_after_midnight():
    newfoundland = daily("America/St_Johns", (0, 60))
    back = datetime(2010, 11, 7, 2, 31, tzinfo=UTC)  # 00:01 became 23:01 of the day before
    opened = Span(back - timedelta(minutes=1), back + 2 * HOUR - timedelta(minutes=1))
    inside = Span(back - timedelta(seconds=30), back + timedelta(seconds=30))
    assert open_spans(newfoundland, Span(back - HOUR, back + 6 * HOUR)) == [opened]
    assert open_spans(newfoundland, inside) == [inside]
    day_before_at_both_ends = Span(back - timedelta(minutes=2), back + QUARTER)
    assert open_spans(newfoundland, day_before_at_both_ends) == [Span(opened.start, back + QUARTER)]


# Offered is bookable

LIMITS = Limits(min_minutes=30, max_minutes=480, window_days=365)


def candidates(window: Span) -> Iterator[Span]:
    """Every half hour, short, odd and long."""
    for length in (HOUR / 2, HOUR + QUARTER, 8 * HOUR):
        start = window.start
        while start + length <= window.end:
            yield Span(start, start + length)
            start += HOUR / 2


def assert_offered_is_bookable(calendar: Calendar, window: Span, wanted: Iterator[Span]) -> None:
    offered = free_spans(calendar, window)
    for span in wanted:
        inside = any(part.contains(span) for part in offered)
        assert (refusal(calendar, span) is None) is inside, span


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("kind", ["night", "around the small hours"])
def test_offered_is_bookable_and_the_rest_is_not_in_every_week_of_change(zone, kind):
    for week in weeks(zone):
        taken = (Span(week.change - 7 * HOUR, week.change - 6 * HOUR),)
        now = week.change - 10 * HOUR
        calendar = Calendar(daily(zone, *HOURS[kind]), taken, LIMITS, now)
        window = Span(week.change - DAY / 2, week.change + DAY / 2)
        assert_offered_is_bookable(calendar, window, candidates(window))


minutes_of_day = st.integers(0, 95).map(lambda n: n * 15)
periods = st.lists(st.builds(Period, minutes_of_day, minutes_of_day), max_size=3).map(tuple)


@st.composite
def calendars(draw: st.DrawFn) -> tuple[Week, Calendar]:
    week = draw(st.sampled_from(draw(st.sampled_from([weeks(zone) for zone in ZONES]))))
    stretch = st.builds(
        lambda first, length: Span(
            week.change + first * QUARTER, week.change + (first + length) * QUARTER
        ),
        st.integers(-144, 144),
        st.integers(1, 40),
    )
    hours = OpeningHours(
        week.zone,
        draw(st.dictionaries(st.integers(0, 6), periods, min_size=5)),
        draw(st.dictionaries(st.sampled_from(week.dates), periods, max_size=2)),
    )
    taken = tuple(draw(st.lists(stretch, max_size=5)))
    return week, Calendar(hours, taken, LIMITS, week.change - 30 * HOUR)


@settings(max_examples=250, deadline=None, derandomize=True, database=None)
@given(calendars(), st.integers(-144, 112), st.integers(2, 32))
def test_any_calendar_offers_what_the_clock_says_and_what_can_be_booked(drawn, first, length):
    week, calendar = drawn
    is_open = opened_by_the_clock(calendar.hours, week)
    assert quarters(open_spans(calendar.hours, week.middle)) == is_open
    bookable = Span(calendar.now, week.middle.end)
    left = quarters(without([bookable], calendar.taken)) & is_open
    offered = free_spans(calendar, week.middle)
    assert quarters(offered) <= left
    assert all(
        part.length == QUARTER
        for part in without([Span(tick, tick + QUARTER) for tick in left], offered)
    )
    wanted = Span(week.change + first * QUARTER, week.change + (first + length) * QUARTER)
    assert_offered_is_bookable(calendar, week.middle, iter([wanted]))
