"""A captured payment, its payer and two operators, for the tests of what people decide about refunds."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
from fastapi import FastAPI

from kalends import payments
from kalends.app.asgi import serve
from kalends.core.house import House
from kalends.core.ids import new_id
from kalends.core.unit import open_unit
from kalends.identity import grant_role
from tests.fixtures.gateways import FakeGateway
from tests.fixtures.people import operator, signed_up, user_id_of
from tests.payments.money import captured

API = "/api/v2"
CONFIRM = {"X-Confirm-Action": "true"}
PAYEE = new_id()
Headers = dict[str, str]


@dataclass(frozen=True)
class Case:
    """A captured payment of 100 for a provider, its payer, and two operators."""

    http: httpx.AsyncClient
    payer: UUID
    mine: Headers
    payment: payments.PaymentFacts
    one: Headers
    other: Headers

    async def ask(self, who: Headers, **body: Any) -> httpx.Response:
        path = f"{API}/payments/{self.payment.id}/refund"
        return await self.http.post(path, json={"reason": "it rained"} | body, headers=who)

    async def decide(self, who: Headers, refund: str, what: str, **body: Any) -> httpx.Response:
        path = f"{API}/admin/refunds/{refund}/{what}"
        return await self.http.post(path, json=body or None, headers=who | CONFIRM)


async def a_case(
    house: House, client: httpx.AsyncClient, app: FastAPI, provider: FakeGateway
) -> Case:
    serve(app, house)
    mine = await signed_up(client)
    payer = await user_id_of(client, mine)
    payment = await captured(house, provider, payer, provider_id=PAYEE)
    one, other = [await operator(house, client, "moderator") for _ in range(2)]
    return Case(client, payer, mine, payment, one, other)


async def refund_id(answer: httpx.Response) -> str:
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def amount(value: int) -> dict[str, Any]:
    return {"amount": {"amount": value, "currency": "INR"}}


def kind(answer: httpx.Response) -> str:
    return str(answer.json()["type"].removeprefix("/problems/"))


async def promoted(house: House, case: Case) -> None:
    """The payer becomes an operator."""
    async with open_unit(house) as unit:
        await grant_role(unit, case.payer, "moderator")
