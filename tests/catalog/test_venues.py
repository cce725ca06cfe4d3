"""Venues over HTTP: operators open, change and close them; everybody sees the active ones."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from kalends.catalog import VenueChanged, create_venue, get_venue
from kalends.catalog.models import Provider
from kalends.catalog.service.venues import change_venue, delete_venue, list_venues
from kalends.catalog.types import NewVenue
from kalends.core.models import AuditEntry
from kalends.core.unit import open_unit
from tests.fixtures.people import manager_of
from tests.fixtures.places import a_room, a_venue, an_addon

VENUES = "/api/v2/venues"


@pytest.mark.req("H-015", "H-016", "H-182")
async def test_an_operator_opens_a_venue_with_all_that_describes_it(client, as_operator, new_venue):
    made = await client.post(VENUES, json=new_venue, headers=as_operator)
    assert made.status_code == 201, made.text
    venue = made.json()
    assert new_venue.items() <= venue.items()
    assert venue["status"] == "active"
    seen = await client.get(f"{VENUES}/{venue['id']}")
    assert seen.status_code == 200
    assert seen.json() == venue


async def test_a_venue_gets_a_provider_of_its_own_unless_it_names_one(
    client, house, as_operator, new_venue
):
    first = (await client.post(VENUES, json=new_venue, headers=as_operator)).json()
    second = {**new_venue, "name": "Parvati Annexe", "provider_id": first["provider_id"]}
    sister = (await client.post(VENUES, json=second, headers=as_operator)).json()
    assert sister["provider_id"] == first["provider_id"]
    async with open_unit(house) as unit:
        names = (await unit.session.execute(select(Provider.name))).scalars().all()
    assert names == ["Parvati House"]


async def test_an_unknown_provider_is_refused(client, as_operator, new_venue):
    body = {**new_venue, "provider_id": str(uuid4())}
    answer = await client.post(VENUES, json=body, headers=as_operator)
    assert answer.status_code == 422
    assert "provider_id" in answer.json()["detail"]


async def test_a_venue_lives_in_the_marketplaces_zone_unless_it_says_otherwise(
    client, as_operator, new_venue
):
    new_venue.pop("time_zone")
    made = await client.post(VENUES, json=new_venue, headers=as_operator)
    assert made.json()["time_zone"] == "Asia/Kolkata"


@pytest.mark.req("H-015", "H-174")
async def test_a_customer_may_not_touch_venues(client, house, as_customer, new_venue):
    venue = await a_venue(house)
    one = f"{VENUES}/{venue.id}"
    assert (await client.post(VENUES, json=new_venue, headers=as_customer)).status_code == 403
    assert (await client.patch(one, json={"name": "Mine"}, headers=as_customer)).status_code == 403
    assert (await client.delete(one, headers=as_customer)).status_code == 403
    assert (await client.get(one)).json()["name"] == venue.name


@pytest.mark.req("H-015", "H-180")
async def test_a_manager_may_not_open_change_or_close_a_venue(client, house, new_venue):
    venue = await a_venue(house)
    headers = await manager_of(house, client, venue.provider_id, venue.id)
    one = f"{VENUES}/{venue.id}"
    assert (await client.post(VENUES, json=new_venue, headers=headers)).status_code == 403
    assert (await client.patch(one, json={"name": "Mine"}, headers=headers)).status_code == 403
    assert (await client.delete(one, headers=headers)).status_code == 403


async def test_a_stranger_is_asked_to_sign_in(client, new_venue):
    assert (await client.post(VENUES, json=new_venue)).status_code == 401


@pytest.mark.req("H-015")
async def test_a_change_touches_only_what_was_sent(client, house, as_operator):
    venue = await a_venue(house, capacity=80)
    one = f"{VENUES}/{venue.id}"
    changed = await client.patch(
        one, json={"name": "Kasba Palace", "description": None}, headers=as_operator
    )
    assert changed.status_code == 200, changed.text
    body = changed.json()
    assert (body["name"], body["description"], body["capacity"]) == ("Kasba Palace", None, 80)
    assert body["contact_email"] == venue.contact_email
    again = await client.patch(one, json={}, headers=as_operator)
    assert again.json() == body


async def test_what_a_venue_needs_cannot_be_emptied_nor_its_provider_changed(
    client, house, as_operator
):
    venue, other = await a_venue(house), await a_venue(house)
    needed = ("name", "city", "address", "lat", "lng", "time_zone", "status")
    for body in [{field: None} for field in needed] + [{"provider_id": str(other.provider_id)}]:
        answer = await client.patch(f"{VENUES}/{venue.id}", json=body, headers=as_operator)
        assert answer.status_code == 422, body


@pytest.mark.req("H-015")
async def test_a_closed_venue_is_gone_with_its_rooms_and_add_ons(client, house, as_operator):
    venue = await a_venue(house)
    room = await a_room(house, venue)
    await an_addon(house, venue)
    answer = await client.delete(f"{VENUES}/{venue.id}", headers=as_operator)
    assert (answer.status_code, answer.content) == (204, b"")
    for path in (f"/venues/{venue.id}", f"/venues/{venue.id}/rooms", f"/rooms/{room.id}"):
        gone = await client.get(f"/api/v2{path}", headers=as_operator)
        assert gone.status_code == 404, path
    addons = await client.get(f"/api/v2/addons?venue_id={venue.id}", headers=as_operator)
    assert addons.json()["items"] == []
    assert (await client.get(VENUES)).json()["items"] == []
    again = await client.delete(f"{VENUES}/{venue.id}", headers=as_operator)
    assert again.status_code == 404


async def test_an_inactive_venue_is_shown_to_its_managers_and_operators_only(
    client, house, as_operator, as_customer
):
    venue = await a_venue(house)
    room = await a_room(house, venue)
    one = f"{VENUES}/{venue.id}"
    await client.patch(one, json={"status": "inactive"}, headers=as_operator)
    manager = await manager_of(house, client, venue.provider_id, venue.id)
    other = await manager_of(house, client, (await a_venue(house)).provider_id)
    for headers, status in ((as_operator, 200), (manager, 200), (other, 404), (as_customer, 404)):
        assert (await client.get(one, headers=headers)).status_code == status
        shown = await client.get(f"/api/v2/rooms/{room.id}", headers=headers)
        assert shown.status_code == status
    public = (await client.get(VENUES)).json()["items"]
    assert str(venue.id) not in {item["id"] for item in public}
    all_of_them = (await client.get(VENUES, headers=as_operator)).json()["items"]
    assert str(venue.id) in {item["id"] for item in all_of_them}


async def test_venues_are_listed_page_by_page_in_a_stable_order(client, house):
    made = [str((await a_venue(house, name=f"Hall {n}")).id) for n in range(5)]
    await a_venue(house, city="Mumbai")
    seen, cursor = [], None
    while True:
        params = {"city": "pune", "limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await client.get(VENUES, params=params)).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == made


async def test_a_list_of_venues_is_one_statement(reading, house, statements):
    made = [await a_venue(house) for _ in range(3)]
    with statements() as seen:
        found = await list_venues(reading, None, (20, None))
    assert found.rows == made
    assert len(seen) == 1
    assert await get_venue(reading, made[1].id) == made[1]


async def test_the_same_key_opens_one_venue(client, as_operator, new_venue):
    headers = as_operator | {"Idempotency-Key": "open-parvati"}
    first = await client.post(VENUES, json=new_venue, headers=headers)
    again = await client.post(VENUES, json=new_venue, headers=headers)
    assert again.json() == first.json()
    assert len((await client.get(VENUES)).json()["items"]) == 1


async def test_every_change_of_a_venue_is_told(house):
    new = NewVenue("Hall", "Pune", "1 MG Road", 18.5, 73.8)
    async with open_unit(house) as unit:
        venue = await create_venue(unit, new)
        await change_venue(unit, venue.id, {"name": "Big Hall"})
        await change_venue(unit, venue.id, {})
        await delete_venue(unit, venue.id)
        assert unit.emitted == [VenueChanged(venue_id=venue.id)] * 3


async def test_what_operators_do_is_audited_without_contacts(client, house, as_operator, new_venue):
    venue = (await client.post(VENUES, json=new_venue, headers=as_operator)).json()
    change = {"name": "Parvati Palace", "contact_email": "new@parvati.test"}
    await client.patch(f"{VENUES}/{venue['id']}", json=change, headers=as_operator)
    await client.delete(f"{VENUES}/{venue['id']}", headers=as_operator)
    query = select(AuditEntry.action, AuditEntry.detail).where(AuditEntry.subject_id == venue["id"])
    async with open_unit(house) as unit:
        deeds = (await unit.session.execute(query.order_by(AuditEntry.seq))).all()
    assert [action for action, _ in deeds] == ["venue.created", "venue.changed", "venue.deleted"]
    assert deeds[1].detail == {
        "name": ["Parvati House", "Parvati Palace"],
        "contact_email": "changed",
    }
