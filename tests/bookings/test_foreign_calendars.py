"""A room is blocked by a calendar from elsewhere, and people read theirs in their own programs."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from icalendar import Calendar

from kalends.core.ports import Page, WebRefused
from tests.bookings.test_busy_feed_rules import calendar
from tests.fixtures.deals import API, at_hour, booked, rental
from tests.fixtures.markets import market_app, market_of
from tests.fixtures.people import manager_of, signed_up
from tests.fixtures.places import a_room

URL = "webcal://calendars.test/secret-7831.ics"


@dataclass
class Web:
    """A web of one document, with what was asked of it."""

    content: bytes | None = b""
    asked: list[tuple[str, str | None]] = field(default_factory=list)

    async def read(self, url: str, etag: str | None = None) -> Page:
        self.asked.append((url, etag))
        if self.content is None:
            raise WebRefused("the server took too long")
        return Page(None, etag) if etag else Page(self.content, '"v1"')


@pytest.fixture
async def app(house, loopback):
    loopback.app = market_app(market_of(house))
    return loopback.app


@pytest.fixture
def web(house, app):
    found = Web()
    object.__setattr__(house, "ports", replace(house.ports, web=found))
    market_app(market_of(house))
    return found


@pytest.fixture
def read_calendars(house, run_jobs):
    async def read(minutes: int = 0):
        from kalends.bookings.service.feeds.reading import ask_due_feeds
        from kalends.core.clock import advance
        from kalends.core.unit import open_unit

        async with open_unit(house) as unit:
            await advance(unit.session, minutes * 60)
        await ask_due_feeds(house)
        await run_jobs(market_of(house))

    return read


def at(moment, hours=1):
    return f"DTSTART:{moment:%Y%m%dT%H%M%SZ} DURATION:PT{hours}H"


async def free_slots(client, room, day):
    answer = await client.get(
        f"{API}/rooms/{room.id}/availability", params={"date": f"{day:%Y-%m-%d}"}
    )
    return [
        (slot["start"][11:16], slot["end"][11:16]) for slot in answer.json()["days"][0]["slots"]
    ]


async def test_what_a_foreign_calendar_takes_cannot_be_booked(house, client, web, read_calendars):
    room, me = await a_room(house), await signed_up(client)
    boss = await manager_of(house, client, room.provider_id, room.venue_id)
    start = await at_hour(house, hour=9)
    mine = await booked(client, me, rental(room.id, start, 2))
    web.content = calendar(at(start, 3), at(start + timedelta(hours=5)))
    url = f"{API}/rooms/{room.id}/calendars"
    made = await client.post(url, json={"url": URL}, headers=boss)
    assert made.status_code == 201, made.text
    assert (made.json()["host"], "secret" in made.text) == ("calendars.test", False)
    await read_calendars()
    assert web.asked == [("https://calendars.test/secret-7831.ics", None)]
    [feed] = (await client.get(url, headers=boss)).json()["items"]
    assert (feed["busy"], feed["error"], feed["skipped"]) == (2, None, 0)
    assert [clash["booking_id"] for clash in feed["clashes"]] == [mine["id"]]
    taken = await client.post(
        f"{API}/bookings", json=rental(room.id, start + timedelta(hours=2), 1), headers=me
    )
    assert (taken.status_code, taken.json()["type"]) == (409, "/problems/slot-taken")
    assert (await client.get(f"{API}/bookings/{mine['id']}", headers=me)).json()["actions"]

    web.content = calendar(at(start + timedelta(hours=7)))  # everything before is free again
    await read_calendars(minutes=40)
    assert [etag for _, etag in web.asked] == [None, None]  # after a clash all is read
    await booked(client, me, rental(room.id, start + timedelta(hours=2), 1))
    web.content = None
    await read_calendars(minutes=40)  # nothing has changed
    await read_calendars(minutes=26 * 60)  # the server is down: what is known stays
    [feed] = (await client.get(url, headers=boss)).json()["items"]
    assert (feed["error"], feed["busy"]) == ("the server took too long", 1)
    at_seven = rental(room.id, start + timedelta(hours=7), 1)
    assert (await client.post(f"{API}/bookings", json=at_seven, headers=me)).status_code == 409
    gone = await client.delete(f"{url}/{feed['id']}", headers=boss)
    assert gone.status_code == 204
    await booked(client, me, at_seven)


async def test_only_so_many_calendars_and_only_decent_addresses(house, client, web):
    room = await a_room(house)
    boss = await manager_of(house, client, room.provider_id, room.venue_id)
    url = f"{API}/rooms/{room.id}/calendars"
    for bad in ("file:///etc/passwd", "https://me:word@x.test/", "http://", "https://[::1/x"):
        assert (await client.post(url, json={"url": bad}, headers=boss)).status_code == 422, bad
    for _ in range(3):
        assert (await client.post(url, json={"url": URL}, headers=boss)).status_code == 201
    full = await client.post(url, json={"url": URL}, headers=boss)
    assert (full.status_code, full.json()["limit"]) == (409, 3)
    stranger = await signed_up(client)
    assert (await client.get(url, headers=stranger)).status_code == 403


async def test_people_read_their_bookings_at_a_secret_address(house, client, app):
    room, me = await a_room(house), await signed_up(client)
    boss = await manager_of(house, client, room.provider_id, room.venue_id)
    mine = await booked(client, me, rental(room.id, await at_hour(house), 1))
    for who in (me, boss):
        made = await client.post(f"{API}/users/calendar-feed", headers=who)
        assert made.status_code == 201
        feed = await client.get(made.json()["url"])
        assert feed.headers["content-type"] == "text/calendar; charset=utf-8"
        [event] = Calendar.from_ical(feed.content).walk("VEVENT")
        assert event["UID"] == f"{mine['id']}@kalends"
    known = {"If-None-Match": feed.headers["etag"]}
    assert (await client.get(made.json()["url"], headers=known)).status_code == 304
    await client.post(f"{API}/bookings/{mine['id']}/cancel", json={"reason": "ill"}, headers=me)
    changed = await client.get(made.json()["url"], headers=known)
    assert b"STATUS:CANCELLED" in changed.content
    again = (await client.post(f"{API}/users/calendar-feed", headers=boss)).json()["url"]
    assert (await client.get(made.json()["url"])).status_code == 404
    assert (await client.delete(f"{API}/users/calendar-feed", headers=boss)).status_code == 204
    assert (await client.get(again)).status_code == 404
