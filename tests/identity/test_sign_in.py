"""Sign-up, sign-in and sign-out over HTTP."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx
import jwt
import pytest
from sqlalchemy import text

from kalends.app.asgi import create_app
from kalends.core.house import House
from kalends.core.unit import open_unit
from kalends.identity import UserRegistered
from tests.fixtures.people import PASSWORD, bearer, own_address, signed_up

EMAIL = "asha@example.com"
SIGN_UP = {"email": EMAIL, "password": PASSWORD, "name": "Asha Patil", "phone": "98765 43210"}


async def post(client: httpx.AsyncClient, path: str, body: Any, **more: Any) -> httpx.Response:
    headers = own_address() | more.pop("headers", {})
    return await client.post(f"/api/v2{path}", json=body, headers=headers, **more)


async def me(client: httpx.AsyncClient, token: str) -> httpx.Response:
    return await client.get("/api/v2/auth/me", headers=bearer(token))


@pytest.mark.req("H-131", "H-133", "H-009", "H-010", "H-150")
async def test_signing_up_makes_a_customer_with_a_session(client: httpx.AsyncClient) -> None:
    answer = await post(client, "/auth/signup", SIGN_UP | {"email": "Asha@Example.com"})
    assert answer.status_code == 201
    body = answer.json()
    assert set(body) == {"user", "access_token", "refresh_token", "token_type", "expires_in"}
    assert (body["token_type"], body["expires_in"]) == ("bearer", 30 * 60)
    user = body["user"]
    assert (user["email"], user["name"], user["phone"]) == (EMAIL, "Asha Patil", "+919876543210")
    assert (user["role"], user["roles"], user["memberships"]) == ("customer", ["customer"], [])
    assert (await me(client, body["access_token"])).json() == user


@pytest.mark.req("H-133", "C-55")
@pytest.mark.parametrize("field", ["role", "roles", "status", "id", "token_version", "is_admin"])
async def test_nobody_chooses_a_role_at_sign_up(client: httpx.AsyncClient, field: str) -> None:
    answer = await post(client, "/auth/signup", SIGN_UP | {field: "super_admin"})
    assert answer.status_code == 422


async def test_an_account_is_never_overwritten(client: httpx.AsyncClient, house: House) -> None:
    first = await post(client, "/auth/signup", SIGN_UP)
    again = await post(
        client, "/auth/signup", {"email": "ASHA@example.com", "password": "other-words-77"}
    )
    assert (first.status_code, again.status_code) == (201, 409)
    assert again.json()["type"] == "/problems/email-taken"
    assert (await post(client, "/auth/login", {"email": EMAIL, "password": PASSWORD})).is_success


@pytest.mark.req("H-132", "H-222", "X-16")
@pytest.mark.parametrize("password", ["short-1", "Password123", "1234567890", EMAIL])
async def test_a_weak_password_is_refused_with_the_reason(
    client: httpx.AsyncClient, password: str
) -> None:
    answer = await post(client, "/auth/signup", SIGN_UP | {"password": password})
    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/weak-password"
    assert answer.json()["errors"][0]["loc"] == ["body", "password"]


@pytest.mark.req("H-008", "H-222")
@pytest.mark.parametrize(
    "change",
    [
        {"email": "no-address"},
        {"email": "a\0@example.com"},
        {"password": "nul\0inside-of-it"},
        {"password": "x" * 129},
        {"password": None},
        {"password": 12345678901},
        {"name": "two\nlines"},
        {"name": "x" * 121},
        {"phone": "12"},
        {"phone": "\0"},
    ],
)
async def test_a_bad_value_is_refused_and_never_repeated(
    client: httpx.AsyncClient, change: dict[str, Any]
) -> None:
    answer = await post(client, "/auth/signup", SIGN_UP | change)
    assert answer.status_code == 422
    assert PASSWORD not in answer.text
    assert "x" * 20 not in answer.text


@pytest.mark.parametrize("field", ["email", "password", "name", "phone"])
async def test_a_lone_surrogate_is_refused(client: httpx.AsyncClient, field: str) -> None:
    body = {"email": "a@example.com", "password": PASSWORD, field: "\ud800abcdefghij"}
    headers = own_address() | {"content-type": "application/json"}
    answer = await client.post("/api/v2/auth/signup", content=json.dumps(body), headers=headers)
    assert answer.status_code == 422


@pytest.mark.req("H-134", "C-54")
@pytest.mark.parametrize("path", ["/auth/login", "/auth/signup", "/admin/login", "/auth/refresh"])
async def test_credentials_in_the_query_string_are_refused(
    client: httpx.AsyncClient, path: str
) -> None:
    await post(client, "/auth/signup", SIGN_UP)
    query = {"email": EMAIL, "password": PASSWORD}
    alone = await post(client, path, None, params=query)
    beside = await post(client, path, query, params={"password": PASSWORD})
    assert (alone.status_code, beside.status_code) == (422, 422)
    assert PASSWORD not in alone.text + beside.text


@pytest.mark.req("H-134", "H-220")
async def test_signing_in_answers_as_signing_up_does(client: httpx.AsyncClient) -> None:
    made = (await post(client, "/auth/signup", SIGN_UP)).json()
    answer = await post(client, "/auth/login", {"email": "ASHA@example.com", "password": PASSWORD})
    assert answer.status_code == 200
    assert set(answer.json()) == set(made)
    assert answer.json()["user"] == made["user"]
    assert answer.json()["access_token"] != made["access_token"]


async def test_unknown_wrong_and_suspended_get_the_same_answer(
    client: httpx.AsyncClient, house: House
) -> None:
    await post(client, "/auth/signup", SIGN_UP)
    await signed_up(client, "gone@example.com")
    async with open_unit(house) as unit:
        await unit.session.execute(
            text("UPDATE users SET status = 'suspended' WHERE email = 'gone@example.com'")
        )
    answers = [
        await post(client, "/auth/login", {"email": "nobody@example.com", "password": PASSWORD}),
        await post(client, "/auth/login", {"email": EMAIL, "password": "wrong-words-77"}),
        await post(client, "/auth/login", {"email": "gone@example.com", "password": PASSWORD}),
        await post(client, "/admin/login", {"email": EMAIL, "password": PASSWORD}),
    ]
    bodies = [a.json() | {"request_id": "", "instance": ""} for a in answers]
    assert [a.status_code for a in answers] == [401] * 4
    assert all(body == bodies[0] for body in bodies)


@pytest.mark.req("C-62", "C-94")
async def test_an_old_bcrypt_account_signs_in_and_is_upgraded(
    client: httpx.AsyncClient, house: House
) -> None:
    import bcrypt

    await post(client, "/auth/signup", SIGN_UP)
    old = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
    async with open_unit(house) as unit:
        await unit.session.execute(text("UPDATE users SET password_hash = :h"), {"h": old})
    for _ in range(2):
        answer = await post(client, "/auth/login", {"email": EMAIL, "password": PASSWORD})
        assert answer.status_code == 200
    async with open_unit(house) as unit:
        stored = await unit.session.scalar(text("SELECT password_hash FROM users"))
    assert stored.startswith("$argon2id$")


@pytest.mark.req("H-136", "H-012", "C-52", "C-53")
async def test_signing_out_ends_every_session_where_the_profile_says_all(
    client: httpx.AsyncClient,
) -> None:
    first = (await post(client, "/auth/signup", SIGN_UP)).json()
    second = (await post(client, "/auth/login", {"email": EMAIL, "password": PASSWORD})).json()
    answer = await post(client, "/auth/logout", None, headers=bearer(first["access_token"]))
    assert answer.status_code == 200
    assert answer.json() == {"success": True, "message": "Logged out successfully"}
    for tokens in (first, second):
        assert (await me(client, tokens["access_token"])).status_code == 401
        body = {"refresh_token": tokens["refresh_token"]}
        assert (await post(client, "/auth/refresh", body)).status_code == 401


@pytest.mark.req("C-52")
async def test_signing_out_ends_one_session_where_the_profile_says_session(house: House) -> None:
    auth = house.profile.auth.model_copy(update={"logout_scope": "session"})
    app = create_app(replace(house, profile=house.profile.model_copy(update={"auth": auth})))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://kalends.test") as client:
        first = (await post(client, "/auth/signup", SIGN_UP)).json()
        second = (await post(client, "/auth/login", {"email": EMAIL, "password": PASSWORD})).json()
        await post(client, "/auth/logout", None, headers=bearer(first["access_token"]))
        assert (await me(client, first["access_token"])).status_code == 401
        assert (await me(client, second["access_token"])).status_code == 200


@pytest.mark.req("H-010", "H-240", "C-50")
async def test_the_environment_may_shorten_the_life_of_tokens(house: House) -> None:
    settings = house.settings.model_copy(
        update={"access_token_expire_minutes": 5, "refresh_token_expire_days": 1}
    )
    transport = httpx.ASGITransport(create_app(replace(house, settings=settings)))
    async with httpx.AsyncClient(transport=transport, base_url="http://kalends.test") as client:
        tokens = (await post(client, "/auth/signup", SIGN_UP)).json()
        listed = await client.get("/api/v2/auth/sessions", headers=bearer(tokens["access_token"]))
    assert tokens["expires_in"] == 5 * 60
    [session] = listed.json()["items"]
    opened, ends = (datetime.fromisoformat(session[k]) for k in ("created_at", "expires_at"))
    assert ends - opened == timedelta(days=1)


@pytest.mark.req("H-013")
async def test_a_version_claim_is_compared_with_the_database(
    client: httpx.AsyncClient, house: House
) -> None:
    tokens = (await post(client, "/auth/signup", SIGN_UP)).json()
    claims = jwt.decode(tokens["access_token"], options={"verify_signature": False})
    assert claims["sub"] == tokens["user"]["id"]
    async with open_unit(house) as unit:
        await unit.session.execute(text("UPDATE users SET token_version = token_version + 1"))
    assert (await me(client, tokens["access_token"])).status_code == 401


async def test_a_token_of_a_deployment_with_another_secret_is_refused(
    client: httpx.AsyncClient,
) -> None:
    tokens = (await post(client, "/auth/signup", SIGN_UP)).json()
    claims = jwt.decode(tokens["access_token"], options={"verify_signature": False})
    forged = jwt.encode(claims, "another-secret-of-at-least-32-bytes-length", "HS256")
    answer = await me(client, forged)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic abc", "Token x", "Bearer a b"])
async def test_another_authorization_header_is_refused(
    client: httpx.AsyncClient, header: str
) -> None:
    answer = await client.get("/api/v2/auth/me", headers={"Authorization": header})
    assert answer.status_code == 401


async def test_an_expired_access_token_does_not_hinder_signing_in(
    client: httpx.AsyncClient,
) -> None:
    await post(client, "/auth/signup", SIGN_UP)
    body = {"email": EMAIL, "password": PASSWORD}
    answer = await post(client, "/auth/login", body, headers=bearer("expired"))
    assert answer.status_code == 200


@pytest.mark.req("H-213", "H-214")
@pytest.mark.parametrize(("path", "limit"), [("/auth/login", 10), ("/auth/signup", 5)])
async def test_attempts_of_one_address_are_limited(
    client: httpx.AsyncClient, path: str, limit: int
) -> None:
    headers = own_address()
    body = {"email": "nobody@example.com", "password": "x"}
    answers = [
        await client.post(f"/api/v2{path}", json=body, headers=headers) for _ in range(limit + 1)
    ]
    assert all(a.status_code in {401, 422} for a in answers[:-1])
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) >= 1


async def test_passwords_and_phones_are_not_readable_in_the_database(
    client: httpx.AsyncClient, house: House
) -> None:
    tokens = (await post(client, "/auth/signup", SIGN_UP)).json()
    async with open_unit(house) as unit:
        rows = await unit.session.execute(
            text(
                "SELECT u.*::text || s.*::text || r.*::text FROM users u, sessions s, refresh_tokens r"
            )
        )
        dump = "".join(str(row) for row in rows)
    for secret in (PASSWORD, "9876543210", tokens["refresh_token"], tokens["access_token"]):
        assert secret not in dump
        assert secret.encode().hex() not in dump


async def test_signing_up_is_told_to_the_rooms_above(house: House) -> None:
    from kalends.identity import NewPerson, register_person

    async with open_unit(house) as unit:
        person = await register_person(unit, NewPerson("new@example.com", "no-hash"))
        assert unit.emitted == [UserRegistered(user_id=person.id)]
