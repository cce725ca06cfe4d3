"""Providers over HTTP: somebody starts to sell, says who they are, and who may see what of it."""

from uuid import uuid4

import pytest
from sqlalchemy import text

from kalends.core.unit import open_unit
from tests.fixtures.markets import API, PROVIDER, a_provider, username
from tests.fixtures.people import manager_of, operator, signed_up

ONBOARD = f"{API}/providers/onboard"


async def test_where_there_are_no_providers_there_are_no_routes(client, as_operator):
    for path in ("providers/me", "services/search", "staff", "admin/providers"):
        assert (await client.get(f"{API}/{path}", headers=as_operator)).status_code == 404


@pytest.mark.req("M-082", "M-083", "M-084")
async def test_anybody_may_start_to_sell_and_owns_what_they_sell(guests):
    made, owner = await a_provider(guests)
    for name in ("kind", "name", "bio", "categories", "experience_level", "travel", "location"):
        assert made[name] == PROVIDER[name], name
    assert made["state"] == "active"
    assert made["buffer_minutes"] == 15
    assert (made["average_rating"], made["rating_count"]) == (None, 0)
    mine = (await guests.get(f"{API}/providers/me", headers=owner)).json()["items"]
    assert [one["id"] for one in mine] == [made["id"]]
    me = (await guests.get(f"{API}/auth/me", headers=owner)).json()
    assert me["memberships"][0]["role"] == "owner"


@pytest.mark.req("M-098")
async def test_everybody_sees_an_active_provider_with_its_pictures(guests):
    made, _ = await a_provider(guests)
    seen = (await guests.get(f"{API}/providers/{made['id']}")).json()
    assert seen == made | {"private": None}
    assert seen["portfolio"] == ["/photos/one.jpg"]
    assert (await guests.get(f"{API}/providers/{uuid4()}")).status_code == 404


@pytest.mark.req("G-011")
async def test_registration_and_contacts_are_for_the_owner_and_operators(guests, market):
    made, owner = await a_provider(guests)
    one = f"{API}/providers/{made['id']}"
    private = {
        "registration_no": "RC-118274",
        "contacts": PROVIDER["contacts"],
        "reason": None,
    }
    for headers in (owner, await operator(market, guests, "support")):
        assert (await guests.get(one, headers=headers)).json()["private"] == private
    for headers in (
        await manager_of(market, guests, made["id"]),
        await signed_up(guests),
        {},
    ):
        answer = await guests.get(one, headers=headers)
        assert answer.json()["private"] is None
        assert "RC-118274" not in answer.text


async def test_what_is_private_lies_sealed_in_the_database(guests, market):
    made, _ = await a_provider(guests)
    async with open_unit(market) as unit:
        query = text("SELECT providers::text FROM providers WHERE id = :id")
        row = (await unit.session.execute(query, {"id": made["id"]})).scalar_one()
    for secret in ("RC-118274", "asha@mehndi.test", "5550111"):
        assert secret not in row
        assert secret.encode().hex() not in row


@pytest.mark.req("M-165")
async def test_a_person_has_one_profile_of_their_own(guests):
    _, owner = await a_provider(guests, kind="individual")
    again = PROVIDER | {"kind": "individual", "username": username()}
    refused = await guests.post(ONBOARD, json=again, headers=owner)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/already-onboarded")
    await a_provider(guests, owner, kind="business")


@pytest.mark.req("M-166")
async def test_a_username_is_one_persons_and_cannot_be_left_out(guests):
    made, _ = await a_provider(guests)
    other, headers = await a_provider(guests)
    taken = PROVIDER | {"username": made["username"]}
    answers = [
        await guests.post(ONBOARD, json=taken, headers=headers),
        await guests.patch(
            f"{API}/providers/profile", json={"username": made["username"]}, headers=headers
        ),
    ]
    assert [a.json()["type"] for a in answers] == ["/problems/username-taken"] * 2
    for wrong in (None, "", "9lives", "Asha", "a b c"):
        body = PROVIDER | ({} if wrong is None else {"username": wrong})
        assert (await guests.post(ONBOARD, json=body, headers=headers)).status_code == 422, wrong
    assert other["username"] != made["username"]


async def test_what_is_left_out_begins_empty(guests):
    names = ("kind", "name", "location")
    body = {name: PROVIDER[name] for name in names} | {"username": username()}
    made = await guests.post(ONBOARD, json=body, headers=await signed_up(guests))
    assert made.status_code == 201, made.text
    provider = made.json()
    assert (provider["portfolio"], provider["categories"], provider["bio"]) == ([], [], "")
    assert provider["average_rating"] is None
    assert provider["travel"]["modes"] == ["provider_place"]


async def test_a_profile_changes_only_in_what_was_sent(guests):
    made, owner = await a_provider(guests)
    change = {"bio": "Bridal and party mehndi.", "buffer_minutes": None, "travel": None}
    changed = await guests.patch(f"{API}/providers/profile", json=change, headers=owner)
    assert changed.status_code == 200, changed.text
    same = made | {"bio": change["bio"], "travel": changed.json()["travel"]}
    assert changed.json() == same
    assert changed.json()["travel"]["modes"] == ["provider_place"]
    again = await guests.patch(f"{API}/providers/profile", json={}, headers=owner)
    assert again.json() == same


async def test_who_runs_several_says_which(guests):
    first, owner = await a_provider(guests)
    await a_provider(guests, owner)
    profile, change = f"{API}/providers/profile", {"bio": "The first."}
    refused = await guests.patch(profile, json=change, headers=owner)
    assert refused.json()["type"] == "/problems/name-a-provider"
    which = {"provider_id": first["id"]}
    assert (await guests.patch(profile, json=change, params=which, headers=owner)).is_success
    _, stranger = await a_provider(guests)
    foreign = await guests.patch(profile, json=change, params=which, headers=stranger)
    assert foreign.status_code == 404


async def test_pictures_are_added_and_taken_away_up_to_a_bound(guests, market):
    _, owner = await a_provider(guests)
    path = f"{API}/providers/portfolio"
    added = await guests.post(path, json={"url": "/photos/two.jpg"}, headers=owner)
    assert added.json()["portfolio"] == ["/photos/one.jpg", "/photos/two.jpg"]
    again = await guests.post(path, json={"url": "/photos/two.jpg"}, headers=owner)
    assert again.json() == added.json()
    gone = await guests.delete(path, params={"url": "/photos/one.jpg"}, headers=owner)
    assert gone.status_code == 204
    assert (await guests.get(path, headers=owner)).json() == {"portfolio": ["/photos/two.jpg"]}
    most = market.profile.providers.max_portfolio
    full = {"portfolio": [f"/photos/{n}.jpg" for n in range(most)]}
    profile = f"{API}/providers/profile"
    assert (await guests.patch(profile, json=full, headers=owner)).status_code == 200
    refused = await guests.post(path, json={"url": "/photos/more.jpg"}, headers=owner)
    assert refused.status_code == 422


async def test_a_profile_is_changed_by_owner_and_managers_only(guests, market):
    made, _ = await a_provider(guests)
    customer = await signed_up(guests)
    profile = f"{API}/providers/profile"
    assert (await guests.patch(profile, json={"bio": "x"}, headers=customer)).status_code == 403
    manager = await manager_of(market, guests, made["id"])
    assert (await guests.patch(profile, json={"bio": "x"}, headers=manager)).status_code == 200


async def test_prices_of_travel_are_in_the_marketplaces_currency(guests):
    dollars = {"amount": 100, "currency": "USD"}
    travel = PROVIDER["travel"] | {"base": dollars}
    body = PROVIDER | {"username": username(), "travel": travel}
    answer = await guests.post(ONBOARD, json=body, headers=await signed_up(guests))
    assert (answer.status_code, answer.json()["currency"]) == (422, "INR")
