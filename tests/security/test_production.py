"""What production does not have, and what a marketplace that is read-only still does."""

import base64
import secrets
from collections.abc import AsyncIterator
from dataclasses import replace
from importlib import resources
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from pydantic import ValidationError

from kalends.app import postgres
from kalends.app.asgi import create_app, serve
from kalends.app.wiring import build_house
from kalends.core.house import House
from kalends.core.settings import Settings
from tests.fixtures.deals import API
from tests.fixtures.people import PASSWORD, own_address
from tests.security.calls import Call
from tests.security.world import World

HOST = "halls.example"
DOORS = (
    "/dev/messages", "/dev/mailbox", "/dev/people", "/dev/clock", "/sandbox/statement",
    "/sandbox/checkout/order_1", "/sandbox/v1/orders/order_1", "/docs", "/redoc",
)  # fmt: skip


def _profile(folder: Path) -> Path:
    """The profile that ships, with gateways of which none is a pretence."""
    shipped = resources.files("kalends.profiles").joinpath("hall-booking.toml").read_text("utf-8")
    path = folder / "halls.toml"
    path.write_text(shipped + '\n[payments]\ngateways = ["wallet"]\n', encoding="utf-8")
    return path


def _settings(folder: Path, **changes: object) -> Settings:
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    given: dict[str, object] = {
        "app_env": "production",
        "kalends_home": folder,
        "profile": str(_profile(folder)),
        "database_url": "postgresql://kalends@db.example/kalends",
        "jwt_secret": secrets.token_urlsafe(48),
        "encryption_keys": f"1:{key}",
        "public_url": f"https://{HOST}",
        "allowed_hosts": HOST,
        "smtp_server": "mail.example",
    }
    return Settings.model_validate(given | changes)


@pytest.fixture
async def production(
    cluster: postgres.Cluster, database: str, tmp_path: Path
) -> AsyncIterator[httpx.AsyncClient]:
    """A client, from an address that is no proxy of ours, of a house in production."""
    house = build_house(_settings(tmp_path), cluster.url(database, "kalends_app"))
    transport = httpx.ASGITransport(create_app(house), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=f"https://{HOST}") as http:
        yield http
    await house.close()


async def test_production_has_no_doors_for_developers(production: httpx.AsyncClient) -> None:
    for path in DOORS:
        for method in ("GET", "POST"):
            answer = await production.request(method, path, json={})
            assert answer.status_code == 404, (method, path)
    documented = (await production.get("/openapi.json")).json()["paths"]
    assert documented
    assert not [path for path in documented if path.startswith(("/dev", "/sandbox"))]
    page = (await production.get("/")).text
    assert not [door for door in ("/dev/", "/sandbox/", "/docs") if f'href="{door}' in page]


async def test_production_works(production: httpx.AsyncClient) -> None:
    body = {"email": "asha@example.com", "password": PASSWORD}
    assert (await production.post(f"{API}/auth/signup", json=body)).status_code == 201
    assert (await production.get("/readyz")).json() == {"status": "ready"}


async def test_in_production_nobody_is_a_proxy_unless_named(production: httpx.AsyncClient) -> None:
    body = {"email": "nobody@example.com", "password": "wrong-words-77"}
    answers = [
        await production.post(f"{API}/auth/login", json=body, headers=own_address())
        for _ in range(11)
    ]
    assert answers[-1].status_code == 429


def test_the_sandbox_is_never_wired_in_production(tmp_path: Path) -> None:
    settings = _settings(tmp_path, profile="hall-booking")
    with pytest.raises(ValueError, match="sandbox gateway cannot run in production"):
        build_house(settings, "postgresql+asyncpg://nobody@localhost/none")
    with pytest.raises(ValidationError, match="unset SANDBOX_SECRET"):
        _settings(tmp_path, sandbox_secret=secrets.token_urlsafe(32))


@pytest.fixture
async def closed(world: World, app: FastAPI) -> World:
    """The same world, while nothing may change in it."""
    settings = world.house.settings.model_copy(update={"read_only_mode": True})
    house = replace(world.house, settings=settings)
    serve(app, house)
    return replace(world, house=house)


async def test_read_only_refuses_writes_and_keeps_reading(closed: World, calls: list[Call]) -> None:
    allowed = closed.house.profile.ops.read_only_allow
    values = closed.values(closed.halves["near"].things)
    for call in calls:
        above = call.rule.who.value in {"manager", "operator", "moderator", "super_admin"}
        caller = closed.callers["super_admin" if above else "near customer"]
        if call.route == "POST /auth/logout":
            caller = closed.callers["moderator"]
        answer = await closed.client.request(**call.request(values, caller.headers))
        if call.changes and not call.path.startswith(allowed):
            assert answer.status_code == 503, call.route
            assert answer.json()["type"] == "/problems/read-only"
            assert answer.headers["retry-after"]
        else:
            assert answer.status_code != 503, call.route


async def test_read_only_leaves_the_same_doors_open_under_a_marketplaces_own_paths(
    house: House,
) -> None:
    settings = house.settings.model_copy(update={"read_only_mode": True})
    literal = {"literal_paths": True, "literal_prefix": "/api"}
    shut = replace(house, settings=settings, profile=house.profile.model_copy(update=literal))
    transport = httpx.ASGITransport(create_app(shut), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://kalends.test") as http:
        for prefix in (API, "/api"):
            body = {"refresh_token": "nobody's"}
            assert (await http.post(f"{prefix}/auth/refresh", json=body)).status_code == 401
            assert (await http.post(f"{prefix}/payments/webhook")).status_code != 503
            assert (await http.post(f"{prefix}/auth/signup", json={})).status_code == 503


def test_what_stays_open_is_what_cannot_wait(house: House) -> None:
    assert set(house.profile.ops.read_only_allow) == {
        "/payments/webhook", "/auth/logout", "/auth/refresh",
    }  # fmt: skip
