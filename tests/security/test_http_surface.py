"""What every answer carries, whatever its status, and who may ask from where."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace

import httpx
import pytest

from kalends.app.asgi import create_app
from kalends.core.house import House
from tests.fixtures.deals import API
from tests.fixtures.people import PASSWORD, operator, own_address, signed_up
from tests.security.world import World

Opened = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]
ORIGIN = "https://app.halls.example"
SAFE = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "strict-transport-security": "max-age=31536000",
    "cache-control": "no-store",
}


@pytest.fixture
def with_settings(house: House) -> Opened:
    """`async with with_settings(allowed_hosts=…) as http`: the same house under other settings."""

    @asynccontextmanager
    async def opened(**changes: object) -> AsyncIterator[httpx.AsyncClient]:
        settings = house.settings.model_copy(update=changes)
        transport = httpx.ASGITransport(
            create_app(replace(house, settings=settings)), raise_app_exceptions=False
        )
        async with httpx.AsyncClient(transport=transport, base_url="http://halls.example") as http:
            yield http

    return opened


async def _answers(world: World) -> list[httpx.Response]:
    """One answer of every status that a caller can bring about."""
    http, near = world.client, world.halves["near"]
    boss = world.callers["super_admin"].headers
    mine = f"{API}/bookings/{near.things['booking_id']}"
    user = f"{API}/admin/users/{near.things['user_id']}"
    large = {"content": b"x" * 2_000_000, "headers": near.customer.headers}
    again = {"email": near.customer.email, "password": PASSWORD}
    fresh = {"email": "fresh@example.com", "password": PASSWORD}
    return [
        await http.get("/"),
        await http.get("/healthz"),
        await http.get(mine, headers=near.customer.headers),
        await http.post(f"{API}/auth/signup", json=fresh, headers=own_address()),
        await http.delete(f"{API}/addons/{near.things['addon_id']}", headers=boss),
        await http.post(
            f"{API}/auth/login", content=b"{", headers={"Content-Type": "application/json"}
        ),
        await http.get(mine),
        await http.get(f"{API}/admin/users", headers=near.customer.headers),
        await http.get(mine, headers=world.halves["far"].customer.headers),
        await http.get("/no-such-path"),
        await http.put(mine, headers=near.customer.headers),
        await http.post(f"{API}/auth/signup", json=again, headers=own_address()),
        await http.post(f"{API}/auth/login", **large),
        await http.get(f"{API}/venues?limit=0"),
        await http.patch(f"{user}/suspend", headers=boss),
    ]


async def test_every_answer_carries_the_headers_that_protect(world: World) -> None:
    answers = await _answers(world)
    statuses = {answer.status_code for answer in answers}
    assert statuses == {200, 201, 204, 400, 401, 403, 404, 405, 409, 413, 422, 428}
    for answer in answers:
        said = {name: answer.headers.get(name) for name in SAFE}
        assert said == SAFE, answer.request.url
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "server" not in answer.headers
        assert answer.headers["x-request-id"]
        if answer.is_error:
            assert answer.headers["content-type"] == "application/problem+json"


async def test_a_wrong_method_is_told_the_right_ones(world: World) -> None:
    path = f"{API}/rooms/{world.halves['near'].things['room_id']}"
    answer = await world.client.put(path, headers=world.callers["super_admin"].headers)
    assert answer.headers["allow"] == "DELETE, GET, PATCH"
    disguised = {"X-HTTP-Method-Override": "DELETE"} | world.callers["super_admin"].headers
    assert (await world.client.post(path, headers=disguised)).status_code == 405
    assert (await world.client.get(path, headers=disguised)).status_code == 200


@pytest.mark.req("H-223")
async def test_only_the_origins_of_the_settings_may_read_answers(with_settings: Opened) -> None:
    strangers = [
        "https://evil.example", "null", "http://app.halls.example", f"{ORIGIN}.evil.example",
        "https://halls.example", "https://xapp.halls.example", f"{ORIGIN}:8443", f"{ORIGIN}/", "",
    ]  # fmt: skip
    async with with_settings(backend_cors_origins=f"{ORIGIN}, https://halls.test") as http:
        allowed = await http.get("/healthz", headers={"Origin": ORIGIN})
        assert allowed.headers["access-control-allow-origin"] == ORIGIN
        assert allowed.headers["access-control-allow-credentials"] == "true"
        for origin in strangers:
            answer = await http.get("/healthz", headers={"Origin": origin})
            assert "access-control-allow-origin" not in answer.headers, origin


@pytest.mark.req("H-223")
async def test_a_browser_may_send_the_documented_methods_and_headers(with_settings: Opened) -> None:
    async with with_settings(backend_cors_origins=ORIGIN) as http:
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            asked = {
                "Origin": ORIGIN,
                "Access-Control-Request-Method": method,
                "Access-Control-Request-Headers": "authorization, content-type, idempotency-key",
            }
            answer = await http.options(f"{API}/bookings", headers=asked)
            assert answer.status_code == 200, method
            assert answer.headers["access-control-allow-origin"] == ORIGIN
        asked["Origin"] = "https://evil.example"
        assert (await http.options(f"{API}/bookings", headers=asked)).status_code == 400


@pytest.mark.req("H-224")
async def test_only_the_hosts_of_the_settings_are_served(with_settings: Opened) -> None:
    async with with_settings(allowed_hosts="halls.example,*.halls.example") as http:
        for host in ("halls.example", "halls.example:8000", "www.halls.example"):
            assert (await http.get("/healthz", headers={"Host": host})).status_code == 200
        for host in (
            "evil.example",
            "halls.example.evil.example",
            "",
            "xhalls.example",
            "localhost",
        ):
            answer = await http.get("/healthz", headers={"Host": host})
            assert answer.status_code == 400, host
            assert answer.headers["x-content-type-options"] == "nosniff"


async def test_what_a_request_says_about_its_host_opens_no_door(
    house: House, client: httpx.AsyncClient
) -> None:
    me = await signed_up(client)
    boss = await operator(house, client)
    said = [
        {"Host": "x/admin?"}, {"Host": "kalends.test/api/v2/auth/login#"}, {"Host": "@kalends.test"},
        {"X-Forwarded-Host": "kalends.test"}, {"X-Original-URL": f"{API}/healthz"},
        {"X-Rewrite-URL": "/healthz"}, {"X-Forwarded-Prefix": "/dev"}, {"Forwarded": "host=x"},
    ]  # fmt: skip
    for lie in said:
        assert (await client.get(f"{API}/admin/users", headers=me | lie)).status_code == 403, lie
        assert (await client.get(f"{API}/admin/users", headers=lie)).status_code == 401, lie
        assert (await client.get(f"{API}/admin/users", headers=boss | lie)).status_code == 200, lie


@pytest.mark.parametrize(
    "path",
    [
        "//api/v2/admin/users", "/api/v2//admin/users", "/api/v2/admin/users/", "/api/v2/admin/users%20",
        "/api/v2/./admin/users", "/api/v2/auth/..%2fadmin/users", "/API/V2/ADMIN/USERS",
        "/api/v2/admin/users;x=1", "/api/v2/admin%2fusers", "/api/v2/admin/users.json",
    ],
)  # fmt: skip
async def test_another_spelling_of_a_path_is_no_way_around(
    client: httpx.AsyncClient, path: str
) -> None:
    me = await signed_up(client)
    url = httpx.URL("http://kalends.test").copy_with(raw_path=path.encode())
    answer = await client.get(url, headers=me)
    assert answer.status_code in {401, 403, 404, 422}
    assert "location" not in answer.headers
