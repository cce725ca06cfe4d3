"""How the first operator comes to be, and where operators sign in."""

import asyncio
from dataclasses import replace
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from kalends.app.asgi import create_app
from kalends.core.house import House
from tests.fixtures.audit import audited
from tests.fixtures.people import PASSWORD, bearer, own_address, signed_up

USERS = "/api/v2/admin/users"


def bootstrap_body(house: House, **changes: Any) -> dict[str, Any]:
    token = house.settings.admin_bootstrap_token
    assert token
    body = {"token": token.get_secret_value(), "email": "first@example.com", "password": PASSWORD}
    return body | {"name": "The First"} | changes


async def bootstrap(client: httpx.AsyncClient, body: Any) -> httpx.Response:
    return await client.post("/api/v2/admin/bootstrap", json=body, headers=own_address())


@pytest.mark.req("C-55", "H-182", "H-009")
async def test_the_first_super_admin_is_made_once(client: httpx.AsyncClient, house: House) -> None:
    answer = await bootstrap(client, bootstrap_body(house))
    assert answer.status_code == 201
    assert answer.json()["user"]["role"] == "super_admin"
    headers = bearer(answer.json()["access_token"])
    assert (await client.get(USERS, headers=headers)).status_code == 200
    again = await bootstrap(client, bootstrap_body(house, email="second@example.com"))
    assert again.status_code == 404
    assert await audited(house) == ["operator.bootstrapped"]


async def test_of_ten_bootstraps_at_once_one_wins(client: httpx.AsyncClient, house: House) -> None:
    bodies = [bootstrap_body(house, email=f"op{n}@example.com") for n in range(10)]
    answers = await asyncio.gather(*(bootstrap(client, body) for body in bodies))
    assert sorted(a.status_code for a in answers) == [201] + [404] * 9


async def test_a_wrong_token_looks_as_if_there_were_nothing(
    client: httpx.AsyncClient, house: House
) -> None:
    for token in ("wrong", "ü" * 20, bootstrap_body(house)["token"] + "x"):
        answer = await bootstrap(client, bootstrap_body(house, token=token))
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")


@pytest.mark.parametrize("token", [None, SecretStr("")])
async def test_without_a_token_in_the_settings_nobody_is_made(
    house: House, token: SecretStr | None
) -> None:
    settings = house.settings.model_copy(update={"admin_bootstrap_token": token})
    transport = httpx.ASGITransport(create_app(replace(house, settings=settings)))
    async with httpx.AsyncClient(transport=transport, base_url="http://kalends.test") as client:
        answer = await bootstrap(client, bootstrap_body(house, token="anything"))
    assert answer.status_code == 404


async def test_bootstrap_does_not_promote_an_account_that_exists(
    client: httpx.AsyncClient, house: House
) -> None:
    headers = await signed_up(client, "first@example.com")
    answer = await bootstrap(client, bootstrap_body(house, password="another-phrase-21"))
    assert answer.status_code == 409
    assert (await client.get("/api/v2/auth/me", headers=headers)).json()["role"] == "customer"


@pytest.mark.req("C-58")
async def test_operators_have_a_sign_in_of_their_own(
    client: httpx.AsyncClient, house: House
) -> None:
    await bootstrap(client, bootstrap_body(house))
    body = {"email": "first@example.com", "password": PASSWORD}
    answer = await client.post("/api/v2/admin/login", json=body, headers=own_address())
    assert answer.status_code == 200
    assert answer.json()["user"]["roles"] == ["super_admin", "customer"]
