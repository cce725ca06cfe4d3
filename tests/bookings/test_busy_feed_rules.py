"""What a foreign calendar takes of the time, whatever it says."""

from datetime import UTC, datetime, timedelta

import pytest

from kalends.bookings.rules.busy_feeds import MOST_EVENTS, NoCalendar, busy_spans
from kalends.bookings.rules.ranges import Span

WINDOW = Span(datetime(2026, 11, 20, tzinfo=UTC), datetime(2027, 11, 20, tzinfo=UTC))
HOUR = "DURATION:PT1H"


def calendar(*events: str) -> bytes:
    """Each event is its lines, parted by spaces."""
    parts = [f"BEGIN:VEVENT {event} END:VEVENT" for event in events]
    lines = " ".join(["BEGIN:VCALENDAR VERSION:2.0 PRODID:x", *parts, "END:VCALENDAR"])
    return lines.replace(" ", "\r\n").encode()


def starts(*events: str, zone: str = "Asia/Kolkata") -> list[str]:
    spans = busy_spans(calendar(*events), WINDOW, zone).spans
    return [span.start.strftime("%m-%d %H:%M") for span in spans]


def test_a_weekly_meeting_keeps_its_wall_time_over_the_change_of_clocks() -> None:
    weekly = "DTSTART;TZID=Europe/Berlin:20270320T100000 RRULE:FREQ=WEEKLY;COUNT=3 "
    assert starts(weekly + HOUR) == ["03-20 09:00", "03-27 09:00", "04-03 08:00"]


def test_exceptions_and_moved_occurrences_are_respected() -> None:
    series = "UID:a DTSTART:20261121T100000Z RRULE:FREQ=DAILY;UNTIL=20261124T235959Z "
    moved = "UID:a RECURRENCE-ID:20261123T100000Z DTSTART:20261123T150000Z "
    found = starts(series + "EXDATE:20261122T100000Z " + HOUR, moved + HOUR)
    assert found == ["11-21 10:00", "11-23 15:00", "11-24 10:00"]


def test_whole_days_and_floating_times_are_in_the_zone_of_the_place() -> None:
    day = busy_spans(calendar("DTSTART;VALUE=DATE:20261225"), WINDOW, "Asia/Kolkata").spans
    midnight = datetime(2026, 12, 24, 18, 30, tzinfo=UTC)
    assert day == (Span(midnight, midnight + timedelta(days=1)),)
    assert starts("DTSTART:20261225T100000 " + HOUR) == ["12-25 04:30"]


def test_what_takes_no_time_is_left_out() -> None:
    free = "DTSTART:20261225T100000Z TRANSP:TRANSPARENT "
    off = "DTSTART:20261225T100000Z STATUS:CANCELLED "
    before = "DTSTART:20201225T100000Z "
    assert starts(free + HOUR, off + HOUR, before + HOUR, "DTSTART:20261225T100000Z") == []


def test_spans_that_touch_become_one() -> None:
    both = "DTSTART:20261225T100000Z " + HOUR, "DTSTART:20261225T110000Z " + HOUR
    assert starts(*both) == ["12-25 10:00"]


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=3",
        "FREQ=DAILY;INTERVAL=7;BYDAY=TU",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=50",
        "FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6",
        "FREQ=DAILY;BYHOUR=1,2;BYSECOND=1,2",
        "FREQ=WEEKLY;FREQ=DAILY;X=1",
    ],
)
def test_a_rule_that_could_be_searched_for_ever_is_skipped(rule: str) -> None:
    busy = busy_spans(calendar(f"DTSTART:20261221T100000Z RRULE:{rule} {HOUR}"), WINDOW, "UTC")
    assert (busy.spans, busy.skipped) == ((), 1)


@pytest.mark.parametrize("junk", [b"", b"<html></html>", b"BEGIN:VCALENDAR\r\n", b"\xff\xfe\x00"])
def test_what_is_no_calendar_is_refused(junk: bytes) -> None:
    with pytest.raises(NoCalendar):
        busy_spans(junk, WINDOW, "UTC")


def test_a_calendar_that_is_too_large_or_repeats_too_often_is_refused() -> None:
    one = "DTSTART:20261221T100000Z " + HOUR
    with pytest.raises(NoCalendar):
        busy_spans(calendar(*[one] * (MOST_EVENTS + 1)), WINDOW, "UTC")
    daily = "DTSTART:20000101T100000Z RRULE:FREQ=DAILY " + HOUR
    with pytest.raises(NoCalendar):
        busy_spans(calendar(*[daily] * 3), WINDOW, "UTC")
