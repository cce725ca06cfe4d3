"""Where a wish fits into what became free: always inside everything, never into what is taken."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kalends.bookings.rules.availability import Calendar, Limits, refusal
from kalends.bookings.rules.opening_hours import OpeningHours, Period
from kalends.bookings.rules.ranges import Span
from kalends.bookings.rules.waiting import Longing, any_place_for, place_for

NOW = datetime(2026, 5, 4, 6, tzinfo=UTC)
DAY = datetime(2026, 5, 5, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
HOURS = OpeningHours("UTC", {day: (Period(540, 1080),) for day in range(7)})
spans = st.builds(
    lambda start, length: Span(DAY + start * QUARTER, DAY + (start + length) * QUARTER),
    st.integers(0, 90),
    st.integers(1, 24),
)


def _calendar(taken: list[Span]) -> Calendar:
    return Calendar(HOURS, tuple(taken), Limits(15, 1440, 30), NOW)


@given(taken=st.lists(spans, max_size=6), window=spans, freed=spans, quarters=st.integers(1, 12))
def test_what_is_offered_can_be_booked_and_lies_where_it_was_wished(taken, window, freed, quarters):
    calendar, length = _calendar(taken), quarters * QUARTER
    longing = Longing(window, length, NOW)
    found = place_for(calendar, longing, freed)
    starts = [window.start + n * QUARTER for n in range(window.length // QUARTER)]
    possible = [
        Span(start, start + length)
        for start in starts
        if window.contains(Span(start, start + length))
        and Span(start, start + length).overlaps(freed)
        and refusal(calendar, Span(start, start + length)) is None
    ]
    if found is None:
        assert possible == []
        return
    assert found in possible


def test_an_offer_comes_before_its_start():
    window = Span(DAY + timedelta(hours=10), DAY + timedelta(hours=12))
    hour = timedelta(hours=1)
    free = _calendar([])
    assert any_place_for(free, Longing(window, hour, DAY + timedelta(hours=11))) == Span(
        DAY + timedelta(hours=11), DAY + timedelta(hours=12)
    )
    assert any_place_for(free, Longing(window, hour, DAY + timedelta(hours=11.5))) is None
