"""Operators decide who may sell; every decision is in the audit log with the state before and after."""

import pytest
from sqlalchemy import select

from kalends.app.asgi import serve
from kalends.catalog import NewVenue, create_venue
from kalends.core.models import AuditEntry
from kalends.core.unit import open_unit
from tests.fixtures.markets import (
    API,
    CONFIRM,
    PROVIDER,
    a_provider,
    market_app,
    market_of,
    username,
)
from tests.fixtures.people import operator, signed_up

PROFILE = f"{API}/providers/profile"


@pytest.fixture
def careful(house, guests):
    """The marketplace with operators who look first."""
    market = market_of(house, providers={"approval": "operator"})
    serve(market_app(market), market)
    return market


async def decided(house):
    query = select(AuditEntry.action, AuditEntry.detail).order_by(AuditEntry.seq)
    async with open_unit(house) as unit:
        rows = (await unit.session.execute(query)).all()
    return [(action, detail.get("state")) for action, detail in rows if "state" in detail]


@pytest.mark.req("S-051")
async def test_who_waits_for_approval_is_seen_by_themselves_and_operators_only(guests, careful):
    made, owner = await a_provider(guests)
    one, admin = f"{API}/providers/{made['id']}", await operator(careful, guests, "moderator")
    assert made["state"] == "pending"
    assert (await guests.get(one)).status_code == 404
    assert (await guests.get(one, headers=owner)).status_code == 200
    waiting = await guests.get(f"{API}/admin/providers", params={"state": "pending"}, headers=admin)
    assert [item["id"] for item in waiting.json()["items"]] == [made["id"]]
    approved = await guests.patch(f"{API}/admin/providers/{made['id']}/approve", headers=admin)
    assert approved.json()["state"] == "active"
    assert (await guests.get(one)).status_code == 200
    assert await decided(careful) == [("provider.approve", ["pending", "active"])]
    again = await guests.patch(f"{API}/admin/providers/{made['id']}/approve", headers=admin)
    assert again.json()["type"] == "/problems/transition-not-allowed"


@pytest.mark.req("S-012", "S-050", "S-052")
async def test_changes_are_asked_for_with_a_reason_and_looked_at_again(guests, careful):
    made, owner = await a_provider(guests, kind="vendor")
    admin = await operator(careful, guests)
    path = f"{API}/admin/providers/{made['id']}/needs-changes"
    asked = await guests.patch(path, json={"reason": "a clearer picture"}, headers=admin)
    assert asked.json()["state"] == "needs_changes"
    seen = (await guests.get(f"{API}/providers/{made['id']}", headers=owner)).json()
    assert seen["private"]["reason"] == "a clearer picture"
    changed = await guests.patch(PROFILE, json={"portfolio": ["/p/clear.jpg"]}, headers=owner)
    assert changed.json()["state"] == "pending"
    assert await decided(careful) == [("provider.ask_for_changes", ["pending", "needs_changes"])]


async def test_a_suspended_provider_is_gone_until_it_is_activated(guests, market):
    made, _ = await a_provider(guests)
    one, admin = f"{API}/providers/{made['id']}", await operator(market, guests)
    path = f"{API}/admin/providers/{made['id']}"
    reason = {"json": {"reason": "complaints"}, "headers": admin | CONFIRM}
    unconfirmed = await guests.patch(
        f"{path}/suspend", json={"reason": "complaints"}, headers=admin
    )
    assert unconfirmed.status_code == 428
    assert (await guests.patch(f"{path}/suspend", **reason)).json()["state"] == "suspended"
    assert (await guests.get(one)).status_code == 404
    back = await guests.patch(f"{path}/activate", headers=admin | CONFIRM)
    assert back.json()["state"] == "active"
    assert (await guests.get(one)).status_code == 200


async def test_the_provider_of_a_place_needs_no_approval_and_can_be_suspended(guests, careful):
    new = NewVenue(name="Kasba Hall", city="Pune", address="12 Peth", lat=18.5, lng=73.8)
    async with open_unit(careful) as unit:
        provider_id = (await create_venue(unit, new)).provider_id
    one = f"{API}/providers/{provider_id}"
    seen = (await guests.get(one)).json()
    assert (seen["name"], seen["kind"], seen["location"]) == ("Kasba Hall", "venue", None)
    admin = await operator(careful, guests)
    done = await guests.patch(f"{API}/admin/providers/{provider_id}/approve", headers=admin)
    assert (done.status_code, done.json()["type"]) == (409, "/problems/transition-not-allowed")
    path = f"{API}/admin/providers/{provider_id}/suspend"
    await guests.patch(path, json={"reason": "closed"}, headers=admin | CONFIRM)
    assert (await guests.get(one)).status_code == 404


async def test_a_marketplace_has_the_kinds_and_categories_of_its_profile(guests, house):
    market = market_of(house, providers={"kinds": ["salon"], "categories": ["hair", "nails"]})
    serve(market_app(market), market)
    headers = await signed_up(guests)
    for change in ({"kind": "vendor"}, {"categories": ["mehndi"]}):
        body = PROVIDER | {"kind": "salon", "categories": ["hair"], "username": username()}
        answer = await guests.post(f"{API}/providers/onboard", json=body | change, headers=headers)
        assert answer.status_code == 422, change
    await a_provider(guests, headers, kind="salon", categories=["hair"])
