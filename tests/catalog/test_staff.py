"""Staff over HTTP: owners take people on, say what they can do and when, and let them go."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from kalends.catalog import staff_for
from kalends.core.unit import open_unit
from tests.fixtures.markets import API, a_member, a_provider, a_service, joined
from tests.fixtures.people import operator, signed_up, user_id_of

STAFF = f"{API}/staff"
NINE_TO_FIVE = {"weekly": [{"weekday": 0, "opens": "09:00", "closes": "17:00"}]}
LUNCH = [{"weekday": 0, "opens": "12:00", "closes": "13:00"}]


@pytest.mark.req("G-009", "I-016", "I-017")
async def test_an_owner_takes_somebody_on_with_skills(guests, market):
    provider, owner = await a_provider(guests)
    hands = await a_service(guests, owner)
    other = await a_service(guests, owner, name="Feet")
    member = await a_member(guests, owner, title="Artist", bio="Ten years.", skills=[hands["id"]])
    assert member["skills"] == [hands["id"]]
    assert (member["bio"], member["title"], member["is_owner"]) == ("Ten years.", "Artist", False)
    assert (await guests.get(f"{STAFF}/{member['id']}", headers=owner)).json() == member
    listed = (await guests.get(STAFF, headers=owner)).json()["items"]
    assert listed == [member]
    async with open_unit(market) as unit:
        [able] = await staff_for(unit, UUID(hands["id"]))
        assert await staff_for(unit, UUID(other["id"])) == []
    assert (str(able.id), str(able.provider_id)) == (member["id"], provider["id"])
    shown = await guests.get(f"{API}/services/{hands['id']}")
    assert shown.json()["staff"] == [member["id"]]


async def test_skills_and_staff_are_of_one_provider(guests):
    _, owner = await a_provider(guests)
    _, stranger = await a_provider(guests)
    theirs, member = await a_service(guests, stranger), await a_member(guests, stranger)
    body = {"name": "Ravi", "skills": [theirs["id"]]}
    assert (await guests.post(STAFF, json=body, headers=owner)).status_code == 422
    mine = await a_service(guests, owner)
    qualified = {"staff": [member["id"]]}
    changed = await guests.patch(f"{API}/services/{mine['id']}", json=qualified, headers=owner)
    assert changed.status_code == 422


async def test_an_account_of_the_staff_works_for_the_provider_and_runs_nothing(guests, market):
    _, owner = await a_provider(guests)
    ravi = await signed_up(guests, "ravi@example.com")
    body = {"name": "Ravi", "email": "ravi@example.com"}
    member = await a_member(guests, owner, **body)
    assert (member["user_id"], member["invited_email"]) == (None, "ravi@example.com")
    await joined(guests, member, ravi)
    known = (await guests.get(f"{STAFF}/{member['id']}", headers=owner)).json()
    assert known["user_id"] == str(await user_id_of(guests, ravi))
    me = (await guests.get(f"{API}/auth/me", headers=ravi)).json()
    assert (me["role"], me["memberships"][0]["role"]) == ("staff", "staff")
    assert (await guests.get(STAFF, headers=ravi)).status_code == 403
    assert (await guests.get(f"{API}/providers/me", headers=ravi)).json() == {"items": []}
    asked = await a_member(guests, owner, **body)
    path = f"{STAFF}/invitations/{asked['id']}/accept"
    twice = await guests.post(path, headers=ravi)
    assert twice.json()["type"] == "/problems/already-staff"
    await guests.delete(f"{STAFF}/{asked['id']}", headers=owner)
    gone = await guests.delete(f"{STAFF}/{member['id']}", headers=owner)
    assert gone.status_code == 204
    me = (await guests.get(f"{API}/auth/me", headers=ravi)).json()
    assert (me["role"], me["memberships"]) == ("customer", [])
    assert (await guests.get(f"{STAFF}/{member['id']}", headers=owner)).status_code == 404
    await joined(guests, await a_member(guests, owner, **body), ravi)


async def test_nobody_is_told_whether_there_is_an_account(guests, market, run_jobs):
    _, owner = await a_provider(guests)
    await signed_up(guests, "ravi@example.com")
    shown = [
        await a_member(guests, owner, email=email, name="Somebody")
        for email in ("ravi@example.com", "nobody@example.com")
    ]
    told = [{k: v for k, v in one.items() if k not in {"id", "invited_email"}} for one in shown]
    assert told[0] == told[1]
    assert told[0]["user_id"] is None
    again = f"{STAFF}/{shown[0]['id']}"
    assert (await guests.patch(again, json={"email": "ravi@example.com"}, headers=owner)).is_success
    await run_jobs(market)
    letters = (await guests.get("/dev/messages")).json()["items"]
    asked = [one["to"] for one in letters if "asks you to join" in one["subject"]]
    assert sorted(asked) == ["nobody@example.com", "ravi@example.com"]


async def test_nobody_is_on_a_staff_who_has_not_said_yes(guests):
    provider, owner = await a_provider(guests)
    ravi, uma = await signed_up(guests, "ravi@example.com"), await signed_up(guests)
    member = await a_member(guests, owner, email="Ravi@Example.com", title="Artist")
    me = (await guests.get(f"{API}/auth/me", headers=ravi)).json()
    assert (me["role"], me["memberships"]) == ("customer", [])
    listed = f"{STAFF}/invitations"
    [one] = (await guests.get(listed, headers=ravi)).json()["items"]
    named = {"id": member["id"], "name": "Ravi", "title": "Artist"}
    whose = {"provider_id": provider["id"], "provider_name": provider["name"]}
    assert one == named | whose
    assert (await guests.get(listed, headers=uma)).json()["items"] == []
    path = f"{listed}/{member['id']}/accept"
    assert (await guests.post(path, headers=uma)).status_code == 404
    assert (await guests.post(path, headers=ravi)).status_code == 200
    assert (await guests.get(listed, headers=ravi)).json()["items"] == []
    assert (await guests.post(path, headers=ravi)).status_code == 404


async def test_the_owner_on_the_staff_is_known_by_the_account(guests):
    _, owner = await a_provider(guests)
    me = (await guests.get(f"{API}/auth/me", headers=owner)).json()
    member = await a_member(guests, owner, name="Asha", email=me["email"])
    other = await a_member(guests, owner)
    assert (member["is_owner"], other["is_owner"]) == (True, False)


async def test_an_account_can_be_given_and_taken_later(guests):
    _, owner = await a_provider(guests)
    ravi = await signed_up(guests, "ravi@example.com")
    one = f"{STAFF}/{(await a_member(guests, owner))['id']}"
    given = await guests.patch(one, json={"email": "ravi@example.com"}, headers=owner)
    assert given.json()["user_id"] is None
    await joined(guests, given.json(), ravi)
    same = await guests.patch(one, json={"email": "Ravi@example.com"}, headers=owner)
    assert same.json()["user_id"] == str(await user_id_of(guests, ravi))
    taken = await guests.patch(one, json={"email": None}, headers=owner)
    assert taken.json()["user_id"] is None
    assert (await guests.get(f"{API}/auth/me", headers=ravi)).json()["memberships"] == []


async def test_everybody_sees_name_title_and_rating_of_the_active_staff(guests):
    provider, owner = await a_provider(guests)
    member = await a_member(guests, owner, title="Artist", bio="Private words.")
    path = f"{API}/providers/{provider['id']}/staff"
    shown = {"id": member["id"], "name": "Ravi", "title": "Artist"}
    rating = {"average_rating": None, "rating_count": 0}
    assert (await guests.get(path)).json()["items"] == [shown | rating]
    off = {"status": "inactive"}
    changed = await guests.patch(f"{STAFF}/{member['id']}", json=off, headers=owner)
    assert changed.json()["status"] == "inactive"
    assert (await guests.get(path)).json()["items"] == []
    assert len((await guests.get(STAFF, headers=owner)).json()["items"]) == 1


@pytest.mark.req("I-018")
async def test_hours_are_the_businesss_until_somebody_has_their_own_with_breaks(guests, market):
    _, owner = await a_provider(guests)
    service = await a_service(guests, owner)
    member = await a_member(guests, owner, skills=[service["id"]])
    path = f"{STAFF}/{member['id']}/hours"
    first = (await guests.get(path, headers=owner)).json()
    assert first == {"time_zone": "Asia/Kolkata", "hours": None, "breaks": []}

    async def week():
        async with open_unit(market) as unit:
            [able] = await staff_for(unit, UUID(service["id"]))
        return able.weekly

    assert await week() == tuple((day, 540, 1080) for day in range(7))
    own = {"hours": NINE_TO_FIVE, "breaks": LUNCH}
    put = await guests.put(path, json=own, headers=owner)
    assert put.status_code == 200, put.text
    assert put.json()["breaks"] == LUNCH
    assert put.json()["hours"]["weekly"] == NINE_TO_FIVE["weekly"]
    assert (await guests.get(path, headers=owner)).json() == put.json()
    assert await week() == ((0, 540, 720), (0, 780, 1020))
    await guests.put(path, json={"hours": None, "breaks": LUNCH}, headers=owner)
    assert (0, 540, 720) in await week()
    wrong = {"breaks": [{"weekday": 0, "opens": "13:00", "closes": "12:00"}]}
    assert (await guests.put(path, json=wrong, headers=owner)).status_code == 422


async def test_the_buffer_is_the_members_or_the_providers_or_the_marketplaces(guests, market):
    _, owner = await a_provider(guests)
    service = await a_service(guests, owner)
    body = {"skills": [service["id"]]}
    assert (await a_member(guests, owner, **body))["buffer_minutes"] == 15
    assert (await a_member(guests, owner, buffer_minutes=0, **body))["buffer_minutes"] == 0
    profile = f"{API}/providers/profile"
    await guests.patch(profile, json={"buffer_minutes": 30}, headers=owner)
    async with open_unit(market) as unit:
        found = await staff_for(unit, UUID(service["id"]))
    assert sorted(one.buffer_minutes for one in found) == [0, 30]


async def test_time_off_is_given_listed_and_taken_back(guests, market):
    _, owner = await a_provider(guests)
    service = await a_service(guests, owner)
    member = await a_member(guests, owner, skills=[service["id"]])
    path = f"{STAFF}/{member['id']}/time-off"
    async with open_unit(market) as unit:
        start = unit.now + timedelta(days=3)
    span = {"starts_at": start.isoformat(), "ends_at": (start + timedelta(days=2)).isoformat()}
    given = await guests.post(path, json=span | {"reason": "a wedding"}, headers=owner)
    assert given.status_code == 201, given.text
    listed = (await guests.get(path, headers=owner)).json()["items"]
    assert listed == [given.json()]
    async with open_unit(market) as unit:
        [able] = await staff_for(unit, UUID(service["id"]))
    [(begins, ends)] = able.time_off
    assert begins == datetime.fromisoformat(given.json()["starts_at"])
    assert ends - begins == timedelta(days=2)
    turned = {"starts_at": span["ends_at"], "ends_at": span["starts_at"]}
    assert (await guests.post(path, json=turned, headers=owner)).status_code == 422
    past = {"starts_at": "2020-01-01T00:00:00Z", "ends_at": "2020-01-02T00:00:00Z"}
    assert (await guests.post(path, json=past, headers=owner)).status_code == 422
    one = f"{path}/{given.json()['id']}"
    assert [(await guests.delete(one, headers=owner)).status_code for _ in "12"] == [204, 404]
    assert (await guests.get(path, headers=owner)).json()["items"] == []


async def test_to_strangers_there_is_no_such_staff(guests, market):
    _, owner = await a_provider(guests)
    member = await a_member(guests, owner)
    _, stranger = await a_provider(guests)
    for staff_id in (member["id"], str(uuid4())):
        one = f"{STAFF}/{staff_id}"
        answers = [
            await guests.get(one, headers=stranger),
            await guests.patch(one, json={"name": "x"}, headers=stranger),
            await guests.get(f"{one}/hours", headers=stranger),
            await guests.put(f"{one}/hours", json={}, headers=stranger),
            await guests.get(f"{one}/time-off", headers=stranger),
            await guests.delete(one, headers=stranger),
        ]
        assert {a.status_code for a in answers} == {404}
    moderator = await operator(market, guests, "moderator")
    assert (await guests.get(f"{STAFF}/{member['id']}", headers=moderator)).status_code == 200


async def test_who_can_do_a_service_is_one_statement(guests, market, reading, statements):
    _, owner = await a_provider(guests)
    service = await a_service(guests, owner)
    for _ in range(3):
        await a_member(guests, owner, skills=[service["id"]])
    with statements() as seen:
        assert len(await staff_for(reading, UUID(service["id"]))) == 3
    assert len(seen) == 1
