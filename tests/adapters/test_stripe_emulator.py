"""The emulator is as strict as what it stands for; a lenient one would prove nothing."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.emulators.stripe.app import SECRET_KEY
from tests.emulators.stripe.driver import StripeProvider

INTENT = {"amount": "500", "currency": "usd"}


@pytest.fixture
async def http(stripe: StripeProvider) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"authorization": f"Bearer {SECRET_KEY}"}
    url = f"{stripe.base_url}/v1/"
    async with httpx.AsyncClient(base_url=url, headers=headers, trust_env=False) as client:
        yield client


async def refused(http: httpx.AsyncClient, path: str, form: dict[str, Any]) -> tuple[int, str]:
    answer = await http.post(path, data=form)
    error = answer.json()["error"]
    return answer.status_code, error.get("code") or error.get("param")


@pytest.mark.parametrize(
    ("path", "form", "code"),
    [
        ("payment_intents", {"amount": "500"}, "parameter_missing"),
        ("payment_intents", INTENT | {"bogus": "1"}, "parameter_unknown"),
        ("payment_intents", INTENT | {"metadata[a][b]": "1"}, "metadata"),
        ("payment_intents", {"amount": "5.00", "currency": "usd"}, "parameter_invalid_integer"),
        ("payment_intents", {"amount": "500", "currency": "USD"}, "currency"),
        ("payment_intents", {"amount": "0", "currency": "usd"}, "amount_too_small"),
        ("payment_intents", INTENT | {"capture_method": "later"}, "capture_method"),
        ("payment_intents", INTENT | {"expand[]": "bogus"}, "expand"),
        ("refunds", {"charge": "ch_1", "reason": "other"}, "reason"),
        ("refunds", {"amount": "5"}, "charge"),
        ("transfers", INTENT | {"destination": "acct_1"}, "resource_missing"),
    ],
)
async def test_bad_parameters_are_refused(
    http: httpx.AsyncClient, path: str, form: dict[str, str], code: str
) -> None:
    assert await refused(http, path, form) == (400, code)


async def test_other_doors_are_shut(http: httpx.AsyncClient) -> None:
    assert (await http.get("nonsense")).status_code == 404
    assert (await http.get("payment_intents/pi_1")).status_code == 404
    assert (await http.post("payment_intents", json=INTENT)).status_code == 415
    assert (await http.get("refunds", params={"limit": "101"})).status_code == 400
    no_key = await http.get("refunds", headers={"authorization": "Bearer sk_test_other"})
    assert no_key.status_code == 401


async def test_a_key_keeps_its_first_answer(http: httpx.AsyncClient) -> None:
    key = {"idempotency-key": "k-1"}
    first = await http.post("payment_intents", data=INTENT, headers=key)
    again = await http.post("payment_intents", data=INTENT, headers=key)
    assert (first.content, again.headers["idempotent-replayed"]) == (again.content, "true")
    assert "idempotent-replayed" not in first.headers
    other = await http.post("payment_intents", data=INTENT | {"amount": "6"}, headers=key)
    assert other.json()["error"]["type"] == "idempotency_error"


async def test_a_key_keeps_server_errors_but_no_malformed_request(
    http: httpx.AsyncClient, stripe: StripeProvider
) -> None:
    key = {"idempotency-key": "k-1"}
    assert (
        await http.post("payment_intents", data={"amount": "5"}, headers=key)
    ).status_code == 400
    await stripe.pull("fault", kind="error_after")
    for _ in range(2):
        answer = await http.post("payment_intents", data=INTENT, headers=key)
        assert answer.status_code == 500
    assert (await stripe.pull("state"))["counts"]["payment_intent"] == 1


async def test_two_at_a_time_with_one_key_clash(
    http: httpx.AsyncClient, stripe: StripeProvider
) -> None:
    await stripe.pull("fault", kind="slow_after", seconds=0.5)
    key = {"idempotency-key": "k-1"}
    answers = await asyncio.gather(
        *(http.post("payment_intents", data=INTENT, headers=key) for _ in range(2))
    )
    assert sorted(a.status_code for a in answers) == [200, 409]
    assert (await stripe.pull("state"))["counts"]["payment_intent"] == 1


async def test_webhooks_are_delivered_over_http_in_the_order_that_is_asked_for(
    http: httpx.AsyncClient, stripe: StripeProvider
) -> None:
    intent = (await http.post("payment_intents", data=INTENT)).json()
    await stripe.pull("pay", intent=intent["id"], outcome="captured")
    events = [stripe.adapter.parse_webhook(*sent) for sent in await stripe.webhooks()]
    kinds = [e.kind for e in events]
    assert kinds == ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]
    wanted = [events[2].event_id, events[0].event_id, events[2].event_id]
    received: list[bytes] = []

    async def receive(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        size = int(head.split(b"content-length: ")[1].split(b"\r\n")[0])
        signature = head.split(b"stripe-signature: ")[1].split(b"\r\n")[0].decode()
        body = await reader.readexactly(size)
        stripe.adapter.parse_webhook(body, {"stripe-signature": signature})
        received.append(body)
        writer.write(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(receive, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        answers = await stripe.pull("deliver", url=f"http://127.0.0.1:{port}/", ids=wanted)
    assert answers == [204, 204, 204]
    assert [json.loads(body)["id"] for body in received] == wanted
