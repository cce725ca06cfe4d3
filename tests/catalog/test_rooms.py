"""Rooms over HTTP: managers run those of their venue, operators all; everybody sees the active ones."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from kalends.catalog import (
    PlaceStatus,
    RoomChanged,
    access_room,
    access_venue,
    change_room,
    get_room,
    rooms_by_id,
    set_rating,
)
from kalends.catalog.service.rooms import delete_room, list_rooms
from kalends.core.errors import NotFound
from kalends.core.models import AuditEntry
from kalends.core.principal import ActorKind, Membership, Principal
from kalends.core.unit import open_unit
from tests.fixtures.people import manager_of
from tests.fixtures.places import a_room, a_venue

API = "/api/v2"


@pytest.mark.req("H-017", "H-018", "H-152", "H-177")
async def test_a_manager_adds_a_room_to_the_assigned_venue(client, house, new_room):
    venue = await a_venue(house)
    headers = await manager_of(house, client, venue.provider_id, venue.id)
    made = await client.post(f"{API}/venues/{venue.id}/rooms", json=new_room, headers=headers)
    assert made.status_code == 201, made.text
    room = made.json()
    assert new_room.items() <= room.items()
    assert room["venue_id"] == room["venue"]["id"] == str(venue.id)
    assert room["venue"]["name"] == venue.name
    assert room["venue"]["time_zone"] == "Asia/Kolkata"
    assert (room["average_rating"], room["rating_count"]) == (None, 0)
    assert {"created_at", "updated_at"} <= room.keys()
    assert (await client.get(f"{API}/rooms/{room['id']}")).json() == room


@pytest.mark.req("H-182")
async def test_an_operator_adds_rooms_anywhere(client, house, as_operator, new_room):
    venue = await a_venue(house)
    made = await client.post(f"{API}/venues/{venue.id}/rooms", json=new_room, headers=as_operator)
    assert made.status_code == 201


@pytest.mark.req("H-174")
async def test_a_customer_may_not_touch_rooms(client, house, as_customer, new_room):
    room = await a_room(house)
    one = f"{API}/rooms/{room.id}"
    answers = [
        await client.post(
            f"{API}/venues/{room.venue_id}/rooms", json=new_room, headers=as_customer
        ),
        await client.patch(one, json={"name": "Mine"}, headers=as_customer),
        await client.put(f"{one}/hours", json={"weekly": []}, headers=as_customer),
        await client.delete(one, headers=as_customer),
    ]
    assert [answer.status_code for answer in answers] == [403] * 4


@pytest.mark.req("H-177")
async def test_to_a_manager_of_another_venue_a_room_does_not_exist(client, house, new_room):
    mine, provider = await a_room(house), (await a_venue(house)).provider_id
    sister = await a_venue(house, provider_id=mine.provider_id)
    strangers = [
        await manager_of(house, client, provider),
        await manager_of(house, client, mine.provider_id, sister.id),
    ]
    for headers in strangers:
        for room_id in (mine.id, uuid4()):
            one = f"{API}/rooms/{room_id}"
            answers = [
                await client.patch(one, json={"name": "Mine"}, headers=headers),
                await client.put(f"{one}/hours", json={"weekly": []}, headers=headers),
                await client.delete(one, headers=headers),
            ]
            assert {a.status_code for a in answers} == {404}
            assert {a.json()["detail"] for a in answers} == {NotFound.title}
        rooms = f"{API}/venues/{mine.venue_id}/rooms"
        assert (await client.post(rooms, json=new_room, headers=headers)).status_code == 404


async def test_a_manager_of_the_provider_runs_all_its_venues(client, house, new_room):
    venue = await a_venue(house)
    headers = await manager_of(house, client, venue.provider_id)
    made = await client.post(f"{API}/venues/{venue.id}/rooms", json=new_room, headers=headers)
    assert made.status_code == 201


@pytest.mark.req("H-177")
async def test_a_change_touches_only_what_was_sent(client, house):
    room = await a_room(house, amenities=("wifi",), description="Bright.")
    headers = await manager_of(house, client, room.provider_id, room.venue_id)
    one = f"{API}/rooms/{room.id}"
    change = {"rate_per_hour": {"amount": 40000, "currency": "INR"}, "description": None}
    changed = await client.patch(one, json=change, headers=headers)
    assert changed.status_code == 200, changed.text
    body = changed.json()
    assert body["rate_per_hour"] == {"amount": 40000, "currency": "INR"}
    assert (body["description"], body["amenities"], body["name"]) == (None, ["wifi"], room.name)
    assert (await client.patch(one, json={}, headers=headers)).json() == body


async def test_what_a_room_needs_cannot_be_emptied(client, house, as_operator):
    room = await a_room(house)
    for field in ("name", "capacity", "rate_per_hour", "amenities", "photos", "status"):
        body = {field: None}
        answer = await client.patch(f"{API}/rooms/{room.id}", json=body, headers=as_operator)
        assert answer.status_code == 422, field


async def test_prices_are_in_the_marketplaces_currency(client, house, as_operator, new_room):
    room = await a_room(house)
    dollars = {"rate_per_hour": {"amount": 100, "currency": "USD"}}
    answers = [
        await client.post(
            f"{API}/venues/{room.venue_id}/rooms", json=new_room | dollars, headers=as_operator
        ),
        await client.patch(f"{API}/rooms/{room.id}", json=dollars, headers=as_operator),
    ]
    for answer in answers:
        assert answer.status_code == 422
        assert answer.json()["currency"] == "INR"


async def test_a_closed_room_is_gone_but_old_bookings_can_still_name_it(
    client, house, reading, as_operator
):
    room = await a_room(house)
    answer = await client.delete(f"{API}/rooms/{room.id}", headers=as_operator)
    assert (answer.status_code, answer.content) == (204, b"")
    for path in (f"/rooms/{room.id}", f"/rooms/{room.id}/hours"):
        assert (await client.get(API + path, headers=as_operator)).status_code == 404
    listed = await client.get(f"{API}/venues/{room.venue_id}/rooms", headers=as_operator)
    assert listed.json()["items"] == []
    with pytest.raises(NotFound):
        await get_room(reading, room.id)
    assert (await rooms_by_id(reading, [room.id]))[room.id].status is PlaceStatus.deleted


async def test_an_inactive_room_is_shown_to_who_may_run_it(client, house, as_customer):
    room = await a_room(house)
    manager = await manager_of(house, client, room.provider_id, room.venue_id)
    one, rooms = f"{API}/rooms/{room.id}", f"{API}/venues/{room.venue_id}/rooms"
    changed = await client.patch(one, json={"status": "inactive"}, headers=manager)
    assert changed.json()["status"] == "inactive"
    assert (await client.get(one, headers=as_customer)).status_code == 404
    assert (await client.get(one)).status_code == 404
    assert (await client.get(one, headers=manager)).status_code == 200
    assert (await client.get(rooms)).json()["items"] == []
    assert len((await client.get(rooms, headers=manager)).json()["items"]) == 1
    back = await client.patch(one, json={"status": "active"}, headers=manager)
    assert back.status_code == 200
    assert (await client.get(one)).status_code == 200


@pytest.mark.req("H-017")
async def test_the_rooms_of_a_venue_are_listed_page_by_page(client, house):
    venue = await a_venue(house)
    made = [str((await a_room(house, venue, name=f"Room {n}")).id) for n in range(3)]
    await a_room(house)
    path = f"{API}/venues/{venue.id}/rooms"
    first = (await client.get(path, params={"limit": 2})).json()
    rest = (await client.get(path, params={"limit": 2, "cursor": first["next_cursor"]})).json()
    assert [item["id"] for item in first["items"] + rest["items"]] == made
    assert rest["next_cursor"] is None


async def test_a_list_of_rooms_is_one_statement_after_the_venues(house, reading, statements):
    venue = await a_venue(house)
    for _ in range(3):
        await a_room(house, venue)
    with statements() as seen:
        found = await list_rooms(reading, venue.id, (20, None))
    assert len(found.rows) == 3
    assert len(seen) == 2


async def test_ratings_show_on_the_rooms_page(client, house):
    room = await a_room(house)
    async with open_unit(house) as unit:
        await set_rating(unit, room.id, 467, 3)
        assert unit.emitted == [RoomChanged(room_id=room.id)]
    page = (await client.get(f"{API}/rooms/{room.id}")).json()
    assert (page["average_rating"], page["rating_count"]) == (4.67, 3)
    async with open_unit(house) as unit:
        await set_rating(unit, room.id, None, 0)
    assert (await client.get(f"{API}/rooms/{room.id}")).json()["average_rating"] is None


async def test_every_change_of_a_room_is_told(house):
    room = await a_room(house)
    async with open_unit(house) as unit:
        await change_room(unit, room.id, {"capacity": 60})
        await change_room(unit, room.id, {})
        await delete_room(unit, room.id)
        assert unit.emitted == [RoomChanged(room_id=room.id)] * 2


async def test_changed_prices_are_in_the_audit_log(client, house, as_operator):
    room = await a_room(house, rate=35000)
    change = {"rate_per_hour": {"amount": 40000, "currency": "INR"}, "status": "inactive"}
    await client.patch(f"{API}/rooms/{room.id}", json=change, headers=as_operator)
    query = select(AuditEntry.detail).where(AuditEntry.action == "room.changed")
    async with open_unit(house) as unit:
        detail = (await unit.session.execute(query)).scalar_one()
    assert detail == {
        "rate": [{"amount": 35000, "currency": "INR"}, "₹400.00"],
        "status": ["active", "inactive"],
    }


@pytest.mark.req("H-177")
async def test_the_door_gives_a_place_only_to_who_may_run_it(house):
    room = await a_room(house)
    user = uuid4()
    here = Membership("manager", room.provider_id, room.venue_id)
    elsewhere = Membership("manager", room.provider_id, uuid4())
    staff = Membership("staff", room.provider_id, room.venue_id)
    async with open_unit(house, Principal(ActorKind.customer, user, memberships=(here,))) as unit:
        assert await access_room(unit, room.id) == room
        assert (await access_venue(unit, room.venue_id)).id == room.venue_id
    for membership in (elsewhere, staff):
        principal = Principal(ActorKind.customer, user, memberships=(membership,))
        async with open_unit(house, principal) as unit:
            with pytest.raises(NotFound):
                await access_room(unit, room.id)
            with pytest.raises(NotFound):
                await access_venue(unit, room.venue_id)
