"""PDF documents and calendar files of a booking."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from uuid import UUID

import pytest
from icalendar import Calendar
from pypdf import PdfReader
from sample_letters import BRAND, HOSTILE, ISSUED, a_booking, a_refund, a_reschedule, rupees

from kalends.bookings import LineFacts
from kalends.notifications.service.ical import calendar_file
from kalends.notifications.service.papers import paper_for
from kalends.notifications.service.pdf import render_pdf
from kalends.notifications.service.pdf_content import Printout
from kalends.notifications.types import Paper


def pdf(paper=Paper.confirmation, customer="Asha Rao", brand=BRAND, refunds=(), **changes):
    return render_pdf(Printout(paper, a_booking(**changes), customer, brand, ISSUED, refunds))


def words(content):
    pages = PdfReader(BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def event(**changes):
    calendar = Calendar.from_ical(calendar_file(a_booking(**changes), "Hall Booking", ISSUED))
    return calendar.walk("VEVENT")[0]


@pytest.mark.req("H-100", "H-103", "H-104")
def test_the_confirmation_has_the_brand_the_details_and_the_timeline():
    text = words(pdf(rescheduled=True, reschedules=(a_reschedule(),)))
    assert text.startswith(
        "Hall Booking Halls and rooms by the hour Booking confirmation BKG-2611-0007"
    )
    for detail in ("Asha Rao", "Main Hall", "Ganga House", "12 Prabhat Road, Pune", "2 h 30 min"):
        assert detail in text
    assert "Requested Sunday 1 November 2026, 14:30 (Asia/Kolkata, UTC+05:30)" in text
    assert "from Friday 20 November 2026, 14:00 – 16:30" in text
    assert "Starts Saturday 21 November 2026, 10:00" in text


@pytest.mark.req("H-105", "H-121")
def test_the_cost_is_broken_down_with_the_prices_of_the_booking():
    text = words(pdf())
    assert "Main Hall 2 h 30 min INR 400.00 per hour INR 1,000.00" in text
    assert "Chair 30 INR 5.00 INR 150.00" in text
    assert "Total INR 1,150.00" in text


@pytest.mark.req("H-106")
def test_the_payment_is_confirmed_or_what_is_missing_is_named():
    assert "Paid INR 1,150.00" in words(pdf())
    assert "We received your payment in full" in words(pdf())
    unpaid = words(pdf(Paper.request, state="awaiting_payment", paid=rupees(0)))
    assert "Still to pay INR 1,150.00" in unpaid
    assert "received your payment" not in unpaid


@pytest.mark.req("H-107")
def test_the_terms_of_the_marketplace_are_printed():
    text = words(pdf())
    assert "Terms and conditions 1. The hall is yours from the start to the end." in text
    assert "2. Leave it as you found it." in text


@pytest.mark.req("H-101")
def test_the_invoice_says_what_it_is():
    assert "Invoice BKG-2611-0007" in words(pdf(Paper.invoice))


@pytest.mark.req("C-86")
def test_a_request_is_no_confirmation():
    text = words(
        pdf(Paper.request, state="awaiting_payment", paid=rupees(0), hold_expires_at=ISSUED)
    )
    assert "Booking request BKG-2611-0007" in text
    assert "not yet a confirmation" in text
    assert "Pay before Monday 2 November 2026, 13:30" in text


def test_a_cancellation_says_what_came_back_and_what_was_kept():
    cancelled = {"state": "cancelled", "refunded": rupees(575), "cancelled_at": ISSUED}
    back = (a_refund(rupees(575)), a_refund(rupees(9), state="rejected"))
    text = words(pdf(Paper.cancellation, refunds=back, **cancelled))
    assert "Refunded INR 575.00 to the wallet" in text
    assert "INR 9.00" not in text
    assert "Kept as cancellation fee INR 575.00" in text
    assert "Starts" not in text
    assert "has lapsed" in words(pdf(Paper.cancellation, state="expired", paid=rupees(0)))


def test_a_refund_is_printed_with_where_it_goes_and_whether_it_is_there():
    cancelled = {"state": "cancelled", "refunded": rupees(75), "cancelled_at": ISSUED}
    back = (
        a_refund(rupees(50)),
        a_refund(rupees(25), destination="original_method"),
        a_refund(rupees(300), destination="original_method", state="failed"),
        a_refund(rupees(200), destination="original_method", state="requested"),
    )
    text = words(pdf(Paper.cancellation, refunds=back, **cancelled))
    assert "Refunded INR 50.00 to the wallet" in text
    assert "Refunded INR 25.00 the way it was paid" in text
    assert "Being refunded INR 500.00 the way it was paid" in text
    assert "Kept as cancellation fee INR 575.00" in text


def test_hostile_and_foreign_names_are_printed_without_failing():
    names = {"resource_name": HOSTILE, "place_name": "शाह हॉल 漢字", "address": "Kőszeg & <b>"}
    text = words(pdf(customer="", **names))
    assert "<script>alert(1)</script> Bcc: spy@evil.test" in text
    assert "Koszeg & <b>" in text
    assert "???" in text


def test_a_long_bill_runs_over_several_pages():
    lines = tuple(
        LineFacts("addon", UUID(int=n), f"Item {n} " + "x" * 150, n, rupees(1), rupees(n))
        for n in range(1, 60)
    )
    content = pdf(lines=lines, brand=replace_terms(("t" * 3000,)))
    assert len(PdfReader(BytesIO(content)).pages) > 2
    assert "Item 59" in words(content)


def replace_terms(terms):
    return BRAND.model_copy(update={"terms": terms})


def test_the_same_facts_give_the_same_bytes_also_from_several_threads():
    with ThreadPoolExecutor(4) as threads:
        made = set(threads.map(lambda _: pdf(), range(12)))
    assert made == {pdf()}


@pytest.mark.parametrize(
    ("state", "paper"),
    [
        ("awaiting_payment", Paper.request),
        ("confirmed", Paper.confirmation),
        ("closed", Paper.confirmation),
        ("cancelled", Paper.cancellation),
        ("expired", Paper.cancellation),
    ],
)
def test_the_document_fits_the_state(state, paper):
    assert paper_for(state) is paper


@pytest.mark.req("H-190")
def test_the_calendar_file_has_the_local_time_and_its_zone():
    content = calendar_file(a_booking(), "Hall Booking", ISSUED)
    calendar = Calendar.from_ical(content)
    found = calendar.walk("VEVENT")[0]
    assert calendar.walk("VTIMEZONE")[0]["TZID"] == "Asia/Kolkata"
    assert b"DTSTART;TZID=Asia/Kolkata:20261121T100000" in content
    assert found.start == datetime(2026, 11, 21, 4, 30, tzinfo=UTC)
    assert found.end == datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
    assert found["STATUS"] == "CONFIRMED"
    assert found["SUMMARY"] == "Main Hall, Ganga House"


def test_a_zone_with_summer_time_is_described_around_the_booking():
    start = datetime(2026, 10, 24, 23, tzinfo=UTC)
    booking = a_booking(zone="Europe/Berlin", start=start, end=start.replace(day=25, hour=3))
    content = calendar_file(booking, "Hall Booking", ISSUED)
    found = Calendar.from_ical(content).walk("VEVENT")[0]
    assert {b"BEGIN:STANDARD", b"BEGIN:DAYLIGHT"} <= set(content.split(b"\r\n"))
    assert found.end.astimezone(UTC) == start.replace(day=25, hour=3)
    assert len(content) < 2000


def test_a_moved_booking_keeps_its_uid_and_counts_its_sequence():
    moved = event(reschedules=(a_reschedule(), a_reschedule()))
    assert (moved["UID"], moved["SEQUENCE"]) == (event()["UID"], 2)
    assert event()["SEQUENCE"] == 0


def test_a_cancelled_booking_takes_its_entry_back():
    gone = event(state="cancelled", reschedules=(a_reschedule(),))
    assert (gone["STATUS"], gone["SEQUENCE"]) == ("CANCELLED", 2)
    for state in ("awaiting_payment", "awaiting_provider", "declined_with_option", "draft"):
        assert event(state=state)["STATUS"] == "TENTATIVE"
    assert event(state="no_show")["STATUS"] == "CANCELLED"


def test_a_name_cannot_add_a_property_to_the_calendar_file():
    content = calendar_file(
        replace(a_booking(), resource_name="Hall\r\nATTENDEE:mailto:spy@evil.test"),
        "Hall Booking",
        ISSUED,
    )
    assert "ATTENDEE" not in Calendar.from_ical(content).walk("VEVENT")[0]
