"""A club rents a hall every week: over HTTP, with holidays in the way."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from kalends.catalog import RoomFacts
from kalends.core.checks import run_checks
from kalends.core.house import House
from kalends.core.unit import open_unit
from tests.fixtures.deals import API, at_hour, booked, rental, scalar, stamp, with_money
from tests.fixtures.people import Headers, manager_of, operator, signed_up, user_id_of
from tests.fixtures.places import a_room, a_venue
from tests.performance.statements import counted

WEEK = timedelta(weeks=1)


def wish(room: RoomFacts, start: datetime, count: int = 4, **more: Any) -> dict[str, Any]:
    return {"booking": rental(room.id, start, 2), "count": count, **more}


async def previewed(client: httpx.AsyncClient, me: Headers, body: Any) -> dict[str, Any]:
    answer = await client.post(f"{API}/booking-series/preview", json=body, headers=me)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def made(client: httpx.AsyncClient, me: Headers, body: Any) -> dict[str, Any]:
    answer = await client.post(f"{API}/booking-series", json=body, headers=me)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def _green(house: House) -> None:
    async with open_unit(house, read_only=True) as unit:
        assert await run_checks(unit) == {}


async def test_a_series_is_looked_at_decided_and_booked(
    house: House, client: httpx.AsyncClient
) -> None:
    room, start = await a_room(house, rate=10000, hours="always"), await at_hour(house)
    me, other = await signed_up(client), await signed_up(client)
    for week in (1, 3):
        await booked(client, other, rental(room.id, start + week * WEEK))
    body = wish(room, start, 5)
    seen = await previewed(client, me, body)
    assert [t["state"] for t in seen["turns"]] == ["free", "clash", "free", "clash", "free"]
    assert seen["clashes"] == 2
    assert (seen["price_each"]["amount"], seen["total"]["amount"]) == (20000, 100000)
    clash = seen["turns"][1]
    assert clash["reason"] == "taken"
    assert len(clash["nearest"]) == 3
    refused = await client.post(f"{API}/booking-series", json=body, headers=me)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/series-clash")
    assert [t["position"] for t in refused.json()["turns"]] == [1, 3]
    assert await scalar(house, "SELECT count(*) FROM bookings") == 2
    body["decisions"] = [
        {"position": 1, "choice": "skip"},
        {"position": 3, "choice": "move", "start_time": seen["turns"][3]["nearest"][0]["start"]},
    ]
    again = await previewed(client, me, body)
    assert [t["state"] for t in again["turns"]] == ["free", "skipped", "free", "free", "free"]
    assert (again["clashes"], again["total"]["amount"]) == (0, 80000)
    series = await made(client, me, body)
    starts = [b["start_time"] for b in series["bookings"]]
    assert starts == [
        stamp(start),
        stamp(start + 2 * WEEK),
        seen["turns"][3]["nearest"][0]["start"],
        stamp(start + 4 * WEEK),
    ]
    assert {b["series_id"] for b in series["bookings"]} == {series["id"]}
    assert {b["state"] for b in series["bookings"]} == {"awaiting_payment"}
    assert len({b["hold_expires_at"] for b in series["bookings"]}) == 1
    assert len({b["number"] for b in series["bookings"]}) == 4
    await _green(house)


async def test_a_series_is_paid_and_what_is_left_called_off_each_by_its_own_tier(
    house: House, client: httpx.AsyncClient, run_jobs, pass_time
) -> None:
    room, start = await a_room(house, rate=10000), await at_hour(house, days=4)
    me = await signed_up(client)
    await with_money(house, await user_id_of(client, me), 60000)
    series = await made(client, me, wish(room, start))
    url = f"{API}/booking-series/{series['id']}"
    paid = (await client.post(f"{url}/pay", headers=me)).json()["items"]
    assert [one["state"] for one in paid] == ["confirmed"] * 3 + ["awaiting_payment"]
    assert paid[3]["refused"]["code"] == "insufficient-funds"
    await pass_time(minutes=20)
    shown = (await client.get(url, headers=me)).json()
    assert [b["state"] for b in shown["bookings"]] == ["confirmed"] * 3 + ["expired"]
    left = start - timedelta(hours=30)
    async with open_unit(house, read_only=True) as unit:
        ahead = left - unit.now
    await pass_time(minutes=int(ahead.total_seconds() // 60))
    done = await client.post(f"{url}/cancel", json={"reason": "a move"}, headers=me)
    rows = done.json()["items"]
    assert [(r["state"], r["refund"]["percent"]) for r in rows] == [
        ("cancelled", 50),
        ("cancelled", 75),
        ("cancelled", 75),
    ]
    await run_jobs(house)
    wallet = (await client.get(f"{API}/wallet/balance", headers=me)).json()
    assert wallet["balance"]["amount"] == 10000 + 2 * 15000
    again = await client.post(f"{url}/cancel", json={"reason": "a move"}, headers=me)
    assert again.json() == {"items": []}
    await _green(house)


async def test_what_has_begun_stays_when_the_rest_is_called_off(
    house: House, client: httpx.AsyncClient, pass_time
) -> None:
    room, start = await a_room(house, rate=10000), await at_hour(house, days=2)
    me = await signed_up(client)
    await with_money(house, await user_id_of(client, me), 100000)
    series = await made(client, me, wish(room, start, 3))
    url = f"{API}/booking-series/{series['id']}"
    await client.post(f"{url}/pay", headers=me)
    await pass_time(hours=24 * 4)
    summary = (await client.get(f"{API}/booking-series", headers=me)).json()["items"]
    assert [(s["bookings"], s["upcoming"]) for s in summary] == [(3, 2)]
    rows = (await client.post(f"{url}/cancel", json={"reason": "x"}, headers=me)).json()["items"]
    assert [r["done"] for r in rows] == [True, True]
    states = [b["state"] for b in (await client.get(url, headers=me)).json()["bookings"]]
    assert states == ["released", "cancelled", "cancelled"]


async def test_one_letter_tells_of_all_bookings(
    house: House, client: httpx.AsyncClient, run_jobs
) -> None:
    me = await signed_up(client, "club@example.com")
    series = await made(client, me, wish(await a_room(house), await at_hour(house), 3))
    await run_jobs(house)
    answer = await client.get("/dev/messages", params={"to": "club@example.com"})
    [letter] = [m for m in answer.json()["items"] if "Request received" in m["subject"]]
    assert "Courtyard Room, 3 times from" in letter["subject"]
    assert all(b["number"] in letter["text"] for b in series["bookings"])


async def test_the_same_key_books_one_series(house: House, client: httpx.AsyncClient) -> None:
    room, me = await a_room(house), await signed_up(client)
    body, keyed = wish(room, await at_hour(house)), me | {"Idempotency-Key": "my club"}
    first, second = [
        await client.post(f"{API}/booking-series", json=body, headers=keyed) for _ in range(2)
    ]
    assert (first.status_code, second.json()) == (201, first.json())
    assert await scalar(house, "SELECT count(*) FROM bookings") == 4


async def test_one_unpaid_series_at_a_time_which_counts_as_one_hold(
    house: House, client: httpx.AsyncClient, pass_time
) -> None:
    room, me, start = await a_room(house), await signed_up(client), await at_hour(house)
    await made(client, me, wish(room, start, 12))
    later = start + timedelta(hours=4)
    refused = await client.post(f"{API}/booking-series", json=wish(room, later), headers=me)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/too-many-holds")
    await booked(client, me, rental(room.id, later))
    await pass_time(minutes=20)
    await made(client, me, wish(room, later))


async def test_a_series_reaches_no_further_than_bookings_do(
    house: House, client: httpx.AsyncClient, with_profile
) -> None:
    with_profile(booking={"window_days": 30, "series": {"max_count": 6}})
    room, me, start = await a_room(house), await signed_up(client), await at_hour(house)
    seen = await previewed(client, me, wish(room, start, 5))
    assert [t["reason"] for t in seen["turns"]] == [None, None, None, None, "too_far_ahead"]
    reach = await at_hour(house, days=30, hour=23)
    assert all(one["end"] <= stamp(reach) for one in seen["turns"][4]["nearest"])
    many = await client.post(f"{API}/booking-series", json=wish(room, start, 7), headers=me)
    assert (many.status_code, many.json()["detail"]) == (
        422,
        "count: a series has at most 6 bookings",
    )


async def test_every_fortnight_and_turns_onto_each_other(
    house: House, client: httpx.AsyncClient
) -> None:
    room, me, start = await a_room(house), await signed_up(client), await at_hour(house)
    onto = {"position": 2, "choice": "move", "start_time": stamp(start + 2 * WEEK)}
    seen = await previewed(client, me, wish(room, start, 3, every_weeks=2, decisions=[onto]))
    assert [t["reason"] for t in seen["turns"]] == [None, None, "overlaps_the_series"]
    assert seen["turns"][1]["start_time"] == stamp(start + 2 * WEEK)


WRONG = (
    {"count": 1},
    {"count": 105},
    {"every_weeks": 0},
    {"every_weeks": 5},
    {"decisions": [{"position": 4, "choice": "skip"}]},
    {"decisions": [{"position": 1, "choice": "move"}]},
    {"decisions": [{"position": 1, "choice": "skip", "start_time": "2027-01-01T10:00:00Z"}]},
    {"decisions": [{"position": n, "choice": "skip"} for n in range(4)]},
    {"decisions": [{"position": 1, "choice": "skip"}] * 2},
    {"count": True},
    {"until": "2027-01-01"},
)


@pytest.mark.parametrize("wrong", WRONG, ids=str)
async def test_a_series_that_makes_no_sense_is_refused(
    house: House, client: httpx.AsyncClient, wrong: dict[str, Any]
) -> None:
    me = await signed_up(client)
    body = wish(await a_room(house), await at_hour(house)) | wrong
    for path in ("booking-series/preview", "booking-series"):
        answer = await client.post(f"{API}/{path}", json=body, headers=me)
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid")


async def test_who_sees_a_series(house: House, client: httpx.AsyncClient) -> None:
    venue = await a_venue(house)
    room, me = await a_room(house, venue), await signed_up(client)
    series = await made(client, me, wish(room, await at_hour(house), 2))
    boss = await manager_of(house, client, venue.provider_id, venue.id)
    admin, stranger = await operator(house, client), await signed_up(client)
    url = f"{API}/booking-series/{series['id']}"
    seen = [(await client.get(url, headers=who)).status_code for who in (me, boss, admin, stranger)]
    assert seen == [200, 200, 200, 404]
    assert (await client.post(f"{url}/pay", headers=boss)).status_code == 404
    gone = await client.post(f"{url}/cancel", json={"reason": "x"}, headers=stranger)
    assert gone.status_code == 404
    gone = await client.post(f"{url}/cancel", json={"reason": "repairs"}, headers=boss)
    assert [row["state"] for row in gone.json()["items"]] == ["cancelled"] * 2
    own = await client.post(
        f"{API}/booking-series", json=wish(room, await at_hour(house)), headers=boss
    )
    assert own.json()["type"] == "/problems/own-venue"


async def test_what_a_series_asks_of_the_database(house: House, client: httpx.AsyncClient) -> None:
    room, me, start = await a_room(house), await signed_up(client), await at_hour(house)
    costs = {}
    for n, count in enumerate((2, 12)):
        body = wish(room, start + n * timedelta(hours=3), count)
        with counted(house) as sent:
            await previewed(client, me, body)
        costs["preview", count] = len(sent)
        with counted(house) as sent:
            series = await made(client, me, body)
        costs["book", count] = len(sent)
        with counted(house) as sent:
            await client.get(f"{API}/booking-series/{series['id']}", headers=me)
        costs["read", count] = len(sent)
        with counted(house) as sent:
            await client.get(f"{API}/booking-series", headers=me)
        costs["list", count] = len(sent)
        await client.post(
            f"{API}/booking-series/{series['id']}/cancel", json={"reason": "x"}, headers=me
        )
    assert costs["preview", 12] <= 3 <= costs["preview", 2]
    assert costs["read", 12] == costs["read", 2] <= 3
    assert costs["list", 12] <= costs["list", 2] <= 2
    each = (costs["book", 12] - costs["book", 2]) / 10
    assert each <= 8, costs


async def test_what_is_wrong_with_the_repeated_booking_is_named_by_its_place(
    house: House, client: httpx.AsyncClient
) -> None:
    me, body = await signed_up(client), wish(await a_room(house), await at_hour(house))
    for more, place in (
        ({"paid": True}, ["body", "booking", "paid"]),
        ({"end_time": body["booking"]["start_time"]}, ["body", "booking"]),
    ):
        wrong = body | {"booking": body["booking"] | more}
        answer = await client.post(f"{API}/booking-series", json=wrong, headers=me)
        assert [one["loc"] for one in answer.json()["errors"]] == [place]
