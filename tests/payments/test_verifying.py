"""What a browser brings back, and looking at payments over HTTP."""

import httpx
import pytest

from kalends import ledger
from kalends.core.house import House
from tests.fixtures.gateways import FakeGateway
from tests.fixtures.people import operator, signed_up, user_id_of
from tests.payments.money import SUBJECT, balance, books_are_right, ordered, person

VERIFY = "/api/v2/payments/verify"


async def test_the_browser_and_the_webhook_reach_the_same_state(
    house: House, client: httpx.AsyncClient, provider: FakeGateway
) -> None:
    me = await signed_up(client)
    payment = await ordered(house, await user_id_of(client, me))
    order_id = payment.gateway_order_id
    provider.pay(order_id)
    body = {"gateway_order_id": order_id, "payload": provider.checkout_answer(order_id)}
    for _ in range(2):
        answer = await client.post(VERIFY, json=body, headers=me)
        assert answer.status_code == 200
        assert answer.json()["state"] == "captured"
        assert answer.json()["checkout"] is None
    assert await balance(house, ledger.escrow(SUBJECT)) == 100
    await books_are_right(house)


async def test_a_signed_answer_alone_captures_nothing(
    house: House, client: httpx.AsyncClient, provider: FakeGateway
) -> None:
    me = await signed_up(client)
    order_id = (await ordered(house, await user_id_of(client, me))).gateway_order_id
    body = {"gateway_order_id": order_id, "payload": provider.checkout_answer(order_id)}
    answer = await client.post(VERIFY, json=body | {"gateway": "sandbox"}, headers=me)
    assert answer.json()["state"] == "created"


async def test_a_wrong_amount_is_parked_for_the_browser_too(
    house: House, client: httpx.AsyncClient, provider: FakeGateway
) -> None:
    me = await signed_up(client)
    payment = await ordered(house, await user_id_of(client, me))
    provider.pay(payment.gateway_order_id, amount=payment.amount + payment.amount)
    body = {
        "gateway_order_id": payment.gateway_order_id,
        "payload": provider.checkout_answer(payment.gateway_order_id),
    }
    for _ in range(2):
        answer = await client.post(VERIFY, json=body, headers=me)
        assert answer.json()["state"] == "created"
    path = "/api/v2/admin/payments/parked"
    parked = (await client.get(path, headers=await operator(house, client))).json()["items"]
    assert [item["reason"] for item in parked] == ["amount_mismatch"]


@pytest.mark.parametrize("forgery", ["signature", "other order"])
async def test_a_forged_answer_is_refused(
    house: House, client: httpx.AsyncClient, provider: FakeGateway, forgery: str
) -> None:
    me = await signed_up(client)
    order_id = (await ordered(house, await user_id_of(client, me))).gateway_order_id
    payload = provider.checkout_answer(order_id)
    if forgery == "signature":
        payload["signature"] = "0" * 64
    else:
        payload = provider.checkout_answer("order_of_somebody")
    body = {"gateway_order_id": order_id, "payload": payload}
    answer = await client.post(VERIFY, json=body, headers=me)
    assert answer.status_code == 400
    assert answer.json()["type"] == "/problems/invalid-signature"


async def test_a_strangers_order_is_not_found(
    house: House, client: httpx.AsyncClient, provider: FakeGateway
) -> None:
    order_id = (await ordered(house, await person(house))).gateway_order_id
    body = {"gateway_order_id": order_id, "payload": provider.checkout_answer(order_id)}
    answer = await client.post(VERIFY, json=body, headers=await signed_up(client))
    assert answer.status_code == 404


async def test_a_silent_gateway_answers_503(
    house: House, client: httpx.AsyncClient, provider: FakeGateway
) -> None:
    me = await signed_up(client)
    order_id = (await ordered(house, await user_id_of(client, me))).gateway_order_id
    provider.down = True
    body = {"gateway_order_id": order_id, "payload": provider.checkout_answer(order_id)}
    answer = await client.post(VERIFY, json=body, headers=me)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"


async def test_payer_and_operators_see_a_payment_and_nobody_else(
    house: House, client: httpx.AsyncClient
) -> None:
    me = await signed_up(client)
    payment = await ordered(house, await user_id_of(client, me))
    path = f"/api/v2/payments/{payment.id}"
    seen = (await client.get(path, headers=me)).json()
    assert seen["amount"] == {"amount": 100, "currency": "INR"}
    assert seen["checkout"] == {"url": f"https://pay.example/{payment.gateway_order_id}"}
    support = await operator(house, client, "support")
    assert (await client.get(path, headers=support)).status_code == 200
    assert (await client.get(path, headers=await signed_up(client))).status_code == 404
    assert (await client.get(path)).status_code == 401


async def test_operators_list_payments_page_by_page(
    house: House, client: httpx.AsyncClient
) -> None:
    payer = await person(house)
    made = [await ordered(house, payer, subject=f"booking:{n}") for n in range(3)]
    staff = await operator(house, client, "support")
    path = "/api/v2/admin/payments"
    first = (await client.get(path, params={"limit": 2}, headers=staff)).json()
    query = {"limit": 2, "cursor": first["next_cursor"]}
    second = (await client.get(path, params=query, headers=staff)).json()
    listed = [item["id"] for item in first["items"] + second["items"]]
    assert listed == [str(payment.id) for payment in reversed(made)]
    one = await client.get(path, params={"subject": "booking:1"}, headers=staff)
    assert [item["id"] for item in one.json()["items"]] == [str(made[1].id)]
    none = await client.get(path, params={"state": "captured"}, headers=staff)
    assert none.json()["items"] == []
    odd = await client.get(path, params={"cursor": "WzFd"}, headers=staff)
    assert odd.status_code == 422
    assert (await client.get(path, headers=await signed_up(client))).status_code == 403


async def test_parked_items_come_page_by_page(
    house: House, client: httpx.AsyncClient, provider: FakeGateway
) -> None:
    staff = await operator(house, client)
    me = await signed_up(client)
    user = await user_id_of(client, me)
    for number in range(2):
        payment = await ordered(house, user, subject=f"booking:{number}")
        provider.pay(payment.gateway_order_id, amount=payment.amount + payment.amount)
        answer = provider.checkout_answer(payment.gateway_order_id)
        body = {"gateway_order_id": payment.gateway_order_id, "payload": answer}
        await client.post(VERIFY, json=body, headers=me)
    path = "/api/v2/admin/payments/parked"
    first = (await client.get(path, params={"limit": 1}, headers=staff)).json()
    query = {"limit": 1, "cursor": first["next_cursor"]}
    second = (await client.get(path, params=query, headers=staff)).json()
    orders = [item["order_id"] for item in first["items"] + second["items"]]
    assert orders == ["order_2", "order_1"]
