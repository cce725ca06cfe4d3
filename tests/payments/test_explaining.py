"""Operators read the statements' days, and explain what does not fit."""

import asyncio

import httpx
import pytest

from kalends.core.gateways import MovementKind
from kalends.core.house import House
from tests.fixtures.audit import audited
from tests.fixtures.gateways import FakeGateway
from tests.fixtures.people import Headers, operator
from tests.payments.statements import differences, next_day, read, teller

PATH = "/api/v2/admin/settlements"
NOTE = {"note": "The gateway's test payment of last week."}


@pytest.fixture
async def moderator(house: House, client: httpx.AsyncClient) -> Headers:
    return await operator(house, client, "moderator")


@pytest.fixture
async def noticed(house: House, provider: FakeGateway) -> None:
    """Three payments that nobody here knows."""
    told = await teller(house, provider)
    for number in range(3):
        told.tell(MovementKind.capture, f"pay_nobodys_{number}", 700 + number, fee=9)
    await next_day(house)
    await read(house)


async def listed(client: httpx.AsyncClient, headers: Headers, **query: object) -> list[dict]:
    found, cursor = [], None
    while True:
        asked = {**query, "limit": 2} | ({"cursor": cursor} if cursor else {})
        answer = await client.get(f"{PATH}/differences", params=asked, headers=headers)
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        cursor = answer.json()["next_cursor"]
        if cursor is None:
            return found


@pytest.mark.usefixtures("noticed")
async def test_the_days_of_a_statement_are_listed_newest_first(
    client: httpx.AsyncClient, moderator: Headers
) -> None:
    first = await client.get(PATH, params={"limit": 3}, headers=moderator)
    more = {"limit": 50, "cursor": first.json()["next_cursor"]}
    rest = await client.get(PATH, params=more, headers=moderator)
    days = first.json()["items"] + rest.json()["items"]
    assert len(days) == 7
    assert [d["day"] for d in days] == sorted((d["day"] for d in days), reverse=True)
    newest = days[0]
    assert (newest["gateway"], newest["lines"], newest["open_differences"]) == ("sandbox", 3, 3)
    assert newest["totals"] == [
        {"currency": "INR", "kind": "capture", "count": 3, "amount": 2103, "fee": 27}
    ]
    elsewhere = await client.get(PATH, params={"gateway": "stripe"}, headers=moderator)
    assert elsewhere.json()["items"] == []


@pytest.mark.usefixtures("noticed")
async def test_a_difference_is_shown_with_both_stories(
    client: httpx.AsyncClient, moderator: Headers
) -> None:
    found = await listed(client, moderator, open="true")
    assert [d["object_id"] for d in found] == [f"pay_nobodys_{n}" for n in (2, 1, 0)]
    shown = found[0]
    assert (shown["kind"], shown["object_kind"], shown["ours"]) == ("missing_here", "payment", None)
    assert shown["theirs"] == {"state": "moved", "amount": {"amount": 702, "currency": "INR"}}
    assert await listed(client, moderator, open="false") == []
    assert await listed(client, moderator, kind="unknown") == []
    assert len(await listed(client, moderator, kind="missing_here", gateway="sandbox")) == 3


@pytest.mark.usefixtures("noticed")
async def test_a_difference_is_explained_once_and_stays_so(
    house: House, client: httpx.AsyncClient, moderator: Headers
) -> None:
    difference = (await listed(client, moderator))[0]
    path = f"{PATH}/differences/{difference['id']}/explain"
    answers = await asyncio.gather(
        *(client.post(path, json=NOTE, headers=moderator) for _ in range(4))
    )
    assert sorted(a.status_code for a in answers) == [200, 409, 409, 409]
    explained = next(a.json() for a in answers if a.status_code == 200)
    assert explained["note"] == NOTE["note"]
    assert explained["explained_by"]
    assert explained["explained_at"]
    assert (await audited(house)).count("difference.explained") == 1
    done = await read(house)
    assert (done.noticed, done.open) == (0, 2)
    assert difference["object_id"] not in {d.object_id for d in await differences(house)}
    assert [d["id"] for d in await listed(client, moderator, open="false")] == [difference["id"]]


@pytest.mark.usefixtures("noticed")
async def test_support_looks_and_does_not_explain(house: House, client: httpx.AsyncClient) -> None:
    support = await operator(house, client, "support")
    difference = (await listed(client, support))[0]
    path = f"{PATH}/differences/{difference['id']}/explain"
    assert (await client.post(path, json=NOTE, headers=support)).status_code == 403


async def test_nothing_that_is_not_there_is_explained(
    client: httpx.AsyncClient, moderator: Headers
) -> None:
    path = f"{PATH}/differences/0193a1b2-0000-7000-8000-000000000009/explain"
    assert (await client.post(path, json=NOTE, headers=moderator)).status_code == 404
