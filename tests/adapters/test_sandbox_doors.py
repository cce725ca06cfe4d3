"""Who gets into the sandbox bank, with what, and what people see there."""

import httpx
import pytest

from kalends.adapters.sandbox import SandboxGateway
from kalends.core.gateways import BadSignature, GatewayError
from kalends.core.money import Money

PRICE = Money(35000, "INR")
FORM = {"content-type": "application/x-www-form-urlencoded"}


async def _order(gateway):
    return (await gateway.create_order(reference="payment-0001", amount=PRICE)).order_id


@pytest.mark.parametrize("header", [None, "Bearer wrong", "Bearer", "Basic abc", "Bearer é"])
async def test_only_the_merchant_reaches_the_api(browser, header):
    headers = {"authorization": header.encode()} if header else {}
    order = {"reference": "payment-0001", "amount": 100, "currency": "INR"}
    refund = {"payment_id": "pay_00000001", "amount": 1, "currency": "INR", "key": "refund-0001"}
    answers = [
        await browser.post("/sandbox/v1/orders", json=order, headers=headers),
        await browser.get("/sandbox/v1/orders/order_1", headers=headers),
        await browser.post("/sandbox/v1/refunds", json=refund, headers=headers),
    ]
    assert [a.status_code for a in answers] == [401, 401, 401]


async def test_an_unknown_order_is_not_found(browser, gateway):
    assert (await browser.get("/sandbox/checkout/order_1")).status_code == 404
    paid = await browser.post("/sandbox/checkout/order_1", json={"instrument": "success"})
    assert paid.status_code == 404
    with pytest.raises(GatewayError, match="nothing here"):
        await gateway.fetch("order_1")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"instrument": "gold"}', 422),
        (b'{"instrument": ["success"]}', 422),
        (b'["success"]', 422),
        (b"{}", 422),
        (b"", 400),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
    ],
)
async def test_a_strange_choice_is_refused_in_plain_words(browser, gateway, body, status):
    order_id = await _order(gateway)
    answer = await browser.post(f"/sandbox/checkout/{order_id}", content=body)
    assert answer.status_code == status
    assert answer.json()["detail"]
    assert (await gateway.fetch(order_id)).status == "created"


async def test_a_form_pays_without_a_script_and_answers_a_page(browser, gateway):
    order_id = await _order(gateway)
    page = await browser.get(f"/sandbox/checkout/{order_id}")
    assert "₹350.00" in page.text
    assert 'method="post"' in page.text
    assert "<script" not in page.text
    for instrument in ("success", "declined", "late", "out-of-order", "wrong-amount"):
        assert f'value="{instrument}"' in page.text
    paid = await browser.post(
        f"/sandbox/checkout/{order_id}", content="instrument=success", headers=FORM
    )
    assert paid.headers["content-type"].startswith("text/html")
    assert "Paid." in paid.text
    assert "<button" not in (await browser.get(f"/sandbox/checkout/{order_id}")).text


async def test_the_statement_is_json_for_programs_and_a_page_for_browsers(browser, gateway):
    order_id = await _order(gateway)
    empty = await browser.get("/sandbox/statement")
    assert empty.json() == {"totals": [], "movements": []}
    await browser.post(f"/sandbox/checkout/{order_id}", json={"instrument": "success"})
    statement = (await browser.get("/sandbox/statement")).json()
    assert statement["totals"] == [
        {
            "currency": "INR",
            "taken": 35000,
            "given": 0,
            "paid_out": 0,
            "disputed": 0,
            "fees": 0,
            "balance": 35000,
            "captures": 1,
            "refunds": 0,
            "payouts": 0,
            "disputes": 0,
        }
    ]
    (movement,) = statement["movements"]
    assert (movement["order_id"], movement["reference"]) == (order_id, "payment-0001")
    page = await browser.get("/sandbox/statement", headers={"accept": "text/html,*/*"})
    assert page.headers["content-type"].startswith("text/html")
    assert "₹350.00" in page.text


async def _webhook(browser, gateway, run_jobs, bank, wire):
    order_id = await _order(gateway)
    await browser.post(f"/sandbox/checkout/{order_id}", json={"instrument": "success"})
    await run_jobs(bank)
    (request,) = wire.webhooks
    return request.content, dict(request.headers)


async def test_a_webhook_is_believed_only_as_it_was_signed(browser, gateway, run_jobs, bank, wire):
    body, headers = await _webhook(browser, gateway, run_jobs, bank, wire)
    upper = {name.title(): value for name, value in headers.items()}
    assert gateway.parse_webhook(body, upper).order_id
    rotated = headers | {"webhook-signature": "v1,old " + headers["webhook-signature"]}
    assert gateway.parse_webhook(body, rotated).order_id
    other = SandboxGateway(gateway.base_url, "another secret")
    with pytest.raises(BadSignature):
        other.parse_webhook(body, headers)
    for name in ("webhook-id", "webhook-timestamp", "webhook-signature"):
        for value in ("", "evt_1", "1", "é"):
            with pytest.raises(BadSignature):
                gateway.parse_webhook(body, headers | {name: value})
    for changed in (body + b" ", body.replace(b"35000", b"35001"), b""):
        with pytest.raises(BadSignature):
            gateway.parse_webhook(changed, headers)


@pytest.mark.parametrize("offset", [-301, 301])
async def test_an_old_or_future_webhook_is_a_replay(gateway, offset):
    from kalends.adapters.sandbox.rules import sign_webhook
    from kalends.core.clock import real_now

    stamp = str(int(real_now().timestamp()) + offset)
    headers = {
        "webhook-id": "evt_1",
        "webhook-timestamp": stamp,
        "webhook-signature": sign_webhook(gateway._secret, "evt_1", stamp, b"{}"),
    }
    with pytest.raises(BadSignature, match="replay"):
        gateway.parse_webhook(b"{}", headers)


@pytest.mark.parametrize(
    ("outcome", "unknown"),
    [
        (httpx.ConnectError("no"), False),
        (httpx.ConnectTimeout("no"), False),
        (httpx.ReadTimeout("slow"), True),
        (httpx.RemoteProtocolError("cut"), True),
        (httpx.Response(503, json={}), True),
        (httpx.Response(200, text="<html>"), True),
        (httpx.Response(429, json={"detail": "wait"}), False),
    ],
)
async def test_what_may_have_happened_is_told_from_what_did_not(outcome, unknown):
    def answer(_: httpx.Request) -> httpx.Response:
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    with pytest.raises(GatewayError) as error:
        await SandboxGateway("http://bank.test", "s", client).fetch("order_1")
    assert error.value.unknown is unknown
