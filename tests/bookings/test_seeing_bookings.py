"""Who sees which bookings, and in what shape."""

from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest

from kalends.bookings.schemas import BookingRead
from kalends.core.house import House
from kalends.core.unit import open_unit
from kalends.identity import ProviderRole, add_membership
from tests.fixtures.deals import API, at_hour, booked, paid_at_sandbox, rental
from tests.fixtures.people import manager_of, operator, signed_up, user_id_of
from tests.fixtures.places import a_room, a_venue


@pytest.mark.req("H-157", "H-171", "H-170")
async def test_a_stranger_sees_what_somebody_sees_who_asks_for_nothing(
    house: House, client: httpx.AsyncClient
) -> None:
    room = await a_room(house)
    me, stranger = await signed_up(client), await signed_up(client)
    booking = await booked(client, me, rental(room.id, await at_hour(house)))
    body = {"reason": "not mine"}
    for path, method, sent in (
        ("", "GET", None),
        ("/timeline", "GET", None),
        ("/status", "GET", None),
        ("/cancellation-preview", "GET", None),
        ("/cancel", "POST", body),
        ("/reschedule", "PUT", {"new_start_time": booking["start_time"]}),
        ("/pay", "POST", {"method": "wallet"}),
    ):
        answers = []
        for booking_id in (booking["id"], str(uuid4())):
            url = f"{API}/bookings/{booking_id}{path}"
            answer = await client.request(method, url, json=sent, headers=stranger)
            found = answer.json()
            answers.append((answer.status_code, found["type"], found["detail"]))
        assert answers[0] == answers[1]
        assert answers[0][0] == 404


@pytest.mark.req("H-157", "H-233")
async def test_the_document_fits_its_schema_and_names_the_venue(
    house: House, client: httpx.AsyncClient
) -> None:
    venue = await a_venue(house, name="Lakshmi Hall")
    room = await a_room(house, venue)
    me = await signed_up(client)
    booking = await booked(client, me, rental(room.id, await at_hour(house)))
    BookingRead.model_validate_json(
        (await client.get(f"{API}/bookings/{booking['id']}", headers=me)).content
    )
    assert booking["resource"]["venue"]["name"] == "Lakshmi Hall"
    assert booking["participants"] == [{"user_id": booking["customer"]["id"], "role": "organiser"}]


@pytest.mark.req("H-160")
async def test_my_bookings_come_with_counts(
    house: House, client: httpx.AsyncClient, run_jobs
) -> None:
    room = await a_room(house)
    me, start = await signed_up(client), await at_hour(house)
    made = [
        await booked(client, me, rental(room.id, start + timedelta(hours=n), 1)) for n in range(3)
    ]
    await paid_at_sandbox(client, me, made[0]["id"])
    await run_jobs(house)
    await client.post(f"{API}/bookings/{made[1]['id']}/cancel", json={"reason": "x"}, headers=me)
    mine = (await client.get(f"{API}/bookings/me", headers=me)).json()
    assert {k: mine[k] for k in ("total", "pending", "confirmed", "cancelled")} == {
        "total": 3,
        "pending": 1,
        "confirmed": 1,
        "cancelled": 1,
    }
    assert [b["id"] for b in mine["items"]] == [b["id"] for b in reversed(made)]


async def test_pages_follow_each_other_without_gap_or_repeat(
    house: House, client: httpx.AsyncClient
) -> None:
    room = await a_room(house)
    me, start = await signed_up(client), await at_hour(house)
    made = [
        await booked(client, me, rental(room.id, start + timedelta(hours=n), 1)) for n in range(5)
    ]
    seen: list[str] = []
    cursor = ""
    while cursor is not None:
        page = (await client.get(f"{API}/bookings?limit=2{cursor}", headers=me)).json()
        seen += [b["id"] for b in page["items"]]
        cursor = f"&cursor={page['next_cursor']}" if page["next_cursor"] else None
    assert seen == [b["id"] for b in reversed(made)]
    bad = await client.get(f"{API}/bookings?cursor=nonsense", headers=me)
    assert bad.status_code == 422
    for cursor in ("WyJ4IiwieSJd", "WzEsMl0", "W251bGwsbnVsbF0"):
        assert (await client.get(f"{API}/bookings?cursor={cursor}", headers=me)).status_code == 422


@pytest.mark.req("H-177")
async def test_managers_see_their_venue_and_operators_everything(
    house: House, client: httpx.AsyncClient
) -> None:
    here, there = await a_venue(house), await a_venue(house, name="There")
    room, other = await a_room(house, here), await a_room(house, there)
    me, start = await signed_up(client), await at_hour(house)
    mine, foreign = [await booked(client, me, rental(r.id, start)) for r in (room, other)]
    boss = await manager_of(house, client, here.provider_id, here.id)
    listed = (await client.get(f"{API}/bookings", headers=boss)).json()["items"]
    assert [b["id"] for b in listed] == [mine["id"]]
    assert (await client.get(f"{API}/bookings/{foreign['id']}", headers=boss)).status_code == 404
    assert (
        "cancel"
        in (await client.get(f"{API}/bookings/{mine['id']}", headers=boss)).json()["actions"]
    )
    admin = await operator(house, client)
    everything = (await client.get(f"{API}/admin/bookings", headers=admin)).json()["items"]
    assert {b["id"] for b in everything} == {mine["id"], foreign["id"]}
    assert (await client.get(f"{API}/admin/bookings", headers=boss)).status_code == 403


async def test_who_works_there_does_not_see_every_booking(
    house: House, client: httpx.AsyncClient
) -> None:
    room, member = await a_room(house), await signed_up(client)
    booking = await booked(client, await signed_up(client), rental(room.id, await at_hour(house)))
    user_id = await user_id_of(client, member)
    async with open_unit(house) as unit:
        await add_membership(unit, user_id, ProviderRole.staff, room.provider_id)
    assert (await client.get(f"{API}/bookings", headers=member)).json()["items"] == []
    url = f"{API}/bookings/{booking['id']}"
    assert (await client.get(url, headers=member)).status_code == 404


@pytest.mark.req("H-233", "X-32")
async def test_a_guest_sees_but_cannot_change(house: House, client: httpx.AsyncClient) -> None:
    room = await a_room(house)
    me, guest = await signed_up(client), await signed_up(client, "guest@example.com")
    booking = await booked(client, me, rental(room.id, await at_hour(house)))
    url = f"{API}/bookings/{booking['id']}"
    assert (await client.get(url, headers=guest)).status_code == 404
    added = await client.post(
        f"{url}/participants", json={"email": "guest@example.com"}, headers=me
    )
    assert {"user_id": str(await user_id_of(client, guest)), "role": "guest"} in added.json()[
        "participants"
    ]
    seen = await client.get(url, headers=guest)
    assert (seen.status_code, seen.json()["actions"]) == (200, [])
    refused = await client.post(f"{url}/cancel", json={"reason": "x"}, headers=guest)
    assert (refused.status_code, refused.json()["actions"]) == (409, [])
    unknown = await client.post(
        f"{url}/participants", json={"email": "nobody@example.com"}, headers=me
    )
    assert unknown.status_code == 404


@pytest.mark.req("H-122")
async def test_deleting_a_booking_leaves_no_orphans(
    house: House, client: httpx.AsyncClient, cluster, database: str
) -> None:
    room = await a_room(house)
    booking = await booked(client, await signed_up(client), rental(room.id, await at_hour(house)))
    left = """
        SELECT (SELECT count(*) FROM booking_lines) + (SELECT count(*) FROM booking_participants)
             + (SELECT count(*) FROM reschedules) + (SELECT count(*) FROM booking_transitions)
    """
    with psycopg.connect(cluster.dsn(database, "kalends"), autocommit=True) as connection:
        assert connection.execute(left).fetchone() != (0,)
        connection.execute("DELETE FROM bookings WHERE id = %s", [UUID(booking["id"])])
        assert connection.execute(left).fetchone() == (0,)
