"""How times, money and names are put into words."""

from datetime import UTC, datetime

import pytest

from kalends.billing.rules.glyphs import printable
from kalends.core.money import Money
from kalends.core.wording import (
    coded_money,
    duration,
    ink_on,
    moment,
    plain,
    span,
    subject_line,
)

LATIN = frozenset(map(ord, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ? é"))


@pytest.mark.req("H-120")
def test_a_time_is_shown_in_the_zone_of_the_place_with_the_zone_named():
    start, end = datetime(2026, 11, 21, 4, 30, tzinfo=UTC), datetime(2026, 11, 21, 7, tzinfo=UTC)
    shown = span(start, end, "Asia/Kolkata")
    assert shown == "Saturday 21 November 2026, 10:00 – 12:30 (Asia/Kolkata, UTC+05:30)"


def test_a_span_past_midnight_names_both_days():
    start, end = datetime(2026, 11, 21, 18, 30, tzinfo=UTC), datetime(2026, 11, 21, 20, tzinfo=UTC)
    assert span(start, end, "Asia/Kolkata") == (
        "Sunday 22 November 2026, 00:00 – 01:30 (Asia/Kolkata, UTC+05:30)"
    )
    assert "22:00 – Sunday 22 November 2026, 01:30" in span(
        datetime(2026, 11, 21, 16, 30, tzinfo=UTC), end, "Asia/Kolkata"
    )


def test_a_span_over_a_change_of_the_clocks_shows_both_offsets():
    start, end = datetime(2026, 10, 24, 23, tzinfo=UTC), datetime(2026, 10, 25, 3, tzinfo=UTC)
    assert span(start, end, "Europe/Berlin") == (
        "Sunday 25 October 2026, 01:00 (UTC+02:00) – 04:00 (UTC+01:00), Europe/Berlin"
    )


def test_offsets_west_of_greenwich_and_none_are_shown():
    at = datetime(2026, 1, 2, 12, tzinfo=UTC)
    assert moment(at, "America/St_Johns") == (
        "Friday 2 January 2026, 08:30 (America/St_Johns, UTC-03:30)"
    )
    assert moment(at, "UTC") == "Friday 2 January 2026, 12:00 (UTC, UTC)"


@pytest.mark.parametrize(
    ("minutes", "shown"), [(150, "2 h 30 min"), (60, "1 h"), (45, "45 min"), (0, "0 min")]
)
def test_a_duration_reads_in_hours_and_minutes(minutes, shown):
    assert duration(minutes) == shown


@pytest.mark.parametrize(
    ("money", "shown"),
    [
        (Money(135_000, "INR"), "INR 1,350.00"),
        (Money(-5, "INR"), "-INR 0.05"),
        (Money(1200, "JPY"), "JPY 1,200"),
        (Money(1234, "KWD"), "KWD 1.234"),
    ],
)
def test_money_on_paper_carries_its_currency_code(money, shown):
    assert coded_money(money) == shown


def test_a_subject_stays_one_line_whatever_a_name_contains():
    subject = subject_line("Hall\r\nBcc: spy@evil.test\u2028x\u202egnp\x00")
    assert subject == "Hall Bcc: spy@evil.test xgnp"
    assert len(subject_line("x" * 500)) == 150


def test_letters_of_other_scripts_stay_in_plain_text():
    assert plain("शाह हॉल  مرحبا") == "शाह हॉल مرحبا"


def test_a_letter_that_the_font_lacks_falls_back_instead_of_failing():
    assert printable("Kőszeg é", LATIN) == "Koszeg é"
    assert printable("漢", LATIN) == "?"
    assert printable("e\u0323\u200d", LATIN) == "e"


def test_ink_can_be_read_on_the_colour():
    assert ink_on("#7a3e1d") == "#ffffff"
    assert ink_on("#f8e16c") == "#1c1c1c"
