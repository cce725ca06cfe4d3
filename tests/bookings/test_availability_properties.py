"""What holds for all calendars, against a model that counts quarters of an hour one by one."""

from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from indian_time import ANY_LENGTH, LONG_BEFORE, QUARTER, WEDNESDAY, clock, span

from kalends.bookings.rules.availability import Calendar, Limits, free_spans, nearest_free, refusal
from kalends.bookings.rules.opening_hours import OpeningHours, Period, open_spans
from kalends.bookings.rules.ranges import Span, clipped

quarters = st.integers(0, 95)
periods = st.builds(lambda opens, closes: Period(opens * 15, closes * 15), quarters, quarters)
days_of_periods = st.lists(periods, max_size=3).map(tuple)
openings = st.builds(
    OpeningHours,
    st.just("Asia/Kolkata"),
    st.dictionaries(st.integers(0, 6), days_of_periods, max_size=7),
    st.dictionaries(
        st.sampled_from([WEDNESDAY + timedelta(n) for n in range(-1, 3)]),
        days_of_periods,
        max_size=2,
    ),
)
around_wednesday = st.builds(
    lambda first, length: Span(
        clock("00:00") + first * QUARTER, clock("00:00") + (first + length) * QUARTER
    ),
    st.integers(-96, 288),
    st.integers(1, 100),
)
calendars = st.builds(
    Calendar,
    openings,
    st.lists(around_wednesday, max_size=6).map(tuple),
    st.builds(Limits, st.sampled_from([15, 30, 60]), st.sampled_from([60, 600]), st.just(2)),
    st.integers(-300, 300).map(lambda n: clock("00:00") + n * QUARTER),
)
TWO_DAYS = span("00:00-48:00")


def ticks(parts: list[Span]) -> set[datetime]:
    return {
        part.start + n * QUARTER
        for part in parts
        for n in range((part.end - part.start) // QUARTER)
    }


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(openings, st.lists(around_wednesday, max_size=6).map(tuple))
def test_what_is_free_and_what_is_taken_make_up_the_opening_hours(opening, taken):
    asked = Calendar(opening, taken, ANY_LENGTH, LONG_BEFORE)
    offered = free_spans(asked, TWO_DAYS)
    is_open = open_spans(opening, TWO_DAYS)
    assert not any(part.overlaps(other) for part in offered for other in taken)
    assert all(a.end < b.start for a, b in pairwise(offered))
    assert ticks(offered) | (ticks(is_open) & ticks(list(taken))) == ticks(is_open)


@settings(max_examples=500, deadline=None, derandomize=True, database=None)
@given(calendars, around_wednesday)
def test_what_is_offered_can_be_booked_and_nothing_else(asked, wanted):
    window = clipped([wanted], TWO_DAYS) or [span("00:00-01:00")]
    wanted = window[0]
    offered = free_spans(asked, TWO_DAYS)
    fits = asked.limits.min_minutes <= wanted.minutes <= asked.limits.max_minutes
    bookable = fits and any(part.contains(wanted) for part in offered)
    answer = refusal(asked, wanted)
    assert (answer is None) is bookable
    if answer:
        assert answer.blocked
        assert all(wanted.contains(part) for part in answer.blocked)
    for part in offered:
        shortest = timedelta(minutes=asked.limits.min_minutes)
        assert refusal(asked, Span(part.start, part.start + shortest)) is None
        assert refusal(asked, Span(part.end - shortest, part.end)) is None


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(calendars, around_wednesday, st.integers(0, 4))
def test_every_suggestion_can_be_booked_and_none_is_nearer(asked, wanted, limit):
    suggested = nearest_free(asked, wanted, limit=limit, horizon=timedelta(days=2))
    assert len(suggested) <= limit
    assert all(other.length == wanted.length for other in suggested)
    assert all(refusal(asked, other) is None for other in suggested)
    assert not any(a.overlaps(b) for n, a in enumerate(suggested) for b in suggested[:n])
    away = [abs(other.start - wanted.start) for other in suggested]
    assert away == sorted(away)
    assert all(distance <= timedelta(days=2) for distance in away)
    if limit and refusal(asked, wanted) is not None:
        nearer = [n * QUARTER for n in range(192) if not away or n * QUARTER < away[0]]
        moved = (Span(wanted.start + m, wanted.end + m) for d in nearer for m in (d, -d))
        assert all(refusal(asked, other) is not None for other in moved)
