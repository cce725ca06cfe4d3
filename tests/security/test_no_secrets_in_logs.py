"""What people trust us with does not turn up in any log: of the server, the worker or the database."""

import json
import re
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from kalends.app import postgres
from kalends.core.house import House
from kalends.core.unit import open_unit
from kalends.identity import add_membership
from tests.fixtures.deals import API, at_hour, paid_at_sandbox, rental, scalar
from tests.fixtures.people import bearer
from tests.fixtures.places import a_room, a_venue
from tests.fixtures.servers import Server, eventually, running

PASSWORD, WRONG = "canary-tulsi-4711", "canary-wrong-4712"
EMAIL, PHONE = "canary-4713@example.com", "+919876504714"
TOKEN, NAME = "canary-4715-token", "Canary-4716 Patil"
ACCOUNT, IFSC = "CANARY47180099", "CANA0047190"
NUMBERS = (ACCOUNT, IFSC, "4711", "4712", "canary-4713", "9876504714", "4715", "4716", "4717")
MALFORMED = [
    {"password": PASSWORD},
    {"email": EMAIL, "password": [PASSWORD]},
    {"email": EMAIL, "password": PASSWORD, "phone": f"{PHONE}\0"},
    {"email": f"{EMAIL}\ud800", "password": PASSWORD},
]


async def _enters(http: httpx.AsyncClient) -> list[str]:
    """Sign up and in, with all that may go wrong; the tokens that were given out."""
    for body in MALFORMED:
        content, kind = json.dumps(body), {"Content-Type": "application/json"}
        for path in ("signup", "login"):
            answer = await http.post(f"{API}/auth/{path}", content=content, headers=kind)
            assert answer.status_code == 422
    person = {"email": EMAIL, "password": PASSWORD, "name": NAME, "phone": PHONE}
    signed_up = (await http.post(f"{API}/auth/signup", json=person)).json()
    for body in ({"email": EMAIL, "password": WRONG}, {"email": EMAIL, "password": PASSWORD}):
        await http.post(f"{API}/auth/login", json=body)
        await http.post(f"{API}/auth/login", params=body)
    await http.get(f"{API}/auth/me", headers=bearer(TOKEN))
    old = {"refresh_token": signed_up["refresh_token"]}
    renewed = (await http.post(f"{API}/auth/refresh", json=old)).json()
    return [t[name] for t in (signed_up, renewed) for name in ("access_token", "refresh_token")]


async def _books(http: httpx.AsyncClient, house: House, token: str) -> list[str]:
    """Book, pay and cancel; the mails and webhooks follow in the worker. The tokens of the letters' links."""
    room, me = await a_room(house), bearer(token)
    body = rental(room.id, await at_hour(house), 1)
    booking = (await http.post(f"{API}/bookings", json=body, headers=me)).json()
    await paid_at_sandbox(http, me, booking["id"])

    async def confirmed() -> bool:
        answer = await http.get(f"{API}/bookings/{booking['id']}/status", headers=me)
        return bool(answer.json()["state"] == "confirmed")

    await eventually(confirmed)
    links = await _links(http)
    await http.post(f"{API}/bookings/{booking['id']}/cancel", json={"reason": "rain"}, headers=me)
    for url in links:
        for asked in (url, f"{url}/", f"{url}x", f"/nowhere{url}", f"{url}?day=2030-01-01"):
            await http.get(asked)
            await http.post(asked, data={"reason": "rain"})

    async def told() -> bool:
        letters = (await http.get("/dev/messages", params={"to": EMAIL})).json()["items"]
        return any("cancel" in letter["subject"].lower() for letter in letters)

    await eventually(told)
    forged = {"x-sandbox-signature": f"t=1,v1={TOKEN}"}
    await http.post(f"{API}/payments/webhook/sandbox", content=b'{"note":"4717"}', headers=forged)
    await http.get("/nothing%0Ahere%0D%0A{%22level%22:%22forged%22}")
    return [url.rpartition("/")[2] for url in links]


async def _links(http: httpx.AsyncClient) -> list[str]:
    """The paths of the links in the confirmation, once it has left."""
    found: list[str] = []

    async def sent() -> bool:
        letters = (await http.get("/dev/messages", params={"to": EMAIL})).json()["items"]
        texts = " ".join(letter["text"] for letter in letters)
        found[:] = re.findall(r"(/links/[\w-]+)", texts)
        return bool(found)

    await eventually(sent)
    return found


async def _is_to_be_paid(http: httpx.AsyncClient, house: House, token: str) -> None:
    """Give a bank account, with all that may go wrong; the worker asks the bank about it."""
    provider_id, me = (await a_venue(house)).provider_id, bearer(token)
    user_id = UUID((await http.get(f"{API}/auth/me", headers=me)).json()["id"])
    async with open_unit(house) as unit:
        await add_membership(unit, user_id, "owner", provider_id, None)
    told = {"holder": NAME, "account_number": ACCOUNT, "routing": IFSC}
    for wrong in ({"routing": ACCOUNT}, {"country": IFSC}, {"account_number": f"{ACCOUNT}!"}):
        answer = await http.post(f"{API}/providers/bank-details", json=told | wrong, headers=me)
        assert answer.status_code == 422
    answer = await http.post(f"{API}/providers/bank-details", json=told, headers=me)
    assert answer.status_code == 201
    assert ACCOUNT not in answer.text

    async def asked() -> bool:
        query = "SELECT count(*) FROM procrastinate_jobs WHERE task_name LIKE '%verify_bank%'"
        return bool(await scalar(house, query) == 0)

    await eventually(asked)


def _secrets_of(house: House) -> list[str]:
    settings = house.settings
    kept = (
        settings.jwt_secret,
        settings.encryption_keys,
        settings.sandbox_secret,
        settings.admin_bootstrap_token,
    )
    return [secret.get_secret_value() for secret in kept if secret]


def _lines(log: Path) -> list[dict[str, Any]]:
    """Every line, which must be one object: nothing that somebody sent makes a line of its own."""
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]


@pytest.mark.req("C-54")
async def test_a_whole_story_leaves_no_secret_in_any_log(
    house: House, cluster: postgres.Cluster, database: str, tmp_path: Path
) -> None:
    log, begin = tmp_path / "server.log", cluster.log_file.stat().st_size
    url = cluster.url(database, "kalends_app")
    server = Server(house.settings, url, log, worker=True)
    async with running(server), httpx.AsyncClient(base_url=server.url, timeout=60) as http:
        tokens = await _enters(http)
        tokens += await _books(http, house, tokens[0])
        await _is_to_be_paid(http, house, tokens[0])
    lines = _lines(log)
    assert sum(line["event"] == "request" for line in lines) > 20
    assert all({"timestamp", "level", "service"} <= line.keys() for line in lines)
    requests = [line for line in lines if line["event"] == "request"]
    wanted = {
        "method",
        "endpoint",
        "path",
        "request_id",
        "status_code",
        "duration_ms",
        "size_bytes",
    }
    assert all(wanted <= line.keys() for line in requests)
    said = (log.read_bytes() + cluster.log_file.read_bytes()[begin:]).decode("utf-8", "replace")
    found = [secret for secret in (*NUMBERS, *tokens, *_secrets_of(house)) if secret in said]
    assert not found
