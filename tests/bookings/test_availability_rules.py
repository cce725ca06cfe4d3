"""What is free and why not, in a zone without surprises; see test_daylight_saving for the others."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from indian_time import WEDNESDAY, calendar, clock, free, hours, span, spans

from kalends.bookings.rules.availability import Limits, Reason, Refusal, nearest_free, refusal
from kalends.bookings.rules.ranges import Span
from kalends.bookings.rules.visits import starts_in

# Free, and why not


def test_free_is_open_without_what_is_taken():
    asked = calendar(taken="16:30-18:00 10:00-11:00 11:00-12:00 14:00-15:00 14:30-15:30")
    assert free(asked) == spans("09:00-10:00 12:00-14:00 15:30-16:30")


def test_a_gap_shorter_than_the_shortest_booking_is_not_offered():
    at_least_an_hour = Limits(min_minutes=60, max_minutes=480, window_days=365)
    asked = calendar(taken="10:00-11:00 11:59-15:00 16:00-17:00", limits=at_least_an_hour)
    assert free(asked) == spans("09:00-10:00 15:00-16:00")


def test_the_past_is_not_free_and_now_counts_as_the_next_whole_minute():
    asked = calendar(now=clock("11:00") + timedelta(seconds=1))
    assert free(asked) == spans("11:01-17:00")
    assert refusal(asked, span("11:01-12:00")) is None
    assert refusal(asked, span("11:00-12:00")) == Refusal(
        Reason.IN_THE_PAST, (span("11:00-11:01"),)
    )


def test_a_booking_may_begin_this_very_minute():
    asked = calendar(now=clock("11:00"))
    assert refusal(asked, span("11:00-12:00")) is None
    assert refusal(asked, span("10:59-12:00")) is not None


def test_nothing_beyond_the_booking_window_is_free():
    two_days = Limits(min_minutes=1, max_minutes=480, window_days=2)
    asked = calendar(now=clock("-48:00") + timedelta(hours=12), limits=two_days)
    assert free(asked) == spans("09:00-12:00")
    assert refusal(asked, span("11:00-12:00")) is None
    assert refusal(asked, span("11:00-13:00")) == Refusal(
        Reason.TOO_FAR_AHEAD, (span("12:00-13:00"),)
    )


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        ("10:00-10:29", Reason.TOO_SHORT),
        ("10:00-10:30", None),
        ("09:00-17:00", None),
        ("09:00-17:01", Reason.TOO_LONG),
    ],
)
def test_a_booking_is_neither_too_short_nor_too_long(wanted, reason):
    asked = calendar(limits=Limits(min_minutes=30, max_minutes=480, window_days=365))
    answer = refusal(asked, span(wanted))
    assert answer == (reason and Refusal(reason, (span(wanted),)))


@pytest.mark.parametrize(
    ("wanted", "blocked"),
    [
        ("08:00-10:00", "08:00-09:00"),
        ("16:00-18:00", "17:00-18:00"),
        ("18:00-19:00", "18:00-19:00"),
        ("16:00-34:00", "17:00-33:00"),
    ],
)
def test_outside_the_opening_hours_the_closed_part_is_named(wanted, blocked):
    answer = refusal(calendar(), span(wanted))
    assert answer == Refusal(Reason.OUTSIDE_OPENING_HOURS, (span(blocked),))


def test_a_date_without_hours_is_called_closed_that_day():
    shut = hours("09:00-17:00", {WEDNESDAY: ""})
    wanted = span("10:00-11:00")
    assert refusal(calendar(shut), wanted) == Refusal(Reason.CLOSED_THAT_DAY, (wanted,))


def test_a_time_that_is_closed_and_taken_is_called_closed():
    answer = refusal(calendar(taken="16:00-18:00"), span("16:00-18:00"))
    assert answer == Refusal(Reason.OUTSIDE_OPENING_HOURS, (span("17:00-18:00"),))


def test_a_touching_booking_does_not_conflict():
    asked = calendar(taken="09:00-10:00 11:00-12:00")
    assert refusal(asked, span("10:00-11:00")) is None


def test_every_booking_in_the_way_is_named_but_not_beyond_what_was_asked():
    answer = refusal(calendar(taken="09:00-10:30 11:00-11:30"), span("10:00-13:00"))
    assert answer == Refusal(Reason.TAKEN, tuple(spans("10:00-10:30 11:00-11:30")))


@pytest.mark.parametrize("year", [1, 9999])
def test_a_wild_date_is_refused_without_a_crash(year):
    start = datetime(year, 1 if year == 1 else 12, 1 if year == 1 else 31, 0, 30, tzinfo=UTC)
    wanted = Span(start, start + timedelta(hours=1))
    expected = Reason.IN_THE_PAST if year == 1 else Reason.TOO_FAR_AHEAD
    assert refusal(calendar(), wanted) == Refusal(expected, (wanted,))
    assert nearest_free(calendar(), wanted) == []
    whole_calendar = Span(datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
    answer = refusal(calendar(), whole_calendar)
    assert answer is not None
    assert answer.reason is Reason.TOO_LONG


@pytest.mark.parametrize("numbers", [(0, 10, 1), (20, 10, 1), (1, 10, 0)])
def test_limits_that_allow_nothing_are_refused(numbers):
    with pytest.raises(ValueError, match="limits"):
        Limits(*numbers)


# The nearest free times


def test_the_nearest_free_times_lie_before_and_after_nearest_first():
    asked = calendar(taken="12:00-13:00")
    assert nearest_free(asked, span("12:00-13:00")) == spans("11:00-12:00 13:00-14:00 10:00-11:00")


def test_suggestions_begin_on_a_quarter_where_one_fits():
    asked = calendar(taken="11:50-13:05")
    assert nearest_free(asked, span("12:00-12:30"), limit=3) == spans(
        "11:15-11:45 10:45-11:15 13:15-13:45"
    )


def test_a_gap_that_fits_no_quarter_is_still_offered():
    asked = calendar(taken="09:00-10:05 11:10-17:00")
    assert nearest_free(asked, span("10:00-11:00"), limit=1) == spans("10:05-11:05")
    assert nearest_free(asked, span("11:00-12:00"), limit=1) == spans("10:10-11:10")


def test_suggestions_keep_the_length_and_skip_gaps_that_are_too_small():
    asked = calendar(taken="10:00-12:00 13:00-14:00")
    assert nearest_free(asked, span("10:00-12:00"), limit=1) == spans("14:00-16:00")


def test_suggestions_are_never_in_the_past_nor_over_the_horizon():
    asked = calendar(taken="12:00-13:00", now=clock("11:20"))
    near = timedelta(hours=2)
    assert nearest_free(asked, span("12:00-13:00"), horizon=near) == spans(
        "13:00-14:00 14:00-15:00"
    )


def test_a_time_in_the_past_is_answered_with_the_next_free_ones():
    asked = calendar(now=clock("11:20"))
    assert nearest_free(asked, span("10:00-11:00"), limit=2) == spans("11:30-12:30 12:30-13:30")


def test_a_closed_day_is_answered_with_the_days_around_it():
    asked = calendar(hours("09:00-17:00", {WEDNESDAY: ""}))
    assert nearest_free(asked, span("12:00-13:00"), limit=2) == [
        span("16:00-17:00", WEDNESDAY - timedelta(1)),
        span("15:00-16:00", WEDNESDAY - timedelta(1)),
    ]


def test_a_time_that_is_free_is_its_own_nearest():
    assert nearest_free(calendar(), span("12:00-13:00"), limit=1) == spans("12:00-13:00")


def test_no_times_are_suggested_for_a_length_that_is_refused():
    asked = calendar(limits=Limits(min_minutes=30, max_minutes=60, window_days=365))
    assert nearest_free(asked, span("10:00-10:15")) == []
    assert nearest_free(asked, span("10:00-12:00")) == []


@pytest.mark.parametrize(("minutes", "second"), [(60, "04:30"), (20, "03:50"), (15, "03:45")])
def test_jobs_begin_on_the_steps_of_the_places_own_clock(minutes: int, second: str) -> None:
    """A salon in Kolkata that opens at nine offers nine, whatever the time is in Greenwich."""
    opens = datetime(2026, 3, 2, 3, 30, tzinfo=UTC)
    free = [Span(opens, opens + timedelta(hours=3))]
    step, kolkata = timedelta(minutes=minutes), ZoneInfo("Asia/Kolkata")
    starts = list(starts_in(free, timedelta(hours=1), step, kolkata))
    assert (starts[0], f"{starts[1]:%H:%M}") == (opens, second)
