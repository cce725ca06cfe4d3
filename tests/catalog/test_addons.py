"""Add-ons: operators offer and withdraw them, everybody sees them."""

from uuid import uuid4

import pytest

from kalends.catalog import addons_by_id
from kalends.catalog.service.addons import list_addons
from tests.fixtures.people import manager_of
from tests.fixtures.places import a_room, a_venue, an_addon

ADDONS = "/api/v2/addons"
PRICE = {"amount": 15000, "currency": "INR"}


@pytest.mark.req("H-184", "H-234")
async def test_an_operator_offers_an_add_on_and_everybody_sees_it(client, house, as_operator):
    venue = await a_venue(house)
    body = {"venue_id": str(venue.id), "name": "Flowers", "price": PRICE}
    made = await client.post(ADDONS, json=body, headers=as_operator)
    assert made.status_code == 201, made.text
    assert made.json() == body | {"id": made.json()["id"], "room_id": None, "active": True}
    listed = await client.get(ADDONS, params={"venue_id": str(venue.id)})
    assert listed.json()["items"] == [made.json()]


@pytest.mark.req("H-181")
async def test_a_manager_may_not_manage_add_ons(client, house, as_customer):
    venue = await a_venue(house)
    addon = await an_addon(house, venue)
    manager = await manager_of(house, client, venue.provider_id, venue.id)
    body = {"venue_id": str(venue.id), "name": "Flowers", "price": PRICE}
    one = f"{ADDONS}/{addon.id}"
    for headers in (manager, as_customer):
        assert (await client.post(ADDONS, json=body, headers=headers)).status_code == 403
        assert (await client.patch(one, json={"name": "x"}, headers=headers)).status_code == 403
        assert (await client.delete(one, headers=headers)).status_code == 403


@pytest.mark.req("C-46")
async def test_an_add_on_may_be_bound_to_one_room(client, house):
    venue = await a_venue(house)
    stage, office = await a_room(house, venue), await a_room(house, venue)
    everywhere = await an_addon(house, venue, "Tea")
    lights = await an_addon(house, venue, "Stage lights", room_id=stage.id)

    async def offered(**more):
        params = {"venue_id": str(venue.id), **more}
        answer = await client.get(ADDONS, params=params)
        return [item["id"] for item in answer.json()["items"]]

    assert await offered() == [str(everywhere.id), str(lights.id)]
    assert await offered(room_id=str(stage.id)) == [str(everywhere.id), str(lights.id)]
    assert await offered(room_id=str(office.id)) == [str(everywhere.id)]


@pytest.mark.req("C-46")
async def test_an_add_on_cannot_be_bound_to_a_room_of_another_venue(client, house, as_operator):
    venue, other = await a_venue(house), await a_room(house)
    addon = await an_addon(house, venue)
    for room_id in (other.id, uuid4()):
        body = {"venue_id": str(venue.id), "name": "x", "price": PRICE, "room_id": str(room_id)}
        answers = [
            await client.post(ADDONS, json=body, headers=as_operator),
            await client.patch(
                f"{ADDONS}/{addon.id}", json={"room_id": str(room_id)}, headers=as_operator
            ),
        ]
        assert [answer.status_code for answer in answers] == [422, 422]
        assert "room_id" in answers[0].json()["detail"]


@pytest.mark.req("H-184")
async def test_a_change_touches_only_what_was_sent(client, house, as_operator):
    room = await a_room(house)
    venue = await a_venue(house)
    room = await a_room(house, venue)
    addon = await an_addon(house, venue, room_id=room.id)
    one = f"{ADDONS}/{addon.id}"
    cheaper = await client.patch(one, json={"price": PRICE}, headers=as_operator)
    assert cheaper.status_code == 200, cheaper.text
    assert (cheaper.json()["price"], cheaper.json()["name"]) == (PRICE, "Projector")
    assert cheaper.json()["room_id"] == str(room.id)
    unbound = await client.patch(one, json={"room_id": None}, headers=as_operator)
    assert unbound.json()["room_id"] is None
    assert (await client.patch(one, json={"name": None}, headers=as_operator)).status_code == 422
    assert (await client.patch(one, json={}, headers=as_operator)).json() == unbound.json()


@pytest.mark.req("H-184")
async def test_a_withdrawn_add_on_is_seen_by_operators_only_and_may_come_back(
    client, house, reading, as_operator
):
    venue = await a_venue(house)
    addon = await an_addon(house, venue)
    one, params = f"{ADDONS}/{addon.id}", {"venue_id": str(venue.id)}
    answer = await client.delete(one, headers=as_operator)
    assert (answer.status_code, answer.content) == (204, b"")
    assert (await client.get(ADDONS, params=params)).json()["items"] == []
    seen = await client.get(ADDONS, params=params, headers=as_operator)
    assert [item["active"] for item in seen.json()["items"]] == [False]
    assert (await addons_by_id(reading, venue.id, [addon.id]))[addon.id].active is False
    await client.patch(one, json={"active": True}, headers=as_operator)
    assert len((await client.get(ADDONS, params=params)).json()["items"]) == 1


async def test_what_does_not_exist_is_not_found(client, as_operator):
    body = {"venue_id": str(uuid4()), "name": "x", "price": PRICE}
    one = f"{ADDONS}/{uuid4()}"
    assert (await client.post(ADDONS, json=body, headers=as_operator)).status_code == 404
    assert (await client.patch(one, json={}, headers=as_operator)).status_code == 404
    assert (await client.delete(one, headers=as_operator)).status_code == 404


async def test_prices_are_in_the_marketplaces_currency(client, house, as_operator):
    venue = await a_venue(house)
    price = {"amount": 100, "currency": "EUR"}
    body = {"venue_id": str(venue.id), "name": "x", "price": price}
    assert (await client.post(ADDONS, json=body, headers=as_operator)).status_code == 422


async def test_add_ons_are_looked_up_within_their_venue(house, reading, statements):
    venue = await a_venue(house)
    mine = [await an_addon(house, venue) for _ in range(3)]
    foreign = await an_addon(house, await a_venue(house))
    with statements() as seen:
        found = await addons_by_id(reading, venue.id, [a.id for a in mine] + [foreign.id])
    assert found == {a.id: a for a in mine}
    assert len(seen) == 1
    with statements() as seen:
        assert await addons_by_id(reading, venue.id, []) == {}
        assert len((await list_addons(reading, (venue.id, None), (20, None))).rows) == 3
    assert len(seen) == 1


async def test_a_list_of_add_ons_needs_its_venue(client):
    assert (await client.get(ADDONS)).status_code == 422
