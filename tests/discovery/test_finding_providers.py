"""Providers near a point, by words, price and rating: the right ones, in the order of their score."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
import pytest
from sqlalchemy import text

from kalends.catalog import set_provider_rating
from kalends.core.geography import distance_km
from kalends.core.house import House
from kalends.core.paging import PageQuery
from kalends.core.unit import open_unit
from kalends.discovery.service.providers import find_providers
from kalends.discovery.types import Near, WantedProviders
from tests.fixtures.deals import marketplace_time
from tests.fixtures.markets import (
    API,
    CONFIRM,
    a_member,
    a_provider,
    a_service,
    market_app,
    market_of,
)
from tests.fixtures.people import operator
from tests.performance.statements import counted

HERE = {"lat": 18.5, "lng": 73.8}
NEARBY = f"{API}/providers/nearby"
SEARCH = f"{API}/providers/search"


@pytest.fixture
def market(house: House) -> House:
    return market_of(house)


@pytest.fixture
async def guests(market: House) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(market_app(market), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://kalends.test") as http:
        yield http


async def at(guests, lat, lng, **changes):
    """A provider at this point, and its owner."""
    place = {"address": "4 Karve Road", "city": "Pune", "lat": lat, "lng": lng}
    made, owner = await a_provider(guests, location=place, **changes)
    return made["id"], owner


async def rate(market, provider_id, hundredths):
    async with open_unit(market) as unit:
        await set_provider_rating(unit, UUID(provider_id), hundredths, 3)


async def found(guests, path=NEARBY, **query):
    answer = await guests.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def ids(items):
    return [item["provider_id"] for item in items]


@pytest.mark.req("G-012", "C-75")
async def test_who_is_within_the_radius_is_found_with_the_distance(guests):
    near, _ = await at(guests, 18.51, 73.81)
    corner, _ = await at(guests, 18.58, 73.88)  # in the box of 10 km, not in the circle
    await at(guests, 19.5, 73.8)
    [item] = await found(guests, **HERE, radius_km=10)
    assert item["provider_id"] == near
    assert item["distance_km"] == pytest.approx(distance_km(18.5, 73.8, 18.51, 73.81), abs=0.001)
    assert ids(await found(guests, **HERE, radius_km=20)) == [near, corner]
    other_names = {"user_lat": 18.5, "user_long": 73.8}
    assert ids(await found(guests, **other_names, radius_km=10)) == [near]


async def test_the_circle_goes_on_behind_the_date_line(guests):
    fiji, _ = await at(guests, -17.0, 179.97)
    samoa, _ = await at(guests, -17.0, -179.97)
    items = await found(guests, lat=-17.0, lng=179.99, radius_km=50)
    assert ids(items) == [fiji, samoa]


async def test_a_better_rating_outweighs_some_distance(guests, market):
    nearer, _ = await at(guests, 18.501, 73.8)
    better, _ = await at(guests, 18.52, 73.8)
    await rate(market, better, 500)
    items = await found(guests, **HERE, radius_km=10)
    assert ids(items) == [better, nearer]
    assert [item["score"] for item in items] == sorted(
        (item["score"] for item in items), reverse=True
    )
    assert items[0]["average_rating"] == 5.0


async def test_category_price_and_rating_narrow_the_list(guests, market):
    cheap, owner = await at(guests, 18.5, 73.8, categories=["hair"])
    await a_service(guests, owner, price={"amount": 5000, "currency": "INR"})
    dear, owner = await at(guests, 18.51, 73.8)
    await a_service(guests, owner, price={"amount": 90000, "currency": "INR"})
    await rate(market, dear, 480)
    assert ids(await found(guests, **HERE, category="hair")) == [cheap]
    assert ids(await found(guests, **HERE, max_price=10000)) == [cheap]
    assert ids(await found(guests, **HERE, min_price=10000)) == [dear]
    assert await found(guests, **HERE, min_price=6000, max_price=7000) == []
    assert ids(await found(guests, **HERE, min_rating=4.5)) == [dear]


async def test_who_may_not_sell_is_not_found(guests, market):
    provider_id, _ = await at(guests, 18.5, 73.8)
    admin = await operator(market, guests) | CONFIRM
    path = f"{API}/admin/providers/{provider_id}/suspend"
    await guests.patch(path, json={"reason": "complaints"}, headers=admin)
    assert await found(guests, **HERE) == []
    assert await found(guests, SEARCH) == []


async def test_words_and_city_find_a_provider_anywhere(guests, market):
    asha, _ = await at(guests, 18.5, 73.8, name="Asha Mehndi", bio="Bridal art.")
    other, _ = await at(guests, 28.6, 77.2, name="Ravi Photo", bio="Weddings.")
    await rate(market, other, 400)
    assert ids(await found(guests, SEARCH, q="BRIDAL asha")) == [asha]
    assert await found(guests, SEARCH, q="asha weddings") == []
    assert ids(await found(guests, SEARCH, city="PUNE")) == [other, asha]
    assert await found(guests, SEARCH, city="Delhi") == []
    assert ids(await found(guests, SEARCH, **HERE)) == [asha]
    assert {item["distance_km"] for item in await found(guests, SEARCH)} == {None}


async def test_who_has_time_left_on_a_day_is_found_for_it(guests, market):
    day = (await marketplace_time(market)).astimezone(ZoneInfo("Asia/Kolkata")).date()
    day += timedelta(days=5)
    every = range(7)
    weekly = [{"weekday": n, "opens": "09:00", "closes": "18:00"} for n in every]
    closed = [one for one in weekly if one["weekday"] != day.weekday()]
    alone, _ = await at(guests, 18.5, 73.81)
    await at(guests, 18.5, 73.82, hours={"weekly": closed})
    _, gone = await at(guests, 18.5, 73.83)
    half, left = await at(guests, 18.5, 73.84)
    members = [await a_member(guests, owner) for owner in (gone, left, left)]
    for member, owner in zip(members[:2], (gone, left), strict=True):
        away = {
            "starts_at": f"{day}T00:00:00+05:30",
            "ends_at": f"{day + timedelta(days=1)}T00:00:00+05:30",
        }
        url = f"{API}/staff/{member['id']}/time-off"
        assert (await guests.post(url, json=away, headers=owner)).status_code == 201
    assert ids(await found(guests, **HERE, available_on=str(day))) == [alone, half]
    assert len(await found(guests, **HERE, available_on=str(day + timedelta(days=1)))) == 4
    assert await found(guests, **HERE, available_on=str(day - timedelta(days=6))) == []
    assert await found(guests, **HERE, available_on="9999-12-31") == []
    refused = await guests.get(NEARBY, params={**HERE, "available_on": "tomorrow"})
    assert refused.status_code == 422
    wanted = WantedProviders(near=Near(18.5, 73.8, 10), free_on=day)
    async with open_unit(market, read_only=True) as unit:
        with counted(market) as seen:
            await find_providers(unit, wanted, PageQuery())
    assert len(seen) == 3 + 3 + 3  # who is shown, whose calendars, and what is taken of them


async def test_the_list_comes_page_by_page(guests):
    made = [(await at(guests, 18.5 + step / 100, 73.8))[0] for step in range(3)]
    first = (await guests.get(NEARBY, params=HERE | {"limit": 2})).json()
    second = {"cursor": first["next_cursor"]}
    rest = (await guests.get(NEARBY, params=HERE | second)).json()
    assert ids(first["items"] + rest["items"]) == made
    assert rest["next_cursor"] is None


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"lat": 18.5},
        {"lat": 91, "lng": 0},
        HERE | {"radius_km": 101},
        HERE | {"radius_km": 0},
        HERE | {"min_price": 2, "max_price": 1},
        HERE | {"min_rating": 6},
        HERE | {"colour": "red"},
        HERE | {"cursor": "nonsense"},
        HERE | {"cursor": "WyJ4IiwieSJd"},
    ],
)
async def test_a_search_that_makes_no_sense_is_refused(guests, query):
    assert (await guests.get(NEARBY, params=query)).status_code == 422


async def test_a_search_is_three_statements_and_uses_the_index(guests, market):
    for step in range(3):
        await at(guests, 18.5 + step / 100, 73.8)
    wanted = WantedProviders(near=Near(18.5, 73.8, 10))
    async with open_unit(market, read_only=True) as unit:
        with counted(market) as seen:
            page = await find_providers(unit, wanted, PageQuery())
    assert len(page.rows) == 3
    assert len(seen) == 3  # who is near, who of them is under review, and what is shown of them
    explain = """
        EXPLAIN SELECT id FROM providers WHERE state = 'active' AND lat IS NOT NULL
          AND point(lng, lat) <@ box(point(73.7, 18.4), point(73.9, 18.6))
    """
    async with open_unit(market) as unit:
        await unit.session.execute(text("SET LOCAL enable_seqscan = off"))
        plan = (await unit.session.execute(text(explain))).scalars().all()
    assert any("ix_providers_point" in line for line in plan), plan
