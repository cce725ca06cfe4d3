"""Wallets over HTTP: a view of the journal, top-ups, corrections."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

from kalends import ledger
from kalends.core.house import House
from kalends.core.ids import new_id
from tests.fixtures.gateways import FakeGateway
from tests.fixtures.people import Headers, operator, signed_up, user_id_of
from tests.payments.money import (
    ask_again,
    balance,
    books_are_right,
    captured,
    deliver,
    fund,
    rows,
)
from tests.payments.test_giving_back import order, refund

WALLET = "/api/v2/wallet/me"
LINES = "/api/v2/wallet/me/transactions"
TOP_UP = "/api/v2/wallet/top-up"
CONFIRMED = {"X-Confirm-Action": "true"}


def inr(amount: int) -> dict[str, object]:
    return {"amount": amount, "currency": "INR"}


async def top_up(client: httpx.AsyncClient, who: Headers, amount: int = 5000) -> dict[str, object]:
    answer = await client.post(TOP_UP, json={"amount": inr(amount)}, headers=who)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def lines(
    client: httpx.AsyncClient, who: Headers, **query: object
) -> dict[str, list[dict[str, object]]]:
    answer = await client.get(LINES, params=query, headers=who)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.req("H-045", "H-153", "H-162")
async def test_everybody_has_one_wallet(
    house: House, client: httpx.AsyncClient, run_jobs: Callable[[House], Awaitable[None]]
) -> None:
    me = await signed_up(client)
    early = (await client.get(WALLET, headers=me)).json()
    await run_jobs(house)
    first = (await client.get(WALLET, headers=me)).json()
    user = str(await user_id_of(client, me))
    assert {early["wallet_id"], first["wallet_id"], first["user_id"]} == {user}
    assert (first["balance"], first["transactions_count"]) == (inr(0), 0)
    assert first["created_at"].endswith("Z")
    assert (await client.get(WALLET, headers=me)).json() == first
    assert (await client.get("/api/v2/wallet/balance", headers=me)).json() == {"balance": inr(0)}
    assert (await client.get(WALLET)).status_code == 401


@pytest.mark.req("H-046", "H-051", "H-163")
async def test_a_top_up_is_pending_until_the_gateway_has_it(
    house: House, client: httpx.AsyncClient, provider: FakeGateway
) -> None:
    me = await signed_up(client)
    asked = await top_up(client, me)
    assert asked["checkout"] == {"url": f"https://pay.example/{asked['gateway_order_id']}"}
    assert asked["amount"] == inr(5000)
    page = await lines(client, me)
    assert [(i["type"], i["status"], i["amount"]) for i in page["items"]] == [
        ("CREDIT", "PENDING", inr(5000))
    ]
    assert page["total"] == 1
    provider.pay(str(asked["gateway_order_id"]))
    await deliver(client, provider.event(str(asked["gateway_order_id"])))
    await ask_again(house)
    page = await lines(client, me)
    assert [(i["type"], i["status"]) for i in page["items"]] == [("CREDIT", "COMPLETED")]
    assert (await client.get(WALLET, headers=me)).json()["balance"] == inr(5000)
    await books_are_right(house)


async def test_a_declined_top_up_is_shown_as_failed(
    house: House, client: httpx.AsyncClient, provider: FakeGateway
) -> None:
    me = await signed_up(client)
    asked = await top_up(client, me)
    provider.decline(str(asked["gateway_order_id"]))
    await ask_again(house)
    page = await lines(client, me)
    assert [item["status"] for item in page["items"]] == ["FAILED"]
    assert (await client.get(WALLET, headers=me)).json()["transactions_count"] == 1
    assert (await client.get(WALLET, headers=me)).json()["balance"] == inr(0)


async def test_the_same_top_up_is_asked_for_once(house: House, client: httpx.AsyncClient) -> None:
    me = await signed_up(client)
    assert await top_up(client, me) == await top_up(client, me)
    assert await top_up(client, me, 6000) != await top_up(client, me, 7000)


@pytest.mark.parametrize(
    "amount",
    [
        inr(99),
        inr(50_000_001),
        inr(0),
        inr(-5),
        {"amount": 500, "currency": "USD"},
        {"amount": 500.0, "currency": "INR"},
        {"amount": "500", "currency": "INR"},
        {"amount": True, "currency": "INR"},
    ],
    ids=["small", "big", "zero", "negative", "dollars", "float", "text", "bool"],
)
@pytest.mark.req("C-26")
async def test_a_top_up_has_a_whole_amount_in_range(
    house: House, client: httpx.AsyncClient, amount: dict[str, object]
) -> None:
    answer = await client.post(TOP_UP, json={"amount": amount}, headers=await signed_up(client))
    assert answer.status_code == 422
    assert await rows(house, "SELECT 1 FROM payments") == []


async def test_a_top_up_needs_a_gateway_that_answers(
    house: House, client: httpx.AsyncClient, provider: FakeGateway
) -> None:
    me = await signed_up(client)
    body = {"amount": inr(500), "gateway": "bank"}
    assert (await client.post(TOP_UP, json=body, headers=me)).status_code == 422
    provider.down = True
    body = {"amount": inr(500), "gateway": "sandbox"}
    assert (await client.post(TOP_UP, json=body, headers=me)).status_code == 503


@pytest.mark.req("H-048", "H-052", "H-154")
async def test_a_refund_is_listed_with_its_reason_and_reference(
    house: House, client: httpx.AsyncClient, provider: FakeGateway
) -> None:
    me = await signed_up(client)
    user = await user_id_of(client, me)
    payment = await captured(house, provider, user)
    await refund(house, order(user, 75))
    item = (await lines(client, me))["items"][0]
    assert (item["type"], item["status"], item["amount"]) == ("REFUND", "COMPLETED", inr(75))
    assert item["description"] == "cancelled"
    kind, _, reference = payment.subject.partition(":")
    assert (item["reference_kind"], item["reference_id"]) == (kind, reference)
    assert item["created_at"] == item["updated_at"]


@pytest.mark.req("H-163")
async def test_lines_come_newest_first_by_cursor_or_by_offset(
    house: House, client: httpx.AsyncClient
) -> None:
    me = await signed_up(client)
    user = await user_id_of(client, me)
    for amount in (1, 2):
        await fund(house, user, amount)
    await top_up(client, me, 300)
    await fund(house, user, 4)
    amounts: list[object] = []
    cursor: dict[str, object] = {}
    while True:
        page = await lines(client, me, limit=3, **cursor)
        amounts += [item["amount"]["amount"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert amounts == [4, 300, 2, 1]
    middle = await lines(client, me, limit=2, offset=1)
    assert [item["amount"]["amount"] for item in middle["items"]] == [300, 2]
    assert middle["total"] == 4
    odd = await client.get(LINES, params={"cursor": "abc"}, headers=me)
    assert odd.status_code == 422
    far = await client.get(LINES, params={"offset": 10_001}, headers=me)
    assert far.status_code == 422


@pytest.mark.req("H-049", "H-050", "C-40")
async def test_an_operator_corrects_a_wallet_with_a_reason(
    house: House, client: httpx.AsyncClient
) -> None:
    me, boss = await signed_up(client), await operator(house, client)
    user = await user_id_of(client, me)
    path = f"/api/v2/admin/wallets/{user}/adjust"
    body = inr(700) | {"reason": "goodwill for a closed hall"}
    key = {"Idempotency-Key": "correction-1"}
    for _ in range(2):
        answer = await client.post(path, json=body, headers=boss | CONFIRMED | key)
        assert answer.status_code == 200, answer.text
        assert answer.json()["balance"] == inr(700)
    taken = await client.post(
        path, json=inr(-200) | {"reason": "was too much"}, headers=boss | CONFIRMED
    )
    assert taken.json()["balance"] == inr(500)
    seen = (await lines(client, me))["items"]
    assert [(i["type"], i["amount"]) for i in seen] == [
        ("ADMIN_ADJUSTMENT", inr(-200)),
        ("ADMIN_ADJUSTMENT", inr(700)),
    ]
    assert await balance(house, ledger.promotions()) == 500
    deeds = await rows(house, "SELECT action, subject_id, detail FROM audit_log ORDER BY seq")
    ours = [deed for deed in deeds if deed.action == "wallet.adjusted"]
    assert [deed.detail["amount"] for deed in ours] == [700, -200]
    assert {deed.subject_id for deed in ours} == {str(user)}
    actors = await rows(house, "SELECT DISTINCT actor_id FROM ledger_transactions")
    assert [row.actor_id for row in actors] == [await user_id_of(client, boss)]
    await books_are_right(house)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"amount": 0}, 422),
        ({"amount": True}, 422),
        ({"amount": 1.0}, 422),
        ({"amount": 10**14}, 422),
        ({"currency": "USD"}, 422),
        ({"reason": ""}, 422),
        ({"amount": -1}, 409),
    ],
)
async def test_a_correction_that_makes_no_sense_is_refused(
    house: House, client: httpx.AsyncClient, change: dict[str, object], status: int
) -> None:
    boss = await operator(house, client)
    user = await user_id_of(client, boss)
    body = inr(700) | {"reason": "goodwill"} | change
    path = f"/api/v2/admin/wallets/{user}/adjust"
    answer = await client.post(path, json=body, headers=boss | CONFIRMED)
    assert answer.status_code == status
    assert await rows(house, "SELECT 1 FROM ledger_entries") == []


async def test_only_a_super_admin_who_confirms_may_correct(
    house: House, client: httpx.AsyncClient
) -> None:
    me = await signed_up(client)
    path = f"/api/v2/admin/wallets/{await user_id_of(client, me)}/adjust"
    body = inr(700) | {"reason": "goodwill"}
    boss, support = await operator(house, client), await operator(house, client, "support")
    assert (await client.post(path, json=body, headers=boss)).status_code == 428
    assert (await client.post(path, json=body, headers=support | CONFIRMED)).status_code == 403
    assert (await client.post(path, json=body, headers=me | CONFIRMED)).status_code == 403
    nobody = f"/api/v2/admin/wallets/{new_id()}/adjust"
    assert (await client.post(nobody, json=body, headers=boss | CONFIRMED)).status_code == 404


@pytest.mark.req("H-172")
async def test_a_wallet_is_seen_by_its_owner_and_by_operators(
    house: House, client: httpx.AsyncClient
) -> None:
    me, stranger = await signed_up(client), await signed_up(client)
    user = await user_id_of(client, me)
    await fund(house, user, 40)
    path = f"/api/v2/admin/wallets/{user}"
    support = await operator(house, client, "support")
    assert (await client.get(path, headers=support)).json()["balance"] == inr(40)
    listed = (await client.get(f"{path}/transactions", headers=support)).json()
    assert listed["total"] == 1
    assert (await client.get(path, headers=stranger)).status_code == 403
    assert (await lines(client, stranger))["items"] == []
    missing = f"/api/v2/admin/wallets/{new_id()}"
    assert (await client.get(missing, headers=support)).status_code == 404
