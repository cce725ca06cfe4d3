"""Links in letters: whoever got the letter cancels or moves the booking, once, without signing in."""

import asyncio
import re
from datetime import datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from kalends.core.unit import open_unit
from kalends.identity import get_person
from kalends.notifications.service.booking_links import forget_links
from tests.fixtures.deals import scalar
from tests.fixtures.people import signed_up, user_id_of

_LINK = re.compile(r"http://kalends\.test(/links/[\w-]+)")
DAY = timedelta(days=1)


async def links_in(story, beginning="Booking confirmed", to="asha@example.com"):
    """The paths of the links to move and to cancel, in this order."""
    return _LINK.findall((await story.letter(beginning, to))["text"])


async def both(story):
    booking_id = await story.book_and_pay()
    move, cancel = await links_in(story)
    return booking_id, move, cancel


async def state_of(story, booking_id):
    answer = await story.client.get(f"/api/v2/bookings/{booking_id}", headers=story.customer)
    return answer.json()


async def form_of(story, url):
    """What a browser would send from the page: its hidden fields, and the times it lists."""
    page = (await story.client.get(url)).text
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    times = re.findall(r'name="start_time" value="([^"]+)"', page)
    return hidden, [unescape(time) for time in times]


@pytest.mark.req("G-034", "X-17")
async def test_looking_changes_nothing_and_the_button_cancels_with_the_refund_that_was_shown(story):
    booking_id, _, cancel = await both(story)
    for _ in range(3):  # as scanners of mails do
        page = await story.client.get(cancel)
        assert page.status_code == 200
        assert "You get back <strong>₹525.00</strong> (75 % of what you paid)" in page.text
    assert (await state_of(story, booking_id))["state"] == "confirmed"
    hidden, _ = await form_of(story, cancel)
    done = await story.client.post(cancel, data=hidden | {"reason": "rain & <b>wind</b>"})
    assert done.status_code == 200
    assert "<strong>₹525.00</strong> goes back to your wallet" in done.text
    booking = await state_of(story, booking_id)
    assert (booking["state"], booking["cancelled_by"]) == ("cancelled", "customer")
    assert booking["cancellation_reason"] == "rain & <b>wind</b>"
    assert booking["refunded"]["amount"] == 52500
    notice = await story.letter("Booking cancelled")
    assert "cancelled by the customer" in notice["text"]


@pytest.mark.req("G-034", "X-17")
async def test_a_booking_moves_to_one_of_the_free_times_of_the_page(story):
    booking_id, move, _ = await both(story)
    hidden, times = await form_of(story, move)
    assert story.start.isoformat() not in times
    other = (story.start + timedelta(hours=3)).isoformat()
    assert other in times
    done = await story.client.post(move, data=hidden | {"start_time": other})
    assert done.status_code == 200, done.text
    assert "13:00 – 15:00 (Asia/Kolkata" in done.text
    booking = await state_of(story, booking_id)
    assert booking["start_time"] == other.replace("+00:00", "Z")
    assert booking["reschedule_history"][0]["reason"] == "by the link in the letter"
    assert "It was: " in (await story.letter("Booking moved"))["text"]


async def test_what_is_taken_is_not_on_the_page_and_the_first_and_last_time_can_be_had(story):
    _, move, _ = await both(story)
    story.start += timedelta(hours=4)
    await story.book_and_pay()
    other = (await story.letters())[-1]
    assert other["subject"].startswith("Booking confirmed")
    taken = {(story.start + timedelta(minutes=m)).isoformat() for m in range(-105, 120, 15)}
    _, times = await form_of(story, move)
    assert times
    assert not taken & set(times)
    assert (await story.client.post(move, data={"start_time": times[0]})).status_code == 200
    move = _LINK.findall(other["text"])[0]
    _, times = await form_of(story, move)
    assert (await story.client.post(move, data={"start_time": times[-1]})).status_code == 200


@pytest.mark.req("X-17")
async def test_another_day_is_chosen_without_scripts(story):
    _, move, _ = await both(story)
    tomorrow = (story.start + DAY).date()
    hidden, times = await form_of(story, f"{move}?day={tomorrow}")
    assert hidden == {"day": str(tomorrow)}
    assert times
    local = {datetime.fromisoformat(time).astimezone(ZoneInfo("Asia/Kolkata")) for time in times}
    assert {time.date() for time in local} == {tomorrow}
    far = await story.client.get(f"{move}?day=2090-01-01")
    assert far.status_code == 422
    assert "Choose a day from" in far.text
    assert (await story.client.get(f"{move}?day=never")).status_code == 422


@pytest.mark.req("G-034", "X-17")
@pytest.mark.parametrize("which", ["move", "cancel"])
async def test_a_link_works_once(story, which):
    _, move, cancel = await both(story)
    url = move if which == "move" else cancel
    other = {"start_time": (story.start + DAY).isoformat()}
    assert (await story.client.post(url, data=other if which == "move" else {})).status_code == 200
    version = await scalar(story.house, "SELECT max(version) FROM bookings")
    for answer in (await story.client.post(url, data=other), await story.client.get(url)):
        assert answer.status_code == 410
        assert "This link has been used" in answer.text
    again = await scalar(story.house, "SELECT max(version) FROM bookings")
    assert again == version


@pytest.mark.req("X-17")
async def test_of_two_at_once_one_wins(story):
    booking_id, _, cancel = await both(story)
    answers = await asyncio.gather(*(story.client.post(cancel, data={}) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 410, 410, 410, 410]
    assert await scalar(story.house, "SELECT count(*) FROM refunds") == 1
    assert (await state_of(story, booking_id))["refunded"]["amount"] == 52500


@pytest.mark.req("X-17")
async def test_what_is_refused_leaves_the_link_as_it_was(story):
    booking_id, move, _ = await both(story)
    _, times = await form_of(story, move)
    story.start += timedelta(hours=4)
    await story.book_and_pay()
    lost = await story.client.post(move, data={"start_time": story.start.isoformat()})
    assert lost.status_code == 409
    assert "Somebody else has this time" in lost.text
    nothing = await story.client.post(move, data={})
    assert nothing.status_code == 422
    assert "Choose one of the times" in nothing.text
    past = await story.client.post(move, data={"start_time": "2020-01-01T00:00:00Z"})
    assert past.status_code == 422
    assert (await state_of(story, booking_id))["rescheduled"] is False
    done = await story.client.post(move, data={"start_time": times[0]})
    assert done.status_code == 200


async def test_a_refund_that_changed_since_the_page_was_shown_is_shown_anew(story, pass_time):
    booking_id, _, cancel = await both(story)
    hidden, _ = await form_of(story, cancel)
    await pass_time(minutes=11)
    late = await story.client.post(cancel, data=hidden)
    assert late.status_code == 409
    assert "What was shown no longer holds" in late.text
    assert "You get back <strong>₹525.00</strong>" in late.text
    assert (await state_of(story, booking_id))["state"] == "confirmed"
    hidden, _ = await form_of(story, cancel)
    assert (await story.client.post(cancel, data=hidden)).status_code == 200


@pytest.mark.req("G-034", "X-17")
async def test_a_link_ends_after_a_day(story, pass_time):
    booking_id, move, cancel = await both(story)
    await pass_time(hours=23, minutes=58)
    assert (await story.client.get(move)).status_code == 200
    await pass_time(minutes=3)
    for answer in (
        await story.client.get(move),
        await story.client.get(cancel),
        await story.client.post(cancel, data={}),
    ):
        assert answer.status_code == 410
        assert "The time of this link is over" in answer.text
    assert (await state_of(story, booking_id))["state"] == "confirmed"


@pytest.mark.req("X-17")
async def test_a_link_ends_with_the_start_where_that_is_sooner(story, pass_time):
    async with open_unit(story.house) as unit:
        ahead = story.start - timedelta(hours=3) - unit.now
    await pass_time(seconds=int(ahead.total_seconds()), run=False)
    _, _, cancel = await both(story)
    ends = await scalar(story.house, "SELECT max(expires_at) FROM booking_links")
    assert ends == story.start
    await pass_time(hours=3, seconds=1)
    assert (await story.client.post(cancel, data={})).status_code == 410


@pytest.mark.req("G-034", "X-17")
async def test_links_die_when_the_booking_moves_on(story):
    booking_id, move, cancel = await both(story)
    await story.post(f"/bookings/{booking_id}/cancel", {"reason": "rain"})
    for url in (move, cancel):
        for answer in (await story.client.get(url), await story.client.post(url, data={})):
            assert answer.status_code == 410
            assert "is cancelled; this cannot be done any more" in answer.text


@pytest.mark.req("G-034", "X-17")
async def test_a_changed_link_opens_nothing(story):
    booking_id, move, cancel = await both(story)
    token = cancel.rpartition("/")[2]
    for place in (0, 5, 30, len(token) - 1):
        other = "A" if token[place] != "A" else "B"
        changed = f"/links/{token[:place]}{other}{token[place + 1 :]}"
        for answer in (await story.client.get(changed), await story.client.post(changed, data={})):
            assert answer.status_code == 404
            assert "This link is not one of ours" in answer.text
            assert "BKG" not in answer.text
    mixed = f"/links/{move.rpartition('/')[2][:40]}{token[40:]}"
    for odd in (mixed, "/links/x", "/links/%00", "/links/é", cancel + "A", cancel[:-4]):
        assert (await story.client.get(odd)).status_code == 404, odd
    assert (await state_of(story, booking_id))["state"] == "confirmed"


async def test_what_is_stored_opens_nothing(story):
    _, move, cancel = await both(story)
    rows = await scalar(
        story.house, "SELECT string_agg(row_to_json(l)::text, ' ') FROM booking_links l"
    )
    for url in (move, cancel):
        token = url.rpartition("/")[2]
        assert token not in rows
        assert token[20:] not in rows


@pytest.mark.req("X-17")
async def test_a_page_stays_with_its_reader(story):
    _, move, cancel = await both(story)
    for url in (move, cancel):
        page = await story.client.get(url)
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "no-referrer"
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert "<script" not in page.text
        assert "//" not in page.text.replace("<!doctype", "").replace("mailto:", "")
        assert url.rpartition("/")[2] not in page.text


async def test_whoever_is_in_copy_gets_no_link(story):
    await signed_up(story.client, "ravi@example.com")
    booking_id = await story.book()
    await story.post(f"/bookings/{booking_id}/participants", {"email": "ravi@example.com"})
    await story.give_money()
    await story.post(f"/bookings/{booking_id}/pay", {"method": "wallet"})
    assert len(await links_in(story, "If your plans change")) == 2
    for letter in await story.letters("ravi@example.com"):
        assert "/links/" not in letter["text"] + letter["html"]


async def test_a_link_of_somebody_suspended_is_none(story):
    _, _, cancel = await both(story)
    user_id = await user_id_of(story.client, story.customer)
    async with open_unit(story.house) as unit:
        assert await get_person(unit, user_id)
        await unit.session.execute(text("UPDATE users SET status = 'suspended'"))
    assert (await story.client.get(cancel)).status_code == 404
    assert (await story.client.post(cancel, data={})).status_code == 404


async def test_a_marketplace_may_send_none(story, with_profile):
    story.house = with_profile(booking={"link_hours": 0})
    await story.book_and_pay()
    assert await links_in(story) == []
    assert await scalar(story.house, "SELECT count(*) FROM booking_links") == 0


async def test_links_are_forgotten_a_month_after_their_end(story, pass_time):
    await both(story)
    await pass_time(hours=24 * 30, run=False)
    await forget_links(story.house)
    assert await scalar(story.house, "SELECT count(*) FROM booking_links") == 2
    await pass_time(hours=25, run=False)
    await forget_links(story.house)
    assert await scalar(story.house, "SELECT count(*) FROM booking_links") == 0


async def test_an_address_asks_thirty_times_a_minute(story):
    _, _, cancel = await both(story)
    codes = [(await story.client.get(cancel)).status_code for _ in range(35)]
    assert codes[:30] == [200] * 30
    assert codes[-1] == 429
