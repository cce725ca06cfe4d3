"""Links in the letters about appointments: after the approval, to another hour of the same people."""

import re
from datetime import datetime, timedelta

import pytest

from kalends.core.profile import load_profile

_LINK = re.compile(r"http://kalends\.test(/links/[\w-]+)")


async def letter(salon, beginning):
    await salon.settle()
    [found] = [x for x in await salon.letters() if x["subject"].startswith(beginning)]
    return found


async def links_in(salon, beginning):
    """To move, to cancel."""
    return _LINK.findall((await letter(salon, beginning))["text"])


async def times_on(salon, url, **query):
    page = await salon.client.get(url, params=query)
    assert page.status_code == 200, page.text
    found = re.findall(r'name="start_time" value="([^"]+)"', page.text)
    return [datetime.fromisoformat(time) for time in found]


@pytest.mark.req("G-034", "X-17", "G-032", "G-033")
async def test_the_approval_of_what_is_paid_brings_both_links(new_salon):
    salon = await new_salon(booking={"approval": "after_payment"})
    start = await salon.at(10)
    booking_id = await salon.paid("cut", start, "asha")
    await salon.settle()
    assert not [x for x in await salon.letters() if "/links/" in x["text"]]
    await salon.act(booking_id, "approve", salon.accounts["asha"])
    move, cancel = await links_in(salon, "Booking confirmed")
    other = start + timedelta(hours=2)
    done = await salon.client.post(move, data={"start_time": other.isoformat()})
    assert done.status_code == 200, done.text
    assert (await salon.read(booking_id))["start_time"] == other.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert (await salon.client.post(cancel)).status_code == 200
    assert await salon.state(booking_id) == "cancelled"
    await salon.settle()
    await salon.expect_green()


@pytest.mark.req("G-034", "G-032")
async def test_the_approval_of_what_is_not_paid_yet_brings_them_with_the_price(new_salon):
    salon = await new_salon(booking={"approval": "before_payment"})
    booking_id = await salon.booked("cut", await salon.at(10), "asha")
    await salon.act(booking_id, "approve", salon.accounts["asha"])
    told = await letter(salon, "Approved: ")
    assert "We keep the time for you until" in told["text"]
    assert "Total: ₹400.00" in told["text"]
    _, cancel = _LINK.findall(told["text"])
    page = await salon.client.get(cancel)
    assert "There is nothing to give back." in page.text
    assert (await salon.client.post(cancel)).status_code == 200
    assert await salon.state(booking_id) == "cancelled"


@pytest.mark.req("G-031")
async def test_an_approval_takes_effect_at_once_and_its_letters_follow_from_jobs(new_salon):
    salon = await new_salon(booking={"approval": "after_payment"})
    booking_id = await salon.booked("cut", await salon.at(10), "asha")
    asha = salon.accounts["asha"]
    early = await salon.call("POST", f"bookings/{booking_id}/start", asha)
    assert (early.status_code, early.json()["type"]) == (409, "/problems/transition-not-allowed")
    assert early.json()["state"] == "awaiting_payment"
    await salon.act(booking_id, "pay", salon.me, {"method": "wallet"})
    await salon.settle()
    before = await salon.letters()
    assert (await salon.act(booking_id, "approve", asha))["state"] == "confirmed"
    twice = await salon.call("POST", f"bookings/{booking_id}/approve", asha)
    assert twice.status_code == 409
    assert await salon.letters() == before
    await salon.settle()
    assert len(await salon.letters()) == len(before) + 1


@pytest.mark.req("G-036")
async def test_an_hour_before_its_start_the_customer_is_reminded(new_salon):
    guild = load_profile("guild").booking.reminder_lead_minutes
    salon = await new_salon(booking={"reminder_lead_minutes": guild})
    start = await salon.at(10)
    await salon.paid("cut", start, "asha")
    await salon.reach(start - timedelta(minutes=63))
    assert not [x for x in await salon.letters() if x["subject"].startswith("Coming up")]
    await salon.reach(start - timedelta(minutes=60))
    await letter(salon, "Coming up")


@pytest.mark.req("X-17")
async def test_only_times_at_which_the_same_people_are_free_are_shown(new_salon):
    salon = await new_salon()
    start = await salon.at(10)
    booking_id = await salon.paid("cut", start, "asha")
    move, _ = await links_in(salon, "Booking confirmed")
    await salon.booked("cut", await salon.at(14), "asha")
    await salon.booked("cut", await salon.at(16), "ravi")
    times = await times_on(salon, move, day=start.date().isoformat())
    hours = {(time.hour, time.minute) for time in times}
    assert {(9, 0), (15, 15), (16, 0), (17, 0)} <= hours
    assert not {(10, 0), (13, 15), (14, 0), (15, 0), (17, 15)} & hours
    for time in (times[0], times[-1]):
        body = {"new_start_time": time.isoformat()}
        await salon.act(booking_id, "reschedule-preview", salon.me, body)
    taken = {"start_time": (await salon.at(14)).isoformat()}
    lost = await salon.client.post(move, data=taken)
    assert lost.status_code == 409
    assert "This time is taken" in lost.text
    assert (await salon.client.post(move, data={"start_time": times[0].isoformat()})).is_success


async def test_every_time_of_the_page_is_one_that_a_move_accepts(new_salon):
    salon = await new_salon(availability={"step_minutes": 30})
    start = await salon.at(11)
    booking_id = await salon.paid("cut", start, "asha")
    await salon.booked("colour", await salon.at(14), "asha")
    move, _ = await links_in(salon, "Booking confirmed")
    shown = await times_on(salon, move)
    day = await salon.at(0)
    for half_hours in range(48):
        time = day + timedelta(minutes=30 * half_hours)
        if time == start:
            continue
        body = {"new_start_time": time.isoformat()}
        answer = await salon.call(
            "POST", f"bookings/{booking_id}/reschedule-preview", salon.me, body
        )
        assert (answer.status_code == 200) == (time in shown), (time, answer.text)


async def test_who_takes_a_job_over_is_told_with_new_links(new_salon):
    salon = await new_salon()
    booking_id = await salon.paid("cut", await salon.at(10), "asha")
    first = await links_in(salon, "Booking confirmed: asha")
    await salon.act(booking_id, "decline", salon.accounts["asha"], {"reason_code": "ill"})
    assert (await salon.client.get(first[0])).status_code == 410
    everything_back = await salon.client.get(first[1])
    assert "(100 % of what you paid), to your wallet" in everything_back.text
    await salon.act(booking_id, "accept-replacement", salon.me)
    again = await links_in(salon, "Booking confirmed: ravi")
    assert len(again) == 2
    assert not set(again) & set(first)


async def test_work_that_has_begun_ends_the_links(new_salon):
    salon = await new_salon()
    start = await salon.at(14, days=1)
    await salon.reach(start - timedelta(hours=4))
    booking_id = await salon.paid("cut", start, "asha")
    await salon.reach(start - timedelta(minutes=20))
    await salon.act(booking_id, "start", salon.accounts["asha"])
    move, cancel = await links_in(salon, "Booking confirmed")
    for url in (move, cancel):
        answer = await salon.client.post(url)
        assert answer.status_code == 410
        assert "is in progress" in answer.text
    assert await salon.state(booking_id) == "in_progress"
