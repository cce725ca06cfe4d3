"""Lists of bookings are written by the database: word for word what a single booking looks like."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from kalends.bookings.schemas import BookingPage, MyBookings
from kalends.core.house import House
from kalends.core.unit import open_unit
from tests.fixtures.deals import API, at_hour, booked, paid_at_sandbox, rental, stamp
from tests.fixtures.people import Headers, manager_of, operator, signed_up
from tests.fixtures.places import a_room, a_venue, an_addon

NAME = 'Großer "Saal" \\ <b>50 %</b>\u2028 लक्ष्मी'
REASON = 'tab\t quote" back\\slash\n%s 100%'


@pytest.fixture
async def colourful(house: House, client: httpx.AsyncClient, run_jobs: Any) -> dict[str, Any]:
    """One customer's bookings in every state that a person can bring about, with strange names."""
    venue = await a_venue(house, name=NAME, address=NAME)
    room, me = await a_room(house, venue, name=NAME), await signed_up(client)
    extra = await an_addon(house, venue)
    start = await at_hour(house)
    made = []
    for n in range(5):
        addons = {"addons": [{"addon_id": str(extra.id), "quantity": 2}]} if n % 2 else {}
        body = rental(room.id, start + timedelta(hours=3 * n), **addons)
        made.append((await booked(client, me, body))["id"])
    await paid_at_sandbox(client, me, made[0])
    await run_jobs(house)
    await client.post(f"{API}/bookings/{made[1]}/cancel", json={"reason": REASON}, headers=me)
    for days in (1, 2):
        moved = {"new_start_time": stamp(start + timedelta(days=days)), "reason": REASON}
        url = f"{API}/bookings/{made[2]}/reschedule"
        answer = await client.put(
            url, json=moved if days == 1 else moved | {"reason": None}, headers=me
        )
        assert answer.status_code == 200, answer.text
    guest = await signed_up(client, "guest@example.com")
    body = {"email": "guest@example.com"}
    await client.post(f"{API}/bookings/{made[3]}/participants", json=body, headers=me)
    async with open_unit(house) as unit:  # the end of a fraction that PostgreSQL would leave out
        whole = text(
            "UPDATE bookings SET created_at = date_trunc('second', created_at) WHERE id = :id"
        )
        await unit.session.execute(whole, {"id": made[4]})
        tenth = "UPDATE bookings SET hold_expires_at = date_trunc('second', hold_expires_at) + interval '0.12 s'"
        await unit.session.execute(text(tenth))
    boss = await manager_of(house, client, venue.provider_id, venue.id)
    return {
        "me": me,
        "guest": guest,
        "boss": boss,
        "admin": await operator(house, client),
        "room": room,
    }


async def _page(client: httpx.AsyncClient, path: str, headers: Headers) -> dict[str, Any]:
    answer = await client.get(f"{API}{path}", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_listed_booking_is_what_it_is_alone(
    client: httpx.AsyncClient, colourful: dict[str, Any]
) -> None:
    lists = {
        "/bookings/me": "me",
        "/bookings/upcoming": "me",
        "/bookings": "boss",
        f"/rooms/{colourful['room'].id}/bookings": "boss",
        "/admin/bookings": "admin",
    }
    for path, who in lists.items():
        listed = (await _page(client, path, colourful[who]))["items"]
        assert len(listed) == 5
        for booking in listed:
            alone = await _page(client, f"/bookings/{booking['id']}", colourful[who])
            assert booking == alone, path
    states = {booking["state"] for booking in listed}
    assert states == {"awaiting_payment", "confirmed", "cancelled"}
    assert max(len(booking["reschedule_history"]) for booking in listed) == 2
    assert max(len(booking["participants"]) for booking in listed) == 2
    assert {len(booking["lines"]) for booking in listed} == {1, 2}


async def test_lists_fit_their_schemas(
    client: httpx.AsyncClient, colourful: dict[str, Any]
) -> None:
    for path, schema in (("/bookings/me", MyBookings), ("/bookings/history", BookingPage)):
        body = await _page(client, path, colourful["me"])
        assert body.keys() == schema.model_fields.keys()
        schema.model_validate(body)
        empty = await _page(client, path, colourful["guest"])
        assert empty["items"] == []
        schema.model_validate(empty)
    assert (await _page(client, "/bookings/me", colourful["guest"]))["total"] == 0


async def test_lists_show_each_caller_their_own_actions(
    client: httpx.AsyncClient, colourful: dict[str, Any]
) -> None:
    mine = (await _page(client, "/bookings?state=awaiting_payment", colourful["me"]))["items"]
    theirs = (await _page(client, "/bookings?state=awaiting_payment", colourful["boss"]))["items"]
    assert [b["id"] for b in mine] == [b["id"] for b in theirs]
    assert all("pay" in b["actions"] for b in mine)
    assert all(b["actions"] and "pay" not in b["actions"] for b in theirs)


async def test_a_page_of_ones_own_counts_them_all(
    client: httpx.AsyncClient, colourful: dict[str, Any]
) -> None:
    first = await _page(client, "/bookings/me?limit=2", colourful["me"])
    rest = await _page(client, f"/bookings/me?cursor={first['next_cursor']}", colourful["me"])
    assert (len(first["items"]), len(rest["items"]), rest["next_cursor"]) == (2, 3, None)
    for page in (first, rest):
        counts = [page[name] for name in ("total", "pending", "confirmed", "cancelled")]
        assert counts == [5, 3, 1, 1]
