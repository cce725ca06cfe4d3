"""Step-up: bank details and approvals want a password that was given a moment ago."""

from typing import Any

import httpx
import pytest
from sqlalchemy import text

from kalends.app.asgi import serve
from kalends.core.house import House
from kalends.core.policy import POLICIES
from kalends.core.unit import open_unit
from tests.fixtures.deals import with_earnings
from tests.fixtures.gateways import with_gateway
from tests.fixtures.people import PASSWORD, Headers, own_address
from tests.fixtures.profiles import house_with
from tests.payments.payout_words import Seller, a_seller, with_account

AGAIN = "/api/v2/auth/reauthenticate"


@pytest.fixture
async def seller(house: House, client: httpx.AsyncClient) -> Seller:
    """A provider whose owner and operator signed in a while ago."""
    there, _ = with_gateway(house)
    serve(client._transport.app, there)
    made = await a_seller(there, client)
    await with_account(made)
    await with_earnings(there, made.id, 50_000)
    await a_while_ago(there)
    return made


async def a_while_ago(house: House, minutes: int = 16) -> None:
    query = "UPDATE sessions SET authenticated_at = authenticated_at - make_interval(mins => :m)"
    async with open_unit(house) as unit:
        await unit.session.execute(text(query), {"m": minutes})


async def again(seller: Seller, who: Headers, password: str = PASSWORD) -> httpx.Response:
    headers = who | own_address()
    return await seller.client.post(AGAIN, json={"password": password}, headers=headers)


def is_asked_for(answer: httpx.Response) -> bool:
    found: dict[str, Any] = answer.json()
    return answer.status_code == 403 and found["type"] == "/problems/reauthentication-required"


async def test_bank_details_and_approvals_want_a_fresh_password(seller: Seller) -> None:
    assert is_asked_for(await seller.give_account())
    payout_id = await seller.asked(20_000)
    assert is_asked_for(await seller.decide(payout_id, "approve"))
    wrong = await again(seller, seller.owner, "not-my-password-1")
    assert (wrong.status_code, wrong.json()["type"]) == (422, "/problems/wrong-password")
    assert is_asked_for(await seller.give_account())
    given = await again(seller, seller.owner)
    assert given.status_code == 200, given.text
    assert set(given.json()) == {"fresh_until"}
    assert (await seller.give_account()).status_code == 201
    assert is_asked_for(await seller.decide(payout_id, "approve")), "another's session stays stale"
    assert (await again(seller, seller.operator)).status_code == 200
    assert (await seller.decide(payout_id, "approve")).status_code == 200
    held = await seller.asked(10_000)
    await a_while_ago(seller.house)
    assert (await seller.decide(held, "hold")).status_code == 200, "stopping needs no password"


async def test_new_tokens_are_no_fresh_password(seller: Seller, client: httpx.AsyncClient) -> None:
    me = (await client.get("/api/v2/auth/me", headers=seller.owner)).json()
    body = {"email": me["email"], "password": PASSWORD}
    signed_in = await client.post("/api/v2/auth/login", json=body, headers=own_address())
    await a_while_ago(seller.house)
    spent = {"refresh_token": signed_in.json()["refresh_token"]}
    renewed = await client.post("/api/v2/auth/refresh", json=spent, headers=own_address())
    headers = {"Authorization": f"Bearer {renewed.json()['access_token']}"}
    bank = {"holder": "Asha Rao", "account_number": "004500998877", "routing": "HDFC0001234"}
    path = "/api/v2/providers/bank-details"
    assert is_asked_for(await client.post(path, json=bank, headers=headers))


async def test_a_marketplace_may_switch_it_off(seller: Seller, client: httpx.AsyncClient) -> None:
    serve(client._transport.app, house_with(seller.house, auth={"fresh_minutes": 0}))
    assert (await seller.give_account()).status_code == 201


def test_what_sends_money_somewhere_else_is_fresh() -> None:
    assert {route for route, rule in POLICIES.items() if rule.fresh} == {
        "POST /providers/bank-details",
        "POST /admin/bank-accounts/{bank_account_id}/verify",
        "POST /admin/payouts/{payout_id}/approve",
    }
