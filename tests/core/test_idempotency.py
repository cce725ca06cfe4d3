"""A key: one effect, one answer, for one person and one request."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from kalends.core import idempotency
from kalends.core.errors import IdempotencyInProgress
from kalends.core.house import House
from kalends.core.principal import ActorKind, Principal
from kalends.core.unit import open_unit
from tests.fixtures.crowds import Guest, crowd
from tests.fixtures.deals import API, at_hour, rental, scalar
from tests.fixtures.places import a_room

BOOKINGS = "SELECT count(*) FROM bookings"
KEYS = "SELECT count(*) FROM idempotency_keys"


@pytest.fixture
async def wish(house: House) -> dict[str, Any]:
    room = await a_room(house)
    return rental(room.id, await at_hour(house), 1)


async def _post(
    client: httpx.AsyncClient, guest: Guest, key: str, body: dict[str, Any]
) -> httpx.Response:
    return await client.post(f"{API}/bookings", json=body, headers=guest.with_key(key))


async def test_a_repeat_gets_the_first_answer_and_changes_nothing(
    house: House, client: httpx.AsyncClient, wish: dict[str, Any]
) -> None:
    me = (await crowd(house, 1))[0]
    first, again = [await _post(client, me, "one", wish) for _ in range(2)]
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert await scalar(house, BOOKINGS) == 1


async def test_the_same_key_for_another_request_is_refused(
    house: House, client: httpx.AsyncClient, wish: dict[str, Any]
) -> None:
    me = (await crowd(house, 1))[0]
    booking = (await _post(client, me, "one", wish)).json()
    other_body = await _post(client, me, "one", wish | {"guests": 2})
    url = f"{API}/bookings/{booking['id']}/cancel"
    other_route = await client.post(url, json={"reason": "rain"}, headers=me.with_key("one"))
    for answer in (other_body, other_route):
        assert answer.status_code == 422
        assert answer.json()["type"] == "/problems/idempotency-mismatch"
    assert await scalar(house, BOOKINGS) == 1


async def test_a_key_whose_first_request_still_runs_is_told_to_wait(house: House) -> None:
    me = Principal(ActorKind.customer, (await crowd(house, 1))[0].id)
    async with open_unit(house, me) as first:
        assert (await idempotency.claim(first, "one", "POST /x", b"{}")).replay is None
        async with open_unit(house, me) as second:
            with pytest.raises(IdempotencyInProgress) as refused:
                await idempotency.claim(second, "one", "POST /x", b"{}")
            assert refused.value.retry_after == 1
            assert (await idempotency.claim(second, "two", "POST /x", b"{}")).replay is None


async def test_a_refused_request_leaves_no_key(
    house: House, client: httpx.AsyncClient, wish: dict[str, Any]
) -> None:
    me, rival = await crowd(house, 2)
    held = (await _post(client, rival, "rival", wish)).json()
    assert (await _post(client, me, "one", wish)).status_code == 409
    assert await scalar(house, KEYS) == 1
    url = f"{API}/bookings/{held['id']}/cancel"
    await client.post(url, json={"reason": "rain"}, headers=rival.headers)
    assert (await _post(client, me, "one", wish)).status_code == 201


async def test_another_person_has_other_keys(
    house: House, client: httpx.AsyncClient, wish: dict[str, Any]
) -> None:
    me, other = await crowd(house, 2)
    mine = await _post(client, me, "one", wish)
    theirs = await _post(client, other, "one", wish)
    assert mine.status_code == 201
    assert theirs.status_code == 409
    assert mine.json()["id"] not in theirs.text


async def test_a_key_is_forgotten_after_a_day(
    house: House,
    client: httpx.AsyncClient,
    wish: dict[str, Any],
    pass_time: Callable[..., Awaitable[None]],
) -> None:
    me = (await crowd(house, 1))[0]
    first = await _post(client, me, "one", wish)
    await pass_time(hours=25)
    again = await _post(client, me, "one", wish)
    assert again.status_code == 201
    assert again.json()["id"] != first.json()["id"]
    async with open_unit(house) as unit:
        await idempotency.forget_old(unit)
    assert await scalar(house, KEYS) == 1


@pytest.mark.parametrize("key", ["", "x" * 256, "tab\there"])
async def test_a_key_that_is_none_is_refused(
    house: House, client: httpx.AsyncClient, wish: dict[str, Any], key: str
) -> None:
    me = (await crowd(house, 1))[0]
    assert (await _post(client, me, key, wish)).status_code == 422


async def test_two_requests_at_once_with_one_key_have_one_effect(
    house: House, client: httpx.AsyncClient, wish: dict[str, Any]
) -> None:
    me = (await crowd(house, 1))[0]
    answers = await asyncio.gather(*(_post(client, me, "one", wish) for _ in range(4)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert await scalar(house, BOOKINGS) == 1
