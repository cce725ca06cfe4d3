"""Customers rate providers and their staff; who serves rates the customer."""

import pytest

from kalends.core.checks import run_checks
from kalends.core.unit import open_unit
from tests.fixtures.markets import a_member, a_provider, market_app, market_of
from tests.fixtures.people import signed_up, user_id_of
from tests.fixtures.visits import a_visit
from tests.trust.stays import REVIEWS, later

API = "/api/v2"


@pytest.fixture
async def app(house, loopback):
    loopback.app = market_app(market_of(house))
    return loopback.app


async def expect_averages(client, provider):
    page = await client.get(f"{API}/providers/{provider['id']}")
    assert (page.json()["average_rating"], page.json()["rating_count"]) == (4.0, 1)
    public = (await client.get(f"{REVIEWS}/provider/{provider['id']}")).json()["items"]
    assert sorted(r["subject_type"] for r in public) == ["provider", "staff", "staff"]
    staff = (await client.get(f"{API}/providers/{provider['id']}/staff")).json()["items"]
    assert {s["name"]: s["average_rating"] for s in staff} == {"Ravi": 5.0, "Uma": 2.0, "Om": None}


@pytest.mark.req("M-115")
async def test_both_sides_of_a_visit_rate_each_other(house, client, app, run_jobs):
    provider, owner = await a_provider(client)
    first, second, other = [
        await a_member(client, owner, name=name) for name in ("Ravi", "Uma", "Om")
    ]
    me = await signed_up(client)
    visit = await a_visit(house, await user_id_of(client, me), (first, second))
    await later(house, hours=4)

    async def rate(headers, rating, status=201, **about):
        body = {"booking_id": visit, "rating": rating, **about}
        answer = await client.post(REVIEWS, json=body, headers=headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    assert (await rate(me, 4))["subject_id"] == provider["id"]
    assert (await rate(me, 4, 409))["type"] == "/problems/already-reviewed"
    assert (await rate(me, 5, subject_type="staff"))["subject_id"] == first["id"]
    await rate(me, 2, subject_type="staff", subject_id=second["id"])
    for stranger in (
        {"subject_type": "staff", "subject_id": other["id"]},
        {"subject_type": "room"},
    ):
        assert (await rate(me, 1, 409, **stranger))["reason"] == "not_part_of_it"
    assert (await rate(me, 1, 409, subject_type="customer"))["reason"] == "not_part_of_it"
    said = await rate(owner, 3, comment="Late, but kind.")
    assert said["subject_type"] == "customer"
    url = f"{REVIEWS}/booking/{visit}/customer"
    for who in (me, owner):
        shown = await client.get(url, headers=who)
        assert shown.json() == {"average_rating": 3.0, "rating_count": 1}
    assert (await client.get(url, headers=await signed_up(client))).status_code == 404

    await expect_averages(client, provider)
    await run_jobs(market_of(house))
    letters = (await client.get("/dev/messages")).json()["items"]
    assert sum("New review of Ravi" in letter["subject"] for letter in letters) == 1
    assert not [letter for letter in letters if "Late, but kind" in letter["text"]]
    async with open_unit(house, read_only=True) as unit:
        assert await run_checks(unit) == {}


async def test_a_hidden_review_of_somebody_no_longer_counts(house, client, app):
    from tests.fixtures.people import operator

    provider, owner = await a_provider(client)
    member = await a_member(client, owner)
    me = await signed_up(client)
    visit = await a_visit(house, await user_id_of(client, me), (member,))
    await later(house, hours=4)
    body = {"booking_id": visit, "rating": 1, "subject_type": "staff"}
    written = (await client.post(REVIEWS, json=body, headers=me)).json()
    boss = await operator(house, client)
    url = f"{API}/admin/reviews/{written['id']}/hide"
    assert (await client.patch(url, json={"reason": "abuse"}, headers=boss)).status_code == 200
    [shown] = (await client.get(f"{API}/providers/{provider['id']}/staff")).json()["items"]
    assert shown["average_rating"] is None
