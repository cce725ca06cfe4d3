"""The line for a hall: offered to one after another, held for each, booked by whoever says yes in time."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from kalends.core.house import House
from tests.fixtures.deals import API, at_hour, booked, rental, scalar, stamp
from tests.fixtures.people import manager_of, operator, signed_up
from tests.fixtures.places import a_room, a_venue, an_addon
from tests.fixtures.waiting import Line, a_line
from tests.performance.statements import counted

JOBS = """
    SELECT count(*) FROM procrastinate_jobs
    WHERE task_name = 'bookings.offer_freed_time' AND status = 'todo'
"""


@pytest.fixture
async def line(house: House, client: httpx.AsyncClient, pass_time) -> Line:
    return await a_line(house, client, pass_time, await a_room(house), await at_hour(house))


async def test_the_first_in_line_gets_it_offered_held_and_booked(line: Line) -> None:
    (first, one), (second, two) = await line.somebody(), await line.somebody()
    assert await line.state(first, one) == "waiting"
    await line.call_off()
    shown = await line.read(first, one)
    assert shown["state"] == "offered"
    assert shown["offer"]["start_time"] == stamp(line.start)
    assert 3500 < shown["offer"]["seconds_left"] <= 3600
    assert (await line.read(second, two))["offer"] is None
    stranger = await signed_up(line.client)
    for who in (stranger, first, second):
        taken = await line.client.post(f"{API}/bookings", json=line.wish(), headers=who)
        assert (taken.status_code, taken.json()["type"]) == (409, "/problems/slot-taken")
    await line.expect_green()
    done = await line.act(first, one, "accept")
    assert (done.status_code, done.json()["state"]) == (200, "accepted")
    url = f"{API}/bookings/{done.json()['booking_id']}"
    booking = (await line.client.get(url, headers=first)).json()
    told = (booking["state"], booking["start_time"], booking["price"]["total"]["amount"])
    assert told == ("awaiting_payment", stamp(line.start), 70000)
    again = await line.act(first, one, "accept")
    assert (again.status_code, again.json()["state"]) == (409, "accepted")
    await line.expect_green()
    await line.pass_time(minutes=16)  # nobody paid for it
    assert await line.state(second, two) == "offered"


async def test_who_declines_or_says_nothing_passes_it_on_and_then_it_is_anybodys(
    line: Line,
) -> None:
    people = [await line.somebody() for _ in range(3)]
    await line.call_off()
    declined = await line.act(*people[0], "decline")
    assert declined.json()["state"] == "declined"
    await line.pass_time()
    assert await line.state(*people[1]) == "offered"
    await line.pass_time(minutes=59)
    assert await line.state(*people[1]) == "offered"
    await line.pass_time(minutes=1)
    states = [await line.state(*person) for person in people]
    assert states == ["declined", "expired", "offered"]
    await line.pass_time(minutes=60)
    await booked(line.client, await signed_up(line.client), line.wish())
    await line.expect_green()


async def test_an_offer_is_over_at_its_minute_although_no_timer_has_run(line: Line) -> None:
    who, entry = await line.somebody()
    await line.call_off()
    await line.pass_time(minutes=60, run=False)
    late = await line.act(who, entry, "accept")
    assert (late.status_code, late.json()["type"]) == (409, "/problems/transition-not-allowed")
    await booked(line.client, await signed_up(line.client), line.wish())
    await line.pass_time()
    assert await line.state(who, entry) == "expired"
    await line.expect_green()


async def test_the_job_that_offers_commits_with_what_frees(line: Line) -> None:
    who, entry = await line.somebody()
    await line.call_off(run=False)
    assert await line.state(who, entry) == "waiting"
    assert await scalar(line.house, JOBS) == 1
    await line.pass_time()  # another process goes on
    assert await line.state(who, entry) == "offered"
    assert await scalar(line.house, JOBS) == 0


async def test_time_is_freed_by_a_move_and_by_an_unpaid_hold_too(line: Line) -> None:
    (who, entry), (other, later) = await line.somebody(), await line.somebody()
    new = {"new_start_time": stamp(line.start + timedelta(hours=6))}
    url = f"{API}/bookings/{line.taken}/reschedule"
    assert (await line.client.put(url, json=new, headers=line.holder)).status_code == 200
    await line.pass_time()
    assert await line.state(who, entry) == "offered"
    await line.act(who, entry, "accept")
    await line.pass_time(minutes=16)
    assert await line.state(other, later) == "offered"


async def test_two_who_fit_beside_each_other_get_an_offer_each(line: Line) -> None:
    hours = [line.start + timedelta(hours=n) for n in (0, 1)]
    anywhere = {"not_before": stamp(hours[0]), "not_after": stamp(hours[1] + timedelta(hours=1))}
    short = {"booking": line.wish(hours[0], 1), **anywhere}
    long, one, two, three = [
        await line.somebody(body)
        for body in ({"booking": line.wish(hours[0] - timedelta(hours=1), 4)}, short, short, short)
    ]
    # whoever wants four hours comes first, but only two are free: an hour beside them is taken
    await booked(line.client, line.holder, line.wish(hours[0] - timedelta(hours=1), 1))
    await line.call_off()
    states = [await line.state(*person) for person in (long, one, two, three)]
    assert states == ["waiting", "offered", "offered", "waiting"]
    starts = [(await line.read(*person))["offer"]["start_time"] for person in (one, two)]
    assert starts == [stamp(hour) for hour in hours]
    await line.expect_green()


async def test_what_was_wished_besides_is_booked_too(house, client, pass_time) -> None:
    venue = await a_venue(house)
    room, projector = await a_room(house, venue, rate=10000), await an_addon(house, venue)
    line = await a_line(house, client, pass_time, room, await at_hour(house))
    addons = [{"addon_id": str(projector.id), "quantity": 1}]
    who, entry = await line.somebody({"booking": line.wish(addons=addons, guests=12)})
    await line.call_off()
    done = (await line.act(who, entry, "accept")).json()
    url = f"{API}/bookings/{done['booking_id']}"
    booking = (await client.get(url, headers=who)).json()
    assert [one["kind"] for one in booking["lines"]] == ["room", "addon"]


async def test_waiting_ends_when_it_is_too_late_for_an_offer(line: Line) -> None:
    who, entry = await line.somebody()
    left, other = await line.somebody()
    gone = await line.act(left, other, "leave")
    assert gone.json()["state"] == "left"
    await line.pass_time(hours=7 * 24)
    assert await line.state(who, entry) == "lapsed"
    assert (await line.act(who, entry, "leave")).status_code == 409


async def test_an_offer_close_to_its_start_ends_before_it(line: Line) -> None:
    who, entry = await line.somebody()
    url = f"{API}/bookings/{line.taken}/pay"
    from tests.fixtures.deals import marketplace_time, with_money
    from tests.fixtures.people import user_id_of

    await with_money(line.house, await user_id_of(line.client, line.holder), 10**6)
    await line.client.post(url, json={"method": "wallet"}, headers=line.holder)
    ahead = line.start - timedelta(minutes=70) - await marketplace_time(line.house)
    await line.pass_time(minutes=int(ahead.total_seconds() // 60))
    await line.call_off()
    offer = (await line.read(who, entry))["offer"]
    assert offer["expires_at"] < stamp(line.start)


async def test_when_there_is_nothing_to_wait_for(line: Line) -> None:
    who = await signed_up(line.client)
    free = await line.try_to_join(who, {"booking": line.wish(line.start + timedelta(hours=3))})
    assert (free.status_code, free.json()["type"]) == (409, "/problems/free-already")
    around = {"not_before": stamp(line.start), "not_after": stamp(line.start + timedelta(days=1))}
    near = await line.try_to_join(who, {"booking": line.wish(), **around})
    assert near.json()["nearest"][0]["start"] == stamp(line.start + timedelta(hours=2))
    past = await line.try_to_join(who, {"booking": line.wish(line.start - timedelta(days=20))})
    assert (past.status_code, past.json()["reason"]) == (422, "never_free")
    far = await line.try_to_join(who, {"booking": line.wish(line.start + timedelta(days=700))})
    assert far.json()["reason"] == "never_free"
    await line.join(who)
    twice = await line.try_to_join(who)
    assert (twice.status_code, twice.json()["type"]) == (409, "/problems/already-waiting")
    small = {"booking": line.wish(), "not_before": stamp(line.start)}
    for wrong in (
        small,
        small | {"not_after": stamp(line.start)},
        small | {"not_after": stamp(line.start + timedelta(hours=1))},
        small | {"not_after": stamp(line.start + timedelta(days=32))},
        {"booking": line.wish(quote_token="x")},
    ):
        assert (await line.try_to_join(who, wrong)).status_code == 422


async def test_how_many_lines_one_may_stand_in(line: Line, with_profile) -> None:
    with_profile(booking={"waitlist": {"max_open": 1}})
    who = await signed_up(line.client)
    await line.join(who)
    later = line.start + timedelta(days=1)
    await booked(line.client, line.holder, line.wish(later))
    many = await line.try_to_join(who, {"booking": line.wish(later)})
    assert (many.status_code, many.json()["limit"]) == (409, 1)


async def test_who_sees_the_line(line: Line) -> None:
    room, client = line.room, line.client
    who, entry = await line.somebody()
    boss = await manager_of(line.house, client, room.provider_id, room.venue_id)
    admin, stranger = await operator(line.house, client), await signed_up(client)
    other = await manager_of(line.house, client, (await a_venue(line.house)).provider_id)
    url = f"{API}/providers/{room.provider_id}/waitlist"
    narrow = {"venue_id": str(room.venue_id)}

    async def seen(headers: Any, **query: str) -> tuple[int, list[str]]:
        answer = await client.get(url, params=query, headers=headers)
        return answer.status_code, [one["id"] for one in answer.json().get("items", [])]

    assert await seen(boss, **narrow) == (200, [entry])
    assert await seen(admin) == (200, [entry])
    assert [(await seen(boss))[0], (await seen(other))[0]] == [404, 404]
    assert (await seen(stranger))[0] == 403
    nobodys = f"{API}/providers/{room.id}/waitlist"
    assert (await client.get(nobodys, headers=admin)).status_code == 404
    codes = [
        (await client.get(f"{API}/waitlist/{entry}", headers=one)).status_code
        for one in (who, boss, admin, stranger)
    ]
    assert codes == [200, 200, 200, 404]
    assert (await line.act(boss, entry, "leave")).status_code == 404
    own = (await client.get(f"{API}/waitlist", headers=who)).json()["items"]
    assert [one["id"] for one in own] == [entry]


async def test_the_letter_names_the_time_and_the_deadline(line: Line) -> None:
    who = await signed_up(line.client, "waits@example.com")
    entry = (await line.join(who))["id"]
    await line.call_off()
    offer = (await line.read(who, entry))["offer"]
    answer = await line.client.get("/dev/messages", params={"to": "waits@example.com"})
    [letter] = [m for m in answer.json()["items"] if "free now" in m["subject"]]
    assert "Courtyard Room" in letter["subject"]
    assert "held for you alone until" in letter["text"]
    assert offer["expires_at"]


async def test_what_an_offer_asks_of_the_database(line: Line) -> None:
    """A line of people whom it does not suit is looked through batch by batch, not one by one."""
    far = {
        "not_before": stamp(line.start),
        "not_after": stamp(line.start + timedelta(hours=4)),
    }
    await booked(line.client, line.holder, rental(line.room.id, line.start + timedelta(hours=2), 2))
    costs = {}
    for size in (2, 12):
        for _ in range(size):
            await line.somebody({"booking": line.wish(hours=4), **far})
        await line.call_off(run=False)
        with counted(line.house) as sent:
            await line.pass_time()
        costs[size] = sum("waitlist_entries" in one for one in sent)
        body = line.wish()
        line.taken = (await booked(line.client, line.holder, body))["id"]
    assert costs[12] <= costs[2] + 1, costs
