"""What may be booked, by whom, and what is said when not."""

from datetime import timedelta
from uuid import uuid4

import httpx
import pytest

from kalends.core.house import House
from tests.fixtures.deals import API, at_hour, booked, marketplace_time, rental, stamp
from tests.fixtures.people import manager_of, signed_up
from tests.fixtures.places import a_room, a_venue


async def _refusal(client: httpx.AsyncClient, headers: dict, body: dict) -> dict:
    answer = await client.post(f"{API}/bookings", json=body, headers=headers)
    assert answer.status_code >= 400, answer.text
    return answer.json()


@pytest.mark.req("H-139")
async def test_a_booking_needs_somebody_who_is_signed_in(
    house: House, client: httpx.AsyncClient
) -> None:
    room = await a_room(house)
    answer = await client.post(f"{API}/bookings", json=rental(room.id, await at_hour(house)))
    assert answer.status_code == 401


@pytest.mark.req("H-137")
async def test_a_room_that_does_not_exist_is_not_found(
    house: House, client: httpx.AsyncClient
) -> None:
    refused = await _refusal(client, await signed_up(client), rental(uuid4(), await at_hour(house)))
    assert refused["type"] == "/problems/not-found"


@pytest.mark.req("H-138")
async def test_impossible_times_are_refused_with_a_reason(
    house: House, client: httpx.AsyncClient
) -> None:
    room = await a_room(house, hours="nine_to_nine")
    me, start = await signed_up(client), await at_hour(house)
    now = await marketplace_time(house)
    past = now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=3)
    for body, reason in (
        (rental(room.id, past, 1), "in_the_past"),
        (rental(room.id, start + timedelta(days=400), 1), "too_far_ahead"),
        (rental(room.id, start.replace(hour=18), 1), "outside_opening_hours"),
        (rental(room.id, start, 24 * 8), "too_long"),
    ):
        refused = await _refusal(client, me, body)
        assert (refused["type"], refused["reason"]) == ("/problems/slot-unavailable", reason)
    backwards = rental(room.id, start, 1) | {"end_time": stamp(start - timedelta(hours=1))}
    assert (await _refusal(client, me, backwards))["type"] == "/problems/invalid"
    seconds = rental(room.id, start + timedelta(seconds=30), 1)
    assert (await _refusal(client, me, seconds))["type"] == "/problems/invalid"


@pytest.mark.req("H-141", "H-140", "H-025")
async def test_every_kind_of_overlap_conflicts_and_touching_does_not(
    house: House, client: httpx.AsyncClient
) -> None:
    room = await a_room(house)
    me, start = await signed_up(client), await at_hour(house)
    await booked(client, me, rental(room.id, start, 2))
    for shift, hours in ((0, 2), (-1, 2), (1, 2), (-1, 4), (0, 1)):
        body = rental(room.id, start + timedelta(hours=shift), hours)
        refused = await _refusal(client, await signed_up(client), body)
        assert refused["type"] == "/problems/slot-taken", (shift, hours)
    await booked(client, await signed_up(client), rental(room.id, start + timedelta(hours=2), 1))
    await booked(client, await signed_up(client), rental(room.id, start - timedelta(hours=1), 1))


async def test_what_is_suggested_instead_can_be_booked(
    house: House, client: httpx.AsyncClient
) -> None:
    room = await a_room(house, hours="nine_to_nine")
    start = await at_hour(house)
    await booked(client, await signed_up(client), rental(room.id, start, 2))
    me = await signed_up(client)
    refused = await _refusal(client, me, rental(room.id, start + timedelta(minutes=30), 2))
    for slot in refused["nearest"]:
        body = {"room_id": str(room.id), "start_time": slot["start"], "end_time": slot["end"]}
        await booked(client, me, body)


async def test_nobody_hoards_holds(house: House, client: httpx.AsyncClient, pass_time) -> None:
    room = await a_room(house)
    me, start = await signed_up(client), await at_hour(house)
    for n in range(5):
        await booked(client, me, rental(room.id, start + timedelta(hours=n), 1))
    sixth = rental(room.id, start + timedelta(hours=6), 1)
    refused = await _refusal(client, me, sixth)
    assert (refused["type"], refused["limit"]) == ("/problems/too-many-holds", 5)
    await pass_time(minutes=16)
    await booked(client, me, sixth)


async def test_a_manager_does_not_book_at_the_own_venue(
    house: House, client: httpx.AsyncClient
) -> None:
    venue = await a_venue(house)
    room = await a_room(house, venue)
    boss = await manager_of(house, client, venue.provider_id, venue.id)
    refused = await _refusal(client, boss, rental(room.id, await at_hour(house)))
    assert refused["type"] == "/problems/own-venue"


@pytest.mark.req("X-13")
async def test_a_repeated_request_with_the_same_key_is_one_booking(
    house: House, client: httpx.AsyncClient
) -> None:
    room = await a_room(house)
    me = await signed_up(client) | {"Idempotency-Key": "order-1"}
    body = rental(room.id, await at_hour(house))
    first = await client.post(f"{API}/bookings", json=body, headers=me)
    again = await client.post(f"{API}/bookings", json=body, headers=me)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert again.headers["idempotency-replayed"] == "true"
    other = await client.post(
        f"{API}/bookings", json=rental(room.id, await at_hour(house, days=9)), headers=me
    )
    assert (other.status_code, other.json()["type"]) == (422, "/problems/idempotency-mismatch")


@pytest.mark.req("H-026", "H-036")
async def test_a_cancelled_booking_blocks_nothing(house: House, client: httpx.AsyncClient) -> None:
    room = await a_room(house)
    me, body = await signed_up(client), rental(room.id, await at_hour(house))
    booking = await booked(client, me, body)
    done = await client.post(
        f"{API}/bookings/{booking['id']}/cancel", json={"reason": "no"}, headers=me
    )
    assert done.json()["refund"]["amount"]["amount"] == 0
    await booked(client, await signed_up(client), body)


async def test_offered_ranges_are_bookable_to_the_minute(
    house: House, client: httpx.AsyncClient
) -> None:
    room = await a_room(house, hours="nine_to_nine")
    start = await at_hour(house)
    await booked(client, await signed_up(client), rental(room.id, start, 2))
    day = start.date().isoformat()
    offered = (await client.get(f"{API}/rooms/{room.id}/availability?date={day}")).json()
    slots = offered["days"][0]["slots"]
    assert len(slots) == 2
    for slot in slots:
        body = {"room_id": str(room.id), "start_time": slot["start"], "end_time": slot["end"]}
        await booked(client, await signed_up(client), body)
    after = (await client.get(f"{API}/rooms/{room.id}/availability?date={day}")).json()
    assert after["days"][0]["slots"] == []
