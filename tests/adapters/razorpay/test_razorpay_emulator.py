"""The emulated Razorpay is as strict, and as odd, as the real one is documented to be."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from tests.adapters.contract.provider import Outcome
from tests.emulators.razorpay.__main__ import KEY_ID, KEY_SECRET
from tests.emulators.razorpay.banking import ACCOUNT_NUMBER

PAIR = base64.b64encode(f"{KEY_ID}:{KEY_SECRET}".encode()).decode()
ORDER = {"amount": 1000, "currency": "INR"}


@pytest.fixture
async def api(razorpay):
    headers = {"authorization": f"Basic {PAIR}"}
    async with httpx.AsyncClient(
        base_url=f"{razorpay.url}/v1", headers=headers, trust_env=False
    ) as http:
        yield http


async def made(api, path, body, **headers):
    answer = await api.post(path, json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def error(sent):
    answer = await sent
    return answer.status_code, answer.json()["error"]


@pytest.mark.parametrize("scheme", ["basic", "BASIC", "Bearer"])
async def test_only_the_exact_scheme_and_pair_open_the_door(api, scheme):
    headers = {"authorization": f"{scheme} {PAIR}"}
    status, _ = await error(api.get("orders", headers=headers))
    assert status == 401


async def test_an_unknown_address_is_a_bad_request(api):
    status, found = await error(api.get("nowhere"))
    assert (status, found["code"], found["reason"]) == (400, "BAD_REQUEST_ERROR", "NA")


async def test_an_order_goes_from_created_over_attempted_to_paid_and_stays_there(api, razorpay):
    order = await made(api, "orders", ORDER)
    assert (order["status"], order["notes"], order["attempts"]) == ("created", [], 0)
    path = f"orders/{order['id']}"
    await razorpay.pay(order["id"], Outcome.declined)
    assert (await api.get(path)).json()["status"] == "attempted"
    payment = await razorpay.pay(order["id"], Outcome.captured)
    assert (await api.get(path)).json()["status"] == "paid"
    await made(api, f"payments/{payment}/refund", {})
    assert (await api.get(path)).json()["status"] == "paid"
    assert (await api.get(f"payments/{payment}")).json()["refund_status"] == "full"


async def test_a_second_reserved_payment_cannot_be_captured_and_goes_back(api, razorpay):
    order = await made(api, "orders", ORDER)
    first, second = [await razorpay.pay(order["id"], Outcome.authorized) for _ in range(2)]
    await made(api, f"payments/{first}/capture", ORDER)
    status, found = await error(api.post(f"payments/{second}/capture", json=ORDER))
    assert (status, found["reason"]) == (400, "order_already_paid")
    await razorpay.act("wait", seconds=4 * 24 * 60 * 60)
    given_back = (await api.get(f"payments/{second}")).json()
    assert (given_back["status"], given_back["captured"]) == ("refunded", False)
    assert await razorpay.total() == 1000


@pytest.mark.parametrize(
    "options",
    [
        {"capture": "automatic", "capture_options": {"refund_speed": "normal"}},
        {"capture": "manual", "capture_options": {"manual_expiry_period": 20}},
        {
            "capture": "automatic",
            "capture_options": {"automatic_expiry_period": 11, "refund_speed": "normal"},
        },
        {
            "capture": "automatic",
            "capture_options": {
                "automatic_expiry_period": 30,
                "manual_expiry_period": 20,
                "refund_speed": "normal",
            },
        },
    ],
    ids=str,
)
async def test_capture_options_are_checked(api, options):
    status, _ = await error(api.post("orders", json=ORDER | {"payment": options}))
    assert status == 400


async def test_unknown_fields_of_a_refund_are_refused(api, razorpay):
    order = await made(api, "orders", ORDER)
    payment = await razorpay.pay(order["id"], Outcome.captured)
    status, found = await error(api.post(f"payments/{payment}/refund", json={"reason": "x"}))
    assert status == 400
    assert "should not be sent" in found["description"]


async def test_one_key_of_a_refund_is_one_body(api, razorpay):
    order = await made(api, "orders", ORDER)
    path = f"payments/{await razorpay.pay(order['id'], Outcome.captured)}/refund"
    key = {"x-refund-idempotency": "key-0000000001"}
    first = await made(api, path, {"amount": 500}, **key)
    assert await made(api, path, {"amount": 500}, **key) == first
    status, found = await error(api.post(path, json={"amount": 400}, headers=key))
    assert (status, found["description"][:17]) == (409, "Different request")


async def test_a_payout_needs_its_key(api):
    body = {"account_number": ACCOUNT_NUMBER}
    status, found = await error(api.post("payouts", json=body))
    assert (status, found["field"]) == (400, "X-Payout-Idempotency")


async def test_a_page_has_ten_unless_asked_and_a_hundred_at_most(api):
    for _ in range(12):
        await made(api, "orders", ORDER)
    newest = (await api.get("orders")).json()
    assert (newest["entity"], newest["count"]) == ("collection", 10)
    rest = (await api.get("orders", params={"skip": 10, "count": 100})).json()
    assert rest["count"] == 2
    status, _ = await error(api.get("orders", params={"count": 101}))
    assert status == 400


async def test_webhooks_are_delivered_in_any_order_and_number_and_with_an_old_secret(
    gateway, api, razorpay
):
    order = await made(api, "orders", ORDER)
    await razorpay.pay(order["id"], Outcome.captured)
    async with listening() as (url, heard):
        answers = await razorpay.act("deliver", url=url, order=[2, 0, 0], secret="previous")
    assert answers == [200, 200, 200]
    kinds = [gateway.parse_webhook(body, headers).kind for headers, body in heard]
    assert kinds == ["order.paid", "payment.authorized", "payment.authorized"]


async def test_a_changed_secret_signs_everything_from_then_on(gateway, api, razorpay):
    order = await made(api, "orders", ORDER)
    await razorpay.pay(order["id"], Outcome.captured)
    old = (await razorpay.webhooks())[0]
    await razorpay.act("rotate", secret="a new secret")
    new = (await razorpay.webhooks())[0]
    assert old[0] == new[0]
    ready = razorpay.another_adapter(
        razorpay_webhook_secret="a new secret",
        razorpay_webhook_secret_previous=razorpay.settings().razorpay_webhook_secret,
    )
    assert ready.parse_webhook(*old) == ready.parse_webhook(*new)


@asynccontextmanager
async def listening() -> AsyncIterator[tuple[str, list[tuple[dict[str, str], bytes]]]]:
    """A merchant's door that writes down what comes."""
    heard: list[tuple[dict[str, str], bytes]] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        pairs = (line.split(": ", 1) for line in head.split("\r\n")[1:-2])
        headers = {name.lower(): value for name, value in pairs}
        heard.append((headers, await reader.readexactly(int(headers["content-length"]))))
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}/hooks", heard
