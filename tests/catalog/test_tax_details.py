"""What a provider's invoices say of it: told by its owner, seen by nobody else but operators."""

from typing import Any

import httpx
import pytest
from sqlalchemy import text

from kalends.catalog.rules.tax_ids import gstin_check, problem_with
from kalends.core.house import House
from kalends.core.ids import new_id
from kalends.core.unit import open_unit
from tests.fixtures.deals import API
from tests.fixtures.people import Headers, manager_of, operator, owner_of, signed_up
from tests.fixtures.places import a_venue

PATH = f"{API}/providers/tax-details"
HALL = {
    "legal_name": "Kasba Halls Private Limited",
    "tax_id": "27AAPFU0939F1ZV",
    "address": "12 Shaniwar Peth, Pune 411030",
    "state": "27",
}


async def told(client: httpx.AsyncClient, headers: Headers, **changes: Any) -> httpx.Response:
    return await client.put(PATH, json=HALL | changes, headers=headers)


@pytest.mark.parametrize("gstin", ["27AAPFU0939F1ZV", "29AAGCB7383J1Z4"])
def test_a_gstin_ends_with_the_check_of_what_is_before(gstin: str) -> None:
    assert problem_with("GSTIN", gstin) == ""
    assert gstin_check(gstin[:14]) == gstin[14]
    for place, character in enumerate(gstin[:14]):
        other = "1" if character != "1" else "2"
        assert problem_with("GSTIN", gstin[:place] + other + gstin[place + 1 :]), place


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("GSTIN", "27AAPFU0939F1ZV", "40AAPFU0939F1ZV"),
        ("TIN", "12345678-0001", "1234567"),
        ("EIN", "12-3456789", "123456789"),
        ("VAT", "DE123456789", "123456789"),
        ("ABN", "51 824 753 556", "x"),
    ],
)
def test_each_kind_of_tax_id_has_its_shape(kind: str, good: str, bad: str) -> None:
    assert problem_with(kind, good) == ""
    assert problem_with(kind, bad)


@pytest.mark.req("G-011")
async def test_an_owner_tells_the_tax_details_and_operators_see_them(
    house: House, client: httpx.AsyncClient
) -> None:
    venue = await a_venue(house)
    owner, support = (
        await owner_of(house, client, venue.provider_id),
        await operator(house, client, "support"),
    )
    empty = (await client.get(PATH, headers=owner)).json()
    assert empty == dict.fromkeys(HALL, "") | {"tax_id_name": "GSTIN"}
    assert (await told(client, owner, state="")).json() == HALL | {"tax_id_name": "GSTIN"}
    named = {"provider_id": str(venue.provider_id)}
    for headers in (owner, support):
        seen = await client.get(PATH, params=named, headers=headers)
        assert seen.json()["tax_id"] == HALL["tax_id"]
    managers = (
        await manager_of(house, client, venue.provider_id),
        await manager_of(house, client, venue.provider_id, venue.id),
        await owner_of(house, client, (await a_venue(house)).provider_id),
    )
    for headers in (*managers, await signed_up(client)):
        assert (await client.get(PATH, params=named, headers=headers)).status_code == 404
    for headers in managers:
        refused = await client.put(PATH, params=named, json=HALL, headers=headers)
        assert refused.status_code == 404
    assert (await client.get(PATH, headers=support)).json()["type"] == "/problems/name-a-provider"
    nobody = {"provider_id": str(new_id())}
    assert (await client.get(PATH, params=nobody, headers=support)).status_code == 404


async def test_what_was_told_is_sealed_and_the_audit_log_names_only_what_changed(
    house: House, client: httpx.AsyncClient
) -> None:
    venue = await a_venue(house)
    owner = await owner_of(house, client, venue.provider_id)
    await told(client, owner)
    await told(client, owner, address="1 New Road, Pune")
    async with open_unit(house, read_only=True) as unit:
        query = text("SELECT providers::text FROM providers WHERE id = :id")
        row = (await unit.session.execute(query, {"id": venue.provider_id})).scalar_one()
        log = text(
            "SELECT detail FROM audit_log WHERE action = 'provider.tax_details_changed' ORDER BY seq"
        )
        details = list((await unit.session.execute(log)).scalars())
    for secret in (HALL["tax_id"], HALL["legal_name"]):
        assert secret not in row
        assert secret.encode().hex() not in row
    assert details == [dict.fromkeys(HALL, "changed"), {"address": "changed"}]


@pytest.mark.parametrize(
    "wrong",
    [
        {"tax_id": "27AAPFU0939F1ZW"},
        {"tax_id": "27aapfu0939f1zv"},
        {"tax_id": "none"},
        {"state": "29"},
        {"tax_id": "", "state": "77"},
    ],
)
async def test_what_cannot_be_is_refused(
    house: House, client: httpx.AsyncClient, wrong: dict[str, str]
) -> None:
    owner = await owner_of(house, client, (await a_venue(house)).provider_id)
    answer = await told(client, owner, **wrong)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/tax-details-wrong")
    assert "AAPFU0939F1ZW" not in answer.text


async def test_a_venue_lies_in_a_state_that_there_is(
    house: House, client: httpx.AsyncClient
) -> None:
    venue, headers = await a_venue(house), await operator(house, client)
    path = f"{API}/venues/{venue.id}"
    changed = await client.patch(path, json={"state_code": "29"}, headers=headers)
    assert changed.json()["state_code"] == "29"
    refused = await client.patch(path, json={"state_code": "77"}, headers=headers)
    assert refused.json()["type"] == "/problems/tax-details-wrong"
