"""Templates: everybody sees that they are there, subscribers what is in them, operators make them."""

from typing import Any

import httpx
import pytest

from kalends.core.house import House
from tests.fixtures.deals import API, scalar
from tests.fixtures.loopback import Loopback
from tests.fixtures.markets import TEMPLATE, market_app, market_of
from tests.fixtures.people import operator, signed_up


@pytest.fixture
async def client(house: House, loopback: Loopback) -> Any:
    loopback.app = market_app(market_of(house))
    transport = httpx.ASGITransport(loopback.app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://kalends.test") as http:
        yield http


@pytest.mark.req("S-014", "S-044", "S-046", "S-047", "S-103", "C-93")
async def test_the_detail_and_the_planner_are_for_subscribers(
    house: House, client: httpx.AsyncClient
) -> None:
    boss, me = await operator(house, client), await signed_up(client)
    made = await client.post(f"{API}/admin/templates", json=TEMPLATE, headers=boss)
    assert made.status_code == 201, made.text
    url = f"{API}/templates/{made.json()['id']}"
    [listed] = (await client.get(f"{API}/templates")).json()["items"]
    assert listed["estimate"]["amount"] == 7_500_001
    assert "blueprint" not in listed
    budget = {"budget": {"amount": 1_000_000, "currency": "INR"}}
    assert (await client.get(url)).status_code == 401
    for refused in (
        await client.get(url, headers=me),
        await client.post(f"{url}/plan", json=budget, headers=me),
    ):
        assert refused.status_code == 402
        assert refused.json()["type"] == "/problems/subscription-required"
    start = {"plan": "free", "method": "wallet"}
    await client.post(f"{API}/subscriptions/start", json=start, headers=me)
    detail = (await client.get(url, headers=me)).json()
    assert [line["role"] for line in detail["blueprint"]] == ["venue", "service"]
    planned = (await client.post(f"{url}/plan", json=budget, headers=me)).json()
    assert [line["budget"]["amount"] for line in planned["lines"]] == [666_667, 333_333]
    dollars = {"budget": {"amount": 1, "currency": "USD"}}
    assert (await client.post(f"{url}/plan", json=dollars, headers=me)).status_code == 422


@pytest.mark.req("S-048")
async def test_what_operators_do_to_templates_is_audited_with_before_and_after(
    house: House, client: httpx.AsyncClient
) -> None:
    boss, me = await operator(house, client), await signed_up(client)
    made = (await client.post(f"{API}/admin/templates", json=TEMPLATE, headers=boss)).json()
    url = f"{API}/admin/templates/{made['id']}"
    assert (await client.patch(url, json={"title": "Mine"}, headers=me)).status_code == 403
    change = {"title": "A wedding indoors", "status": "hidden"}
    hidden = (await client.patch(url, json=change, headers=boss)).json()
    assert (hidden["title"], hidden["status"]) == ("A wedding indoors", "hidden")
    assert (await client.get(f"{API}/templates")).json()["items"] == []
    assert len((await client.get(f"{API}/admin/templates", headers=boss)).json()["items"]) == 1
    assert (await client.delete(url, headers=boss)).status_code == 204
    assert (await client.patch(url, json=change, headers=boss)).status_code == 404
    details = "SELECT jsonb_agg(detail ORDER BY seq) FROM audit_log WHERE subject_kind = 'template'"
    created, changed, deleted = await scalar(house, details)
    assert (created["before"], created["after"]["title"]) == (None, TEMPLATE["title"])
    assert changed == {
        "before": {"title": TEMPLATE["title"], "status": "published"},
        "after": change,
    }
    assert (deleted["before"]["status"], deleted["after"]) == ("hidden", None)
