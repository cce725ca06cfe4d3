"""One's own account: profile and password."""

import asyncio
from typing import Any

import httpx
import pytest

from kalends.core.house import House
from kalends.core.unit import open_unit
from kalends.identity import PasswordChanged
from kalends.identity.repository.users import find_account_by_email
from kalends.identity.service.own_account import _replaced
from tests.fixtures.people import PASSWORD, bearer, own_address, signed_up

PROFILE = "/api/v2/users/profile"
CHANGE = "/api/v2/auth/password/change"
LOGIN = "/api/v2/auth/login"
EMAIL = "asha@example.com"
NEW = "monsoon-over-the-ghats"


async def sign_in(client: httpx.AsyncClient, password: str = PASSWORD) -> httpx.Response:
    body = {"email": EMAIL, "password": password}
    return await client.post(LOGIN, json=body, headers=own_address())


async def change(client: httpx.AsyncClient, headers: dict[str, str], **body: Any) -> httpx.Response:
    return await client.post(CHANGE, json=body, headers=headers | own_address())


async def test_name_and_phone_are_changed_one_by_one(client: httpx.AsyncClient) -> None:
    headers = await signed_up(client, EMAIL)
    await client.patch(PROFILE, json={"phone": "+91 98765 43210"}, headers=headers)
    await client.patch(PROFILE, json={"name": " Asha Patil "}, headers=headers)
    user = (await client.get(PROFILE, headers=headers)).json()
    assert (user["name"], user["phone"]) == ("Asha Patil", "+919876543210")
    gone = await client.patch(PROFILE, json={"phone": None, "name": None}, headers=headers)
    assert (gone.json()["phone"], gone.json()["name"]) == (None, "")
    assert (await client.patch(PROFILE, json={}, headers=headers)).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {"email": "other@example.com"},
        {"roles": ["super_admin"]},
        {"status": "active"},
        {"id": "0190b7a0-0000-7000-8000-000000000000"},
        {"user_id": "0190b7a0-0000-7000-8000-000000000000"},
        {"token_version": 0},
        {"password_hash": "x"},
        {"phone": "12"},
        {"name": 5},
        [],
    ],
)
async def test_nothing_else_can_be_set(client: httpx.AsyncClient, body: Any) -> None:
    headers = await signed_up(client, EMAIL)
    assert (await client.patch(PROFILE, json=body, headers=headers)).status_code == 422


@pytest.mark.parametrize("path", ["/auth/me", "/auth/sessions", "/users/profile"])
async def test_without_a_token_nothing_is_shown(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(f"/api/v2{path}")).status_code == 401


async def test_changing_the_password_ends_all_other_sessions(client: httpx.AsyncClient) -> None:
    headers = await signed_up(client, EMAIL)
    other = (await sign_in(client)).json()
    answer = await change(client, headers, old_password=PASSWORD, new_password=NEW)
    assert answer.status_code == 200
    fresh = bearer(answer.json()["access_token"])
    seen = [
        (await client.get("/api/v2/auth/me", headers=h)).status_code
        for h in (headers, bearer(other["access_token"]), fresh)
    ]
    assert seen == [401, 401, 200]
    body = {"refresh_token": other["refresh_token"]}
    assert (await client.post("/api/v2/auth/refresh", json=body)).status_code == 401
    assert [(await sign_in(client, p)).status_code for p in (PASSWORD, NEW)] == [401, 200]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("wrong-words-77", NEW, "wrong-password"),
        (PASSWORD, "password123", "weak-password"),
        (PASSWORD, EMAIL, "weak-password"),
    ],
)
async def test_a_wrong_old_or_a_weak_new_password_is_refused(
    client: httpx.AsyncClient, old: str, new: str, problem: str
) -> None:
    headers = await signed_up(client, EMAIL)
    answer = await change(client, headers, old_password=old, new_password=new)
    assert (answer.status_code, answer.json()["type"]) == (422, f"/problems/{problem}")
    assert (await sign_in(client)).status_code == 200


async def test_of_two_password_changes_at_once_one_wins(client: httpx.AsyncClient) -> None:
    headers = await signed_up(client, EMAIL)
    words = ["first-of-the-two", "second-of-the-two"]
    answers = await asyncio.gather(
        *(change(client, headers, old_password=PASSWORD, new_password=w) for w in words)
    )
    assert sorted(a.status_code for a in answers) == [200, 401]
    won = words[[a.status_code for a in answers].index(200)]
    assert (await sign_in(client, won)).status_code == 200


async def test_a_changed_password_is_told_to_the_rooms_above(
    client: httpx.AsyncClient, house: House
) -> None:
    await signed_up(client, EMAIL)
    async with open_unit(house) as unit:
        account = await find_account_by_email(unit, EMAIL)
        assert account
        await _replaced(unit, account, "another-hash")
        assert unit.emitted == [PasswordChanged(user_id=account.person.id)]
