"""Vendors set cancellation tiers of their own: within bounds, frozen on each line, applied line by line."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.catalog.rules.tiers import problem_with
from kalends.catalog.types import CancellationTier
from kalends.core.house import House
from kalends.core.sections import VendorTiers
from tests.fixtures.deals import API
from tests.fixtures.events import Party, a_party, served
from tests.fixtures.loopback import Loopback
from tests.fixtures.people import Headers

PRICES = [300_000, 90_001, 70_002]
BOUNDS = {"max_tiers": 3, "max_hours": 1000, "least_percent": 40}
STRICT = [
    {"over_hours": 720, "percent": 60, "inclusive": False},
    {"over_hours": 0, "percent": 0, "inclusive": False},
]
KIND = [{"over_hours": 0, "percent": 100, "inclusive": True}]
PUBLIC = "providers/{}/cancellation-tiers"


@pytest.fixture
async def party(house: House, loopback: Loopback) -> AsyncIterator[Party]:
    async with served(house, loopback, events={"vendor_tiers": BOUNDS}) as (market, client):
        yield await a_party(market, client, PRICES)


async def _set(party: Party, headers: Headers, tiers: Any, **query: str) -> httpx.Response:
    url = f"{API}/providers/cancellation-tiers"
    body = {"tiers": tiers}
    return await party.client.put(url, json=body, params=query, headers=headers)


async def _shown(party: Party, n: int) -> Any:
    path = PUBLIC.format(party.vendors[n].provider_id)
    answer = await party.client.get(f"{API}/{path}")
    assert answer.status_code == 200, answer.text
    return answer.json()["tiers"]


@pytest.mark.req("X-10")
async def test_each_line_gives_back_by_the_tiers_that_its_vendor_had_when_it_was_asked(
    party: Party,
) -> None:
    shared = await _shown(party, 2)
    for n, tiers in enumerate((STRICT, KIND)):
        assert (await _set(party, party.vendors[n].headers, tiers)).status_code == 200
        assert await _shown(party, n) == tiers
    drafted = await party.draft()
    lines = drafted["details"]["lines"]
    assert [line["cancellation_tiers"] for line in lines] == [STRICT, KIND, shared]
    assert (await _set(party, party.vendors[0].headers, [])).json()["tiers"] == shared
    await party.submit()
    for n in range(3):
        await party.vendor(n, "approve")
    await party.pay()
    await party.until(party.start - timedelta(hours=100))
    paid = [line["paid"]["amount"] for line in (await party.read())["details"]["lines"]]
    url = f"{API}/bookings/{party.id}/cancellation-preview"
    shown = (await party.client.get(url, headers=party.me)).json()
    assert [line["line_id"] for line in shown["lines"]] == party.lines
    assert [line["percent"] for line in shown["lines"]] == [0, 100, 75]
    back = [line["amount"]["amount"] for line in shown["lines"]]
    assert [b + line["fee"]["amount"] for b, line in zip(back, shown["lines"], strict=True)] == paid
    before = await party.purse()
    body = {"reason": "rain", "preview_token": shown["preview_token"]}
    done = await party.ask("cancel", party.me, body)
    assert done["refund"]["amount"]["amount"] == sum(back) == await party.purse() - before
    ended = (await party.read())["details"]["lines"]
    assert [line["refunded"]["amount"] for line in ended] == back
    assert await party.earned(0) > 0 == await party.earned(1)
    assert await party.escrow() == 0
    await party.sound()


async def test_tiers_that_are_out_of_order_or_bounds_are_refused_with_the_reason(
    party: Party,
) -> None:
    mine = party.vendors[0].headers
    wrong = {
        "earliest first": [{"over_hours": 0, "percent": 50}, {"over_hours": 24, "percent": 90}],
        "becomes less": [{"over_hours": 0, "percent": 50}, {"over_hours": 0, "percent": 40}],
        "back more": [{"over_hours": 24, "percent": 50}, {"over_hours": 0, "percent": 60}],
        "over_hours 0": [{"over_hours": 24, "percent": 50}],
        "at most 3": [{"over_hours": h, "percent": 50} for h in (3, 2, 1, 0)],
        "at most 1000": [{"over_hours": 1001, "percent": 50}, {"over_hours": 0, "percent": 0}],
        "at least 40": [{"over_hours": 24, "percent": 39}, {"over_hours": 0, "percent": 0}],
    }
    for sentence, tiers in wrong.items():
        refused = await _set(party, mine, tiers)
        assert (refused.status_code, refused.json()["type"]) == (422, "/problems/tiers-wrong")
        assert sentence in refused.json()["detail"]
    for tier in ({"over_hours": -1, "percent": 5}, {"over_hours": 0, "percent": 101}, {}):
        assert (await _set(party, mine, [tier])).status_code == 422
    theirs = {"provider_id": party.vendors[1].provider_id}
    assert (await _set(party, mine, KIND, **theirs)).status_code == 404
    assert (await _set(party, party.me, KIND)).status_code in {403, 422}
    assert await _shown(party, 0) == await _shown(party, 1)


async def test_where_a_marketplace_does_not_let_vendors_all_have_its_own(
    house: House, loopback: Loopback
) -> None:
    async with served(house, loopback) as (market, client):
        party = await a_party(market, client, PRICES[:1])
        refused = await _set(party, party.vendors[0].headers, KIND)
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/tiers-not-offered")
        shared = [tier.model_dump() for tier in market.profile.cancellation.tiers]
        assert await _shown(party, 0) == shared


TIERS = st.builds(CancellationTier, st.integers(0, 3000), st.integers(0, 100), st.booleans())


@given(st.lists(TIERS, max_size=7), st.integers(0, 100))
def test_what_is_let_through_never_rises_and_covers_all_of_the_time(
    tiers: list[CancellationTier], least: int
) -> None:
    bounds = VendorTiers(max_tiers=4, max_hours=2000, least_percent=least)
    ordered = sorted(tiers, key=lambda tier: (-tier.over_hours, -tier.percent))
    for wish in (tiers, ordered):
        if problem_with(wish, bounds) is None and wish:
            assert [t.over_hours for t in wish] == sorted({t.over_hours for t in wish})[::-1]
            assert [t.percent for t in wish] == sorted((t.percent for t in wish), reverse=True)
            assert (wish[-1].over_hours, len(wish) <= 4) == (0, True)
            assert wish[0].percent >= least
