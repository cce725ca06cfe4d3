"""Spans of time, the search day, and when a place is open."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from indian_time import (
    ALWAYS,
    ANY_LENGTH,
    INDIA,
    LONG_BEFORE,
    OFFICE,
    QUARTER,
    WEDNESDAY,
    calendar,
    clock,
    free,
    hours,
    period,
    span,
    spans,
)

from kalends.bookings.rules.availability import Calendar, Reason, Refusal, free_spans, refusal
from kalends.bookings.rules.opening_hours import (
    OpeningHours,
    Period,
    local_dates,
    local_day,
    open_spans,
    resolve_local,
)
from kalends.bookings.rules.ranges import Span, clipped, merged, without

# Spans


@pytest.mark.req("H-120")
def test_a_span_takes_any_offset_and_keeps_utc():
    kept = span("14:30-16:00")
    assert kept.start.isoformat() == "2030-05-15T09:00:00+00:00"
    assert kept.end.tzinfo is UTC
    assert kept == Span(
        datetime(2030, 5, 15, 9, tzinfo=UTC), datetime(2030, 5, 15, 10, 30, tzinfo=UTC)
    )


@pytest.mark.req("H-120")
def test_a_span_refuses_a_time_without_an_offset():
    aware = clock("10:00")
    with pytest.raises(ValueError, match="offset"):
        Span(aware.replace(tzinfo=None), aware)
    with pytest.raises(ValueError, match="offset"):
        Span(aware, (aware + QUARTER).replace(tzinfo=None))


def test_a_span_refuses_an_instant_that_utc_cannot_write():
    first = datetime.min.replace(tzinfo=INDIA)
    with pytest.raises(ValueError, match="calendar"):
        Span(first, clock("10:00"))


@pytest.mark.parametrize("end", ["10:00", "09:59"])
def test_a_span_ends_after_it_starts(end):
    with pytest.raises(ValueError, match="ends after"):
        span(f"10:00-{end}")


@pytest.mark.req("C-22")
def test_the_minutes_of_a_span_are_elapsed_whole_minutes():
    assert span("10:00-11:30").minutes == 90
    assert span("22:00-26:00").minutes == 240


@pytest.mark.req("H-025")
@pytest.mark.parametrize(
    ("other", "conflict"),
    [
        ("08:00-09:59", False),
        ("08:00-10:00", False),
        ("08:00-10:01", True),
        ("10:30-11:00", True),
        ("09:00-13:00", True),
        ("10:00-12:00", True),
        ("11:59-13:00", True),
        ("12:00-13:00", False),
        ("12:01-13:00", False),
    ],
)
def test_spans_conflict_when_they_share_an_instant_and_not_when_they_touch(other, conflict):
    assert span("10:00-12:00").overlaps(span(other)) is conflict
    assert span(other).overlaps(span("10:00-12:00")) is conflict


def test_merging_joins_what_overlaps_touches_or_lies_inside():
    scattered = spans("15:00-16:00 10:00-12:00 10:30-11:00 12:00-13:00 11:00-12:30")
    assert merged(scattered) == spans("10:00-13:00 15:00-16:00")


def test_removing_cuts_holes_and_edges():
    removed = spans("16:00-18:00 08:00-10:00 11:00-12:00 11:30-12:30 14:00-14:30")
    left = without(spans("09:00-13:00 14:00-17:00"), removed)
    assert left == spans("10:00-11:00 12:30-13:00 14:30-16:00")


def test_removing_takes_spans_in_any_order_and_counts_shared_time_once():
    left = without(spans("14:00-17:00 09:00-12:00 11:00-13:00"), spans("10:00-11:00 15:00-16:00"))
    assert left == spans("09:00-10:00 11:00-13:00 14:00-15:00 16:00-17:00")


def test_one_hole_may_reach_over_several_spans():
    assert without(spans("09:00-11:00 12:00-14:00"), spans("10:00-13:00")) == spans(
        "09:00-10:00 13:00-14:00"
    )


# The day, and what is shown of a booking


@pytest.mark.req("H-032")
def test_the_search_day_is_the_places_own_day_of_24_hours():
    day = local_day(WEDNESDAY, "Asia/Kolkata")
    assert day == span("00:00-24:00")
    assert day.start.isoformat() == "2030-05-14T18:30:00+00:00"
    assert day.length == timedelta(hours=24)


WHERE_A_BOOKING_MEETS_THE_DAY = [
    pytest.param("10:00-12:00", "10:00-12:00", marks=pytest.mark.req("H-027"), id="inside"),
    pytest.param(
        "-3:00-2:00", "0:00-2:00", marks=pytest.mark.req("H-028"), id="from the day before"
    ),
    pytest.param(
        "22:00-26:00", "22:00-24:00", marks=pytest.mark.req("H-028"), id="into the next day"
    ),
    pytest.param(
        "-50:00-6:00", "0:00-6:00", marks=pytest.mark.req("H-030"), id="last of many days"
    ),
    pytest.param(
        "20:00-99:00", "20:00-24:00", marks=pytest.mark.req("H-030"), id="first of many days"
    ),
    pytest.param("-24:00-48:00", "0:00-24:00", marks=pytest.mark.req("H-031"), id="the whole day"),
    pytest.param("0:00-24:00", "0:00-24:00", marks=pytest.mark.req("H-031"), id="exactly the day"),
]


@pytest.mark.req("H-032")
@pytest.mark.parametrize(("booking", "shown"), WHERE_A_BOOKING_MEETS_THE_DAY)
def test_a_booking_is_found_in_the_day_and_shown_clipped_to_it(booking, shown):
    day = local_day(WEDNESDAY, "Asia/Kolkata")
    assert clipped([span(booking)], day) == [span(shown)]
    asked = Calendar(ALWAYS, (span(booking),), ANY_LENGTH, LONG_BEFORE)
    assert free_spans(asked, day) == without([day], [span(shown)])


@pytest.mark.req("H-029")
@pytest.mark.parametrize(
    ("wanted", "in_the_way"),
    [
        ("09:00-11:00", "10:00-11:00"),
        ("11:00-13:00", "11:00-12:00"),
        ("09:00-13:00", "10:00-12:00"),
        ("10:30-11:30", "10:30-11:30"),
    ],
)
def test_a_partial_overlap_is_refused_and_the_shared_part_is_named(wanted, in_the_way):
    answer = refusal(calendar(taken="10:00-12:00"), span(wanted))
    assert answer == Refusal(Reason.TAKEN, (span(in_the_way),))


@pytest.mark.req("H-032")
@pytest.mark.parametrize("booking", ["-24:00-0:00", "24:00-30:00"])
def test_a_booking_that_only_touches_the_day_is_not_in_it(booking):
    day = local_day(WEDNESDAY, "Asia/Kolkata")
    assert clipped([span(booking)], day) == []


# Opening hours


@pytest.mark.req("X-08")
def test_weekly_hours_differ_by_weekday_and_may_have_a_break():
    opening = OpeningHours(
        "Asia/Kolkata", {2: (period("09:00-13:00"), period("14:00-18:00")), 3: ()}
    )
    assert open_spans(opening, span("00:00-72:00")) == spans("09:00-13:00 14:00-18:00")


@pytest.mark.req("X-08")
def test_a_dated_exception_replaces_the_weekly_hours_of_that_date_only():
    thursday, friday = WEDNESDAY + timedelta(1), WEDNESDAY + timedelta(2)
    opening = hours("09:00-17:00", {WEDNESDAY: "", thursday: "12:00-14:00 15:00-16:00"})
    assert open_spans(opening, span("00:00-72:00")) == [
        span("12:00-14:00", thursday),
        span("15:00-16:00", thursday),
        span("09:00-17:00", friday),
    ]


def test_hours_may_pass_midnight_and_the_night_of_the_day_before_is_seen():
    nights = hours("18:00-02:00")
    assert open_spans(nights, span("00:00-24:00")) == spans("00:00-02:00 18:00-24:00")


def test_a_night_that_began_before_a_closed_date_ends_at_its_own_time():
    nights = hours("18:00-02:00", {WEDNESDAY: ""})
    assert open_spans(nights, span("00:00-48:00")) == spans("00:00-02:00 42:00-48:00")


def test_touching_periods_are_one_so_a_booking_may_cover_both():
    opening = hours("00:00-06:00 06:00-12:00 12:00-24:00")
    assert open_spans(opening, span("00:00-48:00")) == spans("00:00-48:00")
    assert refusal(calendar(opening), span("05:00-31:00")) is None


def test_overlapping_periods_count_once():
    assert open_spans(hours("09:00-14:00 12:00-17:00"), span("00:00-24:00")) == spans("09:00-17:00")


@pytest.mark.parametrize("round_the_clock", ["00:00-24:00", "00:00-00:00", "09:30-09:30"])
def test_a_place_can_be_open_round_the_clock(round_the_clock):
    assert open_spans(hours(round_the_clock), span("03:00-60:00")) == spans("03:00-60:00")


def test_a_place_without_hours_is_closed():
    closed = OpeningHours("Asia/Kolkata", {})
    assert open_spans(closed, span("00:00-99:00")) == []
    assert free(calendar(closed)) == []


def test_open_hours_are_clipped_to_the_window():
    assert open_spans(OFFICE, span("10:15-40:00")) == spans("10:15-17:00 33:00-40:00")


@pytest.mark.parametrize(("opens", "closes"), [(-1, 60), (1440, 60), (0, 1441), (0, -1)])
def test_a_period_stays_within_the_clock(opens, closes):
    with pytest.raises(ValueError, match="a period"):
        Period(opens, closes)


@pytest.mark.parametrize("weekday", [-1, 7])
def test_an_unknown_weekday_is_refused(weekday):
    with pytest.raises(ValueError, match="weekday"):
        OpeningHours("UTC", {weekday: ()})


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../UTC", "Europe", "UTC\0", "\ud800"])
def test_an_unknown_zone_is_refused(zone):
    with pytest.raises(ValueError, match="time zone"):
        OpeningHours(zone, {})
    with pytest.raises(ValueError, match="time zone"):
        local_day(WEDNESDAY, zone)


EDGES = [(date.min, "Asia/Kolkata"), (date.max, "America/New_York")]


@pytest.mark.parametrize(("day", "zone"), EDGES)
def test_a_day_at_the_edge_of_the_calendar_is_a_value_error(day, zone):
    with pytest.raises(ValueError, match="outside the calendar"):
        local_day(day, zone)


@pytest.mark.parametrize(("day", "zone"), EDGES)
def test_a_wall_time_at_the_edge_of_the_calendar_is_a_value_error(day, zone):
    wall = datetime.combine(day, time(0, 30) if day == date.min else time(23, 30))
    with pytest.raises(ValueError, match="outside the calendar"):
        resolve_local(wall, zone)


def test_a_wall_time_has_no_offset_of_its_own():
    with pytest.raises(ValueError, match="offset"):
        resolve_local(clock("10:00"), "Asia/Kolkata")


def test_an_end_at_midnight_does_not_touch_the_next_date():
    assert local_dates(span("22:00-24:00"), "Asia/Kolkata") == [WEDNESDAY]
    assert local_dates(span("22:00-24:01"), "Asia/Kolkata") == [
        WEDNESDAY,
        WEDNESDAY + timedelta(1),
    ]
