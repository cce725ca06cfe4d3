"""Documents of a booking over HTTP, and the development mailbox."""

from uuid import uuid4

import pytest
from icalendar import Calendar

from tests.fixtures.people import manager_of, operator, signed_up


async def pdf(story, booking_id, headers):
    return await story.client.get(
        f"/api/v2/bookings/{booking_id}/confirmation.pdf", headers=headers
    )


async def ics(story, booking_id, headers):
    return await story.client.get(f"/api/v2/bookings/{booking_id}/calendar.ics", headers=headers)


@pytest.mark.req("H-100", "H-190")
async def test_a_customer_downloads_the_confirmation_and_the_calendar_file(story):
    booking_id = await story.book_and_pay()
    paper = await pdf(story, booking_id, story.customer)
    assert (paper.status_code, paper.headers["content-type"]) == (200, "application/pdf")
    assert 'filename="confirmation-BKG-' in paper.headers["content-disposition"]
    assert paper.content.startswith(b"%PDF")
    calendar = await ics(story, booking_id, story.customer)
    assert calendar.headers["content-type"] == "text/calendar; charset=utf-8"
    assert Calendar.from_ical(calendar.content).walk("VEVENT")[0].start == story.start


async def test_before_payment_the_paper_is_a_request(story):
    paper = await pdf(story, await story.book(), story.customer)
    assert 'filename="request-BKG-' in paper.headers["content-disposition"]


async def test_the_people_of_the_booking_the_manager_and_the_operator_may_read_it(story):
    guest = await signed_up(story.client, "ravi@example.com")
    booking_id = await story.book()
    await story.post(f"/bookings/{booking_id}/participants", {"email": "ravi@example.com"})
    manager = await manager_of(story.house, story.client, story.room.provider_id)
    for headers in (guest, manager, await operator(story.house, story.client)):
        assert (await pdf(story, booking_id, headers)).status_code == 200
        assert (await ics(story, booking_id, headers)).status_code == 200


async def test_somebody_elses_booking_is_as_missing_as_none(story):
    booking_id = await story.book()
    stranger = await signed_up(story.client)
    for wanted in (pdf, ics):
        foreign = await wanted(story, booking_id, stranger)
        missing = await wanted(story, uuid4(), story.customer)
        assert (foreign.status_code, foreign.json()["type"]) == (404, "/problems/not-found")
        assert (missing.status_code, missing.json()["detail"]) == (404, foreign.json()["detail"])
        assert (await wanted(story, booking_id, {})).status_code == 401


async def test_the_mailbox_lists_the_newest_first_within_its_limit(story):
    await story.book_and_pay()
    await story.letters()
    items = (await story.client.get("/dev/messages", params={"limit": 2})).json()["items"]
    assert len(items) == 2
    assert items[0]["sent_at"] >= items[1]["sent_at"]
    assert (await story.client.get("/dev/messages", params={"limit": 0})).status_code == 422
    assert (await story.client.get("/dev/messages", params={"who": "x"})).status_code == 422
    assert (await story.client.get("/dev/messages", params={"to": "a@b.test"})).json() == {
        "items": []
    }


async def test_the_mailbox_page_leads_to_each_message(story):
    await story.book()
    letter = await story.letter("Request received")
    page = await story.client.get("/dev/mailbox", params={"to": "asha@example.com"})
    assert page.headers["content-type"].startswith("text/html")
    assert f'href="/dev/mailbox/{letter["id"]}"' in page.text
    shown = await story.client.get(f"/dev/mailbox/{letter['id']}")
    assert "&lt;!doctype html&gt;" in shown.text
    assert letter["attachments"][0]["url"] in shown.text
    assert letter["attachments"][0]["size"] > 1000
    beyond = await story.client.get(f"/dev/messages/{letter['id']}/attachments/9")
    assert beyond.status_code == 404
