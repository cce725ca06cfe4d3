"""Services over HTTP: providers offer, change and withdraw them; everybody finds the bookable ones."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from kalends.catalog import find_services, get_service, services_by_id
from kalends.catalog.types import PlaceStatus, ServiceFilter
from kalends.core.errors import NotFound
from kalends.core.unit import open_unit
from tests.fixtures.markets import API, CONFIRM, SERVICE, a_provider, a_service
from tests.fixtures.people import operator, signed_up

SERVICES = f"{API}/services"


@pytest.mark.req("M-105", "M-106", "M-168")
async def test_a_provider_offers_a_service_with_price_duration_and_steps(guests):
    provider, owner = await a_provider(guests)
    made = await a_service(guests, owner)
    assert SERVICE.items() <= made.items()
    assert made["provider"] == {"id": provider["id"], "name": provider["name"]}
    assert (made["price_unit"], made["status"], made["event_role"]) == (
        "fixed",
        "active",
        "service",
    )
    assert {"created_at", "updated_at"} <= made.keys()
    assert (await guests.get(f"{SERVICES}/{made['id']}")).json() == made


@pytest.mark.req("M-103", "M-169")
async def test_a_service_is_of_a_type_that_the_marketplace_has(guests, market):
    _, owner = await a_provider(guests)
    for of_type in market.profile.services.types:
        assert (await a_service(guests, owner, type=of_type))["type"] == of_type
    wrong = await guests.post(SERVICES, json=SERVICE | {"type": "other"}, headers=owner)
    assert wrong.status_code == 422


@pytest.mark.req("S-049")
async def test_a_venues_rate_stands_for_a_venue_on_an_event(guests):
    _, owner = await a_provider(guests, kind="venue")
    made = await a_service(guests, owner, name="The garden", price_unit="per_hour")
    assert (made["event_role"], made["price_unit"]) == ("venue", "per_hour")


@pytest.mark.req("M-100")
async def test_a_providers_services_are_listed_page_by_page(guests):
    provider, owner = await a_provider(guests)
    made = [(await a_service(guests, owner, name=f"Service {n}"))["id"] for n in range(3)]
    path = f"{SERVICES}/provider/{provider['id']}"
    first = (await guests.get(path, params={"limit": 2})).json()
    rest = (await guests.get(path, params={"cursor": first["next_cursor"]})).json()
    assert [item["id"] for item in first["items"] + rest["items"]] == made


@pytest.mark.req("M-104", "M-108", "M-170")
async def test_an_inactive_service_is_shown_to_its_provider_and_a_deleted_one_to_nobody(
    guests, market
):
    provider, owner = await a_provider(guests)
    made = await a_service(guests, owner)
    one, listed = f"{SERVICES}/{made['id']}", f"{SERVICES}/provider/{provider['id']}"
    off = await guests.patch(one, json={"status": "inactive"}, headers=owner)
    assert off.json()["status"] == "inactive"
    assert (await guests.get(one)).status_code == 404
    assert (await guests.get(one, headers=owner)).status_code == 200
    assert (await guests.get(listed)).json()["items"] == []
    assert len((await guests.get(listed, headers=owner)).json()["items"]) == 1
    assert (await guests.delete(one, headers=owner)).status_code == 204
    assert (await guests.get(one, headers=owner)).status_code == 404
    service_id = UUID(made["id"])
    async with open_unit(market) as unit:
        kept = (await services_by_id(unit, [service_id]))[service_id]
        with pytest.raises(NotFound):
            await get_service(unit, service_id)
    assert (kept.status, kept.bookable) == (PlaceStatus.deleted, False)


async def test_a_change_touches_only_what_was_sent(guests):
    _, owner = await a_provider(guests)
    made = await a_service(guests, owner)
    change = {"price": {"amount": 300000, "currency": "INR"}, "image": None, "checklist": []}
    changed = await guests.patch(f"{SERVICES}/{made['id']}", json=change, headers=owner)
    assert changed.status_code == 200, changed.text
    assert changed.json() == made | change | {"updated_at": changed.json()["updated_at"]}


async def test_to_strangers_a_service_cannot_be_changed(guests):
    _, owner = await a_provider(guests)
    made = await a_service(guests, owner)
    _, stranger = await a_provider(guests)
    for service_id in (made["id"], str(uuid4())):
        one = f"{SERVICES}/{service_id}"
        assert (await guests.patch(one, json={"name": "x"}, headers=stranger)).status_code == 404
        assert (await guests.delete(one, headers=stranger)).status_code == 404
    customer = await signed_up(guests)
    assert (await guests.post(SERVICES, json=SERVICE, headers=customer)).status_code == 403


@pytest.mark.req("M-109")
async def test_services_are_found_by_words_price_category_type_and_provider(guests):
    provider, owner = await a_provider(guests)
    hands = await a_service(guests, owner)
    cheap = {"amount": 50000, "currency": "INR"}
    party = await a_service(
        guests, owner, name="Party make-up", category="makeup", price=cheap, type="instant"
    )
    both = [hands["id"], party["id"]]

    async def found(**query):
        answer = await guests.get(f"{SERVICES}/search", params=query)
        assert answer.status_code == 200, answer.text
        return [item["id"] for item in answer.json()["items"]]

    assert await found() == both
    assert await found(q="BRIDAL elbow") == [hands["id"]]
    assert await found(q="bridal party") == []
    assert await found(q="100%") == []
    assert await found(category="makeup") == [party["id"]]
    assert await found(type="instant") == [party["id"]]
    assert await found(min_price=50000, max_price=60000) == [party["id"]]
    assert await found(provider_id=provider["id"]) == both
    assert await found(provider_id=str(uuid4())) == []
    for wrong in ({"min_price": 2, "max_price": 1}, {"colour": "red"}, {"cursor": "nonsense"}):
        assert (await guests.get(f"{SERVICES}/search", params=wrong)).status_code == 422


async def test_the_services_of_a_suspended_provider_are_not_offered(guests, market):
    provider, owner = await a_provider(guests)
    made = await a_service(guests, owner)
    admin = await operator(market, guests) | CONFIRM
    path = f"{API}/admin/providers/{provider['id']}/suspend"
    await guests.patch(path, json={"reason": "complaints"}, headers=admin)
    assert (await guests.get(f"{SERVICES}/search")).json()["items"] == []
    assert (await guests.get(f"{SERVICES}/{made['id']}")).status_code == 404
    assert (await guests.get(f"{SERVICES}/{made['id']}", headers=owner)).status_code == 200


@pytest.mark.req("M-171")
async def test_a_providers_services_are_found_by_an_index(market):
    asked = """
        EXPLAIN SELECT id FROM services
        WHERE provider_id = '01a1fdf0-0000-7000-8000-000000000000' AND type = 'instant' AND status = 'inactive'
    """
    async with open_unit(market) as unit:
        await unit.session.execute(text("SET LOCAL enable_seqscan = off"))
        plan = (await unit.session.execute(text(asked))).scalars().all()
    assert any("ix_services_provider_type_status" in line for line in plan), plan


async def test_a_search_is_one_statement(guests, market, reading, statements):
    _, owner = await a_provider(guests)
    for number in range(3):
        await a_service(guests, owner, name=f"Service {number}")
    with statements() as seen:
        page = await find_services(reading, ServiceFilter(words=("service",)), (20, None))
    assert len(page.rows) == 3
    assert len(seen) == 1
