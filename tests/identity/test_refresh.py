"""Refresh tokens: one successor ever, and what a reused one brings about."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import jwt
import pytest
from sqlalchemy import text

from kalends.core.clock import real_now
from kalends.core.house import House
from kalends.core.unit import open_unit
from kalends.identity.jobs import forget_sessions
from kalends.identity.repository.sessions import open_sessions_of_suspended
from tests.fixtures.people import PASSWORD, bearer, own_address, signed_up, user_id_of

REFRESH = "/api/v2/auth/refresh"
LOGIN = "/api/v2/auth/login"
EMAIL = "asha@example.com"


async def signed_in(client: httpx.AsyncClient) -> dict[str, Any]:
    body = {"email": EMAIL, "password": PASSWORD}
    await signed_up(client, EMAIL)
    tokens: dict[str, Any] = (await client.post(LOGIN, json=body, headers=own_address())).json()
    return tokens


async def refreshed(client: httpx.AsyncClient, token: str) -> httpx.Response:
    return await client.post(REFRESH, json={"refresh_token": token})


async def works(client: httpx.AsyncClient, access_token: str) -> bool:
    answer = await client.get("/api/v2/auth/me", headers=bearer(access_token))
    return answer.status_code == 200


async def sql(house: House, statement: str, **values: Any) -> Any:
    async with open_unit(house) as unit:
        result = await unit.session.execute(text(statement), values)
        return result.all() if result.returns_rows else None


@pytest.mark.req("H-135", "H-011", "C-51")
async def test_a_refresh_token_is_traded_for_a_new_pair(client: httpx.AsyncClient) -> None:
    first = await signed_in(client)
    answer = await refreshed(client, first["refresh_token"])
    assert answer.status_code == 200
    second = answer.json()
    assert set(second) == {"access_token", "refresh_token", "token_type", "expires_in"}
    assert second["refresh_token"].startswith("krt_")
    assert second["refresh_token"] != first["refresh_token"]
    assert await works(client, second["access_token"])
    assert (await refreshed(client, second["refresh_token"])).status_code == 200


@pytest.mark.req("H-135", "C-51")
async def test_a_refresh_token_may_stand_in_the_authorization_header(
    client: httpx.AsyncClient,
) -> None:
    first = await signed_in(client)
    answer = await client.post(REFRESH, headers=bearer(first["refresh_token"]))
    assert answer.status_code == 200
    assert await works(client, answer.json()["access_token"])


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (None, {}),
        (None, {"Authorization": "Bearer"}),
        (None, {"Authorization": "Basic x"}),
        ({"refresh_token": "krt_unknown"}, {}),
    ],
)
async def test_without_a_good_token_there_is_nothing_to_trade(
    client: httpx.AsyncClient, body: Any, headers: dict[str, str]
) -> None:
    assert (await client.post(REFRESH, json=body, headers=headers)).status_code == 401


@pytest.mark.req("H-013")
async def test_an_access_token_is_no_refresh_token_and_the_other_way_round(
    client: httpx.AsyncClient,
) -> None:
    tokens = await signed_in(client)
    assert (await refreshed(client, tokens["access_token"])).status_code == 401
    assert not await works(client, tokens["refresh_token"])


@pytest.mark.req("C-51")
async def test_within_the_leeway_a_spent_token_mints_nothing_and_harms_nobody(
    client: httpx.AsyncClient, house: House
) -> None:
    first = await signed_in(client)
    second = (await refreshed(client, first["refresh_token"])).json()
    before = await sql(house, "SELECT count(*) FROM refresh_tokens")
    assert (await refreshed(client, first["refresh_token"])).status_code == 401
    assert await sql(house, "SELECT count(*) FROM refresh_tokens") == before
    assert await works(client, second["access_token"])
    assert (await refreshed(client, second["refresh_token"])).status_code == 200


@pytest.mark.req("C-51")
async def test_outside_the_leeway_a_spent_token_ends_its_session_and_no_other(
    client: httpx.AsyncClient, house: House
) -> None:
    first = await signed_in(client)
    body = {"email": EMAIL, "password": PASSWORD}
    other = (await client.post(LOGIN, json=body, headers=own_address())).json()
    second = (await refreshed(client, first["refresh_token"])).json()
    await sql(house, "UPDATE refresh_tokens SET rotated_at = rotated_at - interval '31 seconds'")
    assert (await refreshed(client, first["refresh_token"])).status_code == 401
    assert not await works(client, second["access_token"])
    assert (await refreshed(client, second["refresh_token"])).status_code == 401
    assert await works(client, other["access_token"])


@pytest.mark.req("C-51")
async def test_twenty_refreshes_at_once_have_one_winner_who_stays_signed_in(
    client: httpx.AsyncClient, house: House
) -> None:
    first = await signed_in(client)
    answers = await asyncio.gather(*(refreshed(client, first["refresh_token"]) for _ in range(20)))
    winners = [a.json() for a in answers if a.status_code == 200]
    assert sorted(a.status_code for a in answers) == [200] + [401] * 19
    assert await works(client, winners[0]["access_token"])
    assert (await refreshed(client, winners[0]["refresh_token"])).status_code == 200
    parents = await sql(house, "SELECT parent_id FROM refresh_tokens WHERE parent_id IS NOT NULL")
    assert len(parents) == len(set(parents)) == 2


@pytest.mark.req("H-011")
async def test_a_refresh_token_lives_seven_days_from_its_making(
    client: httpx.AsyncClient, house: House
) -> None:
    tokens = await signed_in(client)
    week = timedelta(days=7)
    for row in await sql(house, "SELECT expires_at FROM sessions"):
        assert week - timedelta(minutes=1) < row.expires_at - real_now() <= week
    await sql(house, "UPDATE sessions SET expires_at = expires_at - interval '7 days'")
    assert (await refreshed(client, tokens["refresh_token"])).status_code == 401


async def test_a_refresh_renews_the_session(client: httpx.AsyncClient, house: House) -> None:
    tokens = await signed_in(client)
    await sql(house, "UPDATE sessions SET expires_at = expires_at - interval '6 days'")
    assert (await refreshed(client, tokens["refresh_token"])).status_code == 200
    claims = jwt.decode(tokens["access_token"], options={"verify_signature": False})
    left_of = "SELECT expires_at - now() FROM sessions WHERE id = CAST(:sid AS uuid)"
    [left] = await sql(house, left_of, sid=claims["sid"])
    assert left[0] > timedelta(days=6)


async def test_a_suspended_user_s_token_is_refused(client: httpx.AsyncClient, house: House) -> None:
    tokens = await signed_in(client)
    await sql(house, "UPDATE users SET status = 'suspended'")
    assert (await refreshed(client, tokens["refresh_token"])).status_code == 401
    async with open_unit(house) as unit:
        assert len(await open_sessions_of_suspended(unit)) == 2


async def test_one_s_open_sessions_are_listed(client: httpx.AsyncClient) -> None:
    tokens = await signed_in(client)
    headers = bearer(tokens["access_token"]) | {"User-Agent": "Firefox"}
    first = (await client.get("/api/v2/auth/sessions?limit=1", headers=headers)).json()
    cursor = first["next_cursor"]
    second = (
        await client.get(f"/api/v2/auth/sessions?limit=1&cursor={cursor}", headers=headers)
    ).json()
    assert [s["current"] for s in (*first["items"], *second["items"])] == [True, False]
    assert second["next_cursor"] is None
    assert "httpx" in second["items"][0]["user_agent"]


@pytest.mark.parametrize("cursor", ["x", "WzFd", "WyJub3QtYW4taWQiXQ", "e30"])
async def test_a_cursor_of_another_list_is_refused(client: httpx.AsyncClient, cursor: str) -> None:
    headers = await signed_up(client)
    answer = await client.get(f"/api/v2/auth/sessions?cursor={cursor}", headers=headers)
    assert answer.status_code == 422


async def test_sessions_are_forgotten_a_month_after_they_expired(
    client: httpx.AsyncClient, house: House
) -> None:
    headers = await signed_up(client)
    first = await user_id_of(client, headers)
    await sql(house, "UPDATE sessions SET expires_at = now() - interval '31 days'")
    await signed_up(client)
    await forget_sessions(house)
    assert await sql(house, "SELECT count(*) FROM refresh_tokens") == [(1,)]
    of_user = "SELECT count(*) FROM sessions WHERE user_id = :user"
    assert await sql(house, of_user, user=first) == [(0,)]
