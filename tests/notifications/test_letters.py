"""What people are told, from the request to the review."""

from datetime import timedelta
from uuid import UUID

import pytest
from icalendar import Calendar

from kalends.bookings import BookingConfirmed
from kalends.core.unit import open_unit
from tests.fixtures.people import manager_of, signed_up


def names(letter):
    return [
        a["filename"].split("-")[0] + "." + a["filename"].split(".")[-1]
        for a in letter["attachments"]
    ]


async def subjects(story, to="asha@example.com"):
    return [letter["subject"].split(":")[0] for letter in await story.letters(to)]


async def attached(story, letter, ending):
    url = next(a["url"] for a in letter["attachments"] if a["filename"].endswith(ending))
    return await story.client.get(url)


async def test_a_new_account_is_welcomed(story):
    letter = await story.letter("Welcome to Hall Booking")
    assert letter["to"] == "asha@example.com"


@pytest.mark.req("H-144", "C-86")
async def test_a_request_is_acknowledged_with_a_provisional_pdf(story):
    await story.book()
    letter = await story.letter("Request received")
    assert names(letter) == ["request.pdf"]
    assert "We keep the time for you until" in letter["text"]
    pdf = await attached(story, letter, ".pdf")
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF")
    assert "Booking confirmed" not in await subjects(story)


@pytest.mark.req("H-188", "H-189", "H-190", "H-089", "M-070")
async def test_a_payment_brings_confirmation_calendar_file_and_receipt(story):
    booking_id = await story.book_and_pay()
    letter = await story.letter("Booking confirmed")
    assert names(letter) == ["confirmation.pdf", "booking.ics", "receipt.pdf"]
    listed = await story.client.get(
        f"/api/v2/bookings/{booking_id}/documents", headers=story.customer
    )
    [receipt] = listed.json()["items"]
    assert letter["attachments"][2]["filename"] == f"receipt-{receipt['number']}.pdf"
    calendar = Calendar.from_ical((await attached(story, letter, ".ics")).content)
    event = calendar.walk("VEVENT")[0]
    assert event["UID"] == f"{booking_id}@kalends"
    assert event.start == story.start


@pytest.mark.req("H-095")
async def test_a_participant_is_in_copy(story):
    await signed_up(story.client, "ravi@example.com")
    booking_id = await story.book()
    body = {"email": "ravi@example.com"}
    await story.post(f"/bookings/{booking_id}/participants", body)
    await story.give_money()
    await story.post(f"/bookings/{booking_id}/pay", {"method": "wallet"})
    letter = await story.letter("Booking confirmed")
    assert letter["cc"] == ["ravi@example.com"]
    assert await story.letter("Booking confirmed", "RAVI@example.com") == letter


@pytest.mark.req("H-193", "H-194", "H-149", "H-091")
async def test_a_cancellation_is_told_with_its_refund(story):
    booking_id = await story.book_and_pay()
    await story.post(f"/bookings/{booking_id}/cancel", {"reason": "rain"})
    notice = await story.letter("Booking cancelled")
    assert "Given back to the wallet: ₹525.00 (75 %)" in notice["text"]
    assert "Cancellation fee: ₹175.00" in notice["text"]
    assert "Reason given: rain" in notice["text"]
    event = Calendar.from_ical((await attached(story, notice, ".ics")).content).walk("VEVENT")[0]
    assert event["STATUS"] == "CANCELLED"
    refund = await story.letter("₹525.00 is back in your wallet")
    assert "Given back so far: ₹525.00" in refund["text"]


@pytest.mark.req("H-098")
async def test_a_reschedule_is_told_with_the_time_before(story):
    booking_id = await story.book_and_pay()
    later = story.start + timedelta(hours=3)
    body = {"new_start_time": later.isoformat()}
    await story.send("PUT", f"/bookings/{booking_id}/reschedule", body)
    letter = await story.letter("Booking moved")
    assert "13:00 – 15:00 (Asia/Kolkata" in letter["text"]
    assert "It was: " in letter["text"]
    assert "10:00 – 12:00 (Asia/Kolkata" in letter["text"]
    event = Calendar.from_ical((await attached(story, letter, ".ics")).content).walk("VEVENT")[0]
    assert (event["SEQUENCE"], event.start) == (1, later)


async def test_a_move_that_was_overtaken_is_not_told(story):
    booking_id = await story.book_and_pay()
    for hours in (3, 6):
        body = {"new_start_time": (story.start + timedelta(hours=hours)).isoformat()}
        await story.send("PUT", f"/bookings/{booking_id}/reschedule", body)
    letter = await story.letter("Booking moved")
    assert "16:00 – 18:00" in letter["text"]


async def test_each_of_two_moves_is_told(story):
    booking_id = await story.book_and_pay()
    for hours in (3, 6):
        body = {"new_start_time": (story.start + timedelta(hours=hours)).isoformat()}
        await story.send("PUT", f"/bookings/{booking_id}/reschedule", body)
        await story.letters()
    assert (await subjects(story)).count("Booking moved") == 2


@pytest.mark.req("H-099", "C-24")
async def test_a_reminder_comes_a_day_before_and_only_for_what_stands(story, pass_time):
    await story.book_and_pay()
    async with open_unit(story.house) as unit:
        ahead = story.start - timedelta(days=1) - unit.now
    await pass_time(seconds=int(ahead.total_seconds()) - 60)
    assert "Coming up" not in await subjects(story)
    await pass_time(minutes=2)
    letter = await story.letter("Coming up")
    assert "10:00 – 12:00 (Asia/Kolkata, UTC+05:30)" in letter["text"]


async def test_a_request_that_was_not_paid_is_told_to_have_lapsed(story, pass_time):
    await story.book()
    await pass_time(minutes=16)
    letter = await story.letter("Request lapsed")
    assert "Nothing was charged." in letter["text"]


@pytest.mark.req("H-092", "H-197", "H-198")
async def test_after_the_end_a_review_is_asked_for_and_told_to_both_sides(story, pass_time):
    await manager_of(story.house, story.client, story.room.provider_id, story.room.venue_id)
    booking_id = await story.book_and_pay()
    async with open_unit(story.house) as unit:
        ahead = story.start + timedelta(hours=2, minutes=1) - unit.now
    await pass_time(seconds=int(ahead.total_seconds()))
    await story.letter("How was ")
    story.customer = await signed_in_again(story)
    review = {"booking_id": booking_id, "rating": 4, "comment": "Bright & quiet"}
    await story.post("/reviews", review, 201)
    thanks = await story.letter("Thank you for your review")
    assert "Bright &amp; quiet" in thanks["html"]
    everything = (await story.client.get("/dev/messages", params={"limit": 200})).json()["items"]
    told = [m["to"] for m in everything if m["subject"].startswith("New review of ")]
    assert len(told) == 1
    assert told != ["asha@example.com"]


async def signed_in_again(story):
    body = {"email": "asha@example.com", "password": "tulsi-and-lemon-48"}
    answer = await story.client.post("/api/v2/auth/login", json=body)
    assert answer.status_code == 200, answer.text
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


async def test_the_same_fact_told_twice_is_one_letter(story):
    booking_id = UUID(await story.book_and_pay())
    for _ in range(2):
        async with open_unit(story.house) as unit:
            unit.emit(BookingConfirmed(booking_id=booking_id))
    await story.letter("Booking confirmed")


async def test_what_was_rolled_back_is_not_told(story):
    booking_id = UUID(await story.book())
    before = await subjects(story)
    with pytest.raises(RuntimeError, match="change of mind"):
        await change_of_mind(story.house, BookingConfirmed(booking_id=booking_id))
    assert await subjects(story) == before


async def change_of_mind(house, event):
    async with open_unit(house) as unit:
        unit.emit(event)
        await unit.write_jobs()
        raise RuntimeError("change of mind")


async def test_a_move_of_a_booking_that_fell_is_not_told(story):
    booking_id = await story.book_and_pay()
    body = {"new_start_time": (story.start + timedelta(hours=3)).isoformat()}
    await story.send("PUT", f"/bookings/{booking_id}/reschedule", body)
    await story.post(f"/bookings/{booking_id}/cancel", {"reason": "rain"})
    assert "Booking moved" not in await subjects(story)
