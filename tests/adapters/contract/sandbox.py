"""The contract's provider for the sandbox: its own doors, and a line that breaks on request."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy import text

from kalends.adapters.sandbox import SandboxGateway
from kalends.adapters.sandbox.rules import sign_checkout, sign_webhook
from kalends.core.clock import real_now
from kalends.core.gateways import CheckStatus, PayoutStatus
from kalends.core.house import House
from kalends.core.unit import open_unit
from tests.adapters.contract.provider import Ability, Delivery, Fault, Outcome

BASE_URL = "http://kalends.test"
INSTRUMENTS = {
    Outcome.captured: "success",
    Outcome.authorized: "authorized",
    Outcome.declined: "declined",
}
WEBHOOKS = text("SELECT event_id, body FROM sandbox_deliveries ORDER BY id")


class Line(httpx.AsyncBaseTransport):
    """The way to the provider. `fault` happens to the next call."""

    def __init__(self, app: FastAPI) -> None:
        self.inner = httpx.ASGITransport(app, raise_app_exceptions=False)
        self.fault: Fault | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        fault, self.fault = self.fault, None
        if fault in BEFORE:
            return BEFORE[fault](request)
        answer = await self.inner.handle_async_request(request)
        if fault is Fault.lost_after:
            raise httpx.ReadError("cut on purpose", request=request)
        return httpx.Response(500, json={}) if fault is Fault.error_after else answer


def _nobody(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("nobody listens", request=request)


BEFORE: dict[Fault | None, Callable[[httpx.Request], httpx.Response]] = {
    Fault.refused_before: lambda _: httpx.Response(500, json={}),
    Fault.limited: lambda _: httpx.Response(429, json={}),
    Fault.garbage: lambda _: httpx.Response(200, text="<html>It works!</html>"),
    Fault.unreachable: _nobody,
}


class Sandbox:
    """`Provider` for the sandbox."""

    name = "sandbox"
    currency = "INR"
    abilities = frozenset(Ability)

    def __init__(self, house: House, app: FastAPI) -> None:
        secret = house.settings.sandbox_secret
        assert secret is not None
        self._house = house
        self._secrets = {
            "current": secret.get_secret_value(),
            "previous": "the secret of last month",
            "foreign": "somebody else's secret",
        }
        self.line = Line(app)
        inner = httpx.ASGITransport(app, raise_app_exceptions=False)
        self._doors = httpx.AsyncClient(transport=inner, base_url=f"{BASE_URL}/sandbox")
        self.adapter = SandboxGateway(
            BASE_URL,
            self._secrets["current"],
            httpx.AsyncClient(transport=self.line),
            previous_secret=self._secrets["previous"],
        )

    async def act(self, path: str, **body: Any) -> dict[str, Any]:
        """Decide something at the provider's doors for people."""
        answer = await self._doors.post(path, json=body)
        assert answer.is_success, answer.text
        decided: dict[str, Any] = answer.json()
        return decided

    async def pay(self, order_id: str, outcome: Outcome, amount: int | None = None) -> str:
        """Of the amounts that were not asked for, this provider knows one minor unit more."""
        asked = (await self.adapter.fetch(order_id)).amount.amount
        assert amount in {None, asked, asked + 1}
        wrong = amount == asked + 1
        paid = await self.act(
            f"checkout/{order_id}",
            instrument="wrong-amount" if wrong else INSTRUMENTS[outcome],
        )
        return str(paid["gateway_payment_id"])

    def checkout_answer(self, order_id: str, payment_id: str) -> dict[str, str]:
        signature = sign_checkout(self._secrets["current"], order_id, payment_id, "captured")
        return {
            "gateway_order_id": order_id,
            "gateway_payment_id": payment_id,
            "status": "captured",
            "signature": signature,
        }

    async def end_refund(self, refund_id: str, *, ok: bool) -> None:
        """A refund of an ordinary payment was processed at once; it may still fail."""
        if not ok:
            await self.act(f"refunds/{refund_id}/end", ok=False)

    async def end_payout(self, payout_id: str, status: PayoutStatus) -> None:
        await self.act(f"payouts/{payout_id}/end", status=status)

    async def end_check(self, check_id: str, status: CheckStatus, name: str) -> None:
        await self.act(f"checks/{check_id}/end", status=status, name=name)

    async def open_dispute(self, payment_id: str, amount: int) -> str:
        opened = await self.act(f"payments/{payment_id}/dispute", amount=amount)
        return str(opened["dispute_id"])

    async def end_dispute(self, dispute_id: str, *, won: bool) -> None:
        await self.act(f"disputes/{dispute_id}/end", won=won)

    async def webhooks(self) -> list[Delivery]:
        async with open_unit(self._house, read_only=True) as unit:
            rows = (await unit.session.execute(WEBHOOKS)).all()
        return [self._signed(row.event_id, row.body.encode(), "current", 0) for row in rows]

    async def sign(self, body: bytes, *, secret: str = "current", age_seconds: int = 0) -> Delivery:
        return self._signed("evt_signed", body, secret, age_seconds)

    def _signed(self, event_id: str, body: bytes, secret: str, age: int) -> Delivery:
        stamp = str(int(real_now().timestamp()) - age)
        signature = sign_webhook(self._secrets[secret], event_id, stamp, body)
        return body, {
            "content-type": "application/json",
            "webhook-id": event_id,
            "webhook-timestamp": stamp,
            "webhook-signature": signature,
        }

    async def fail_next(self, fault: Fault) -> None:
        self.line.fault = fault

    async def total(self) -> int:
        statement = json.loads((await self._doors.get("statement")).text)
        mine = (t for t in statement["totals"] if t["currency"] == self.currency)
        return sum(total["balance"] + total["fees"] for total in mine)

    async def close(self) -> None:
        await self._doors.aclose()
        await self.adapter.client.aclose()


@asynccontextmanager
async def sandbox_provider(house: House, app: FastAPI) -> AsyncIterator[Sandbox]:
    """The sandbox of this house, whose books are as empty as the house's database."""
    provider = Sandbox(house, app)
    try:
        yield provider
    finally:
        await provider.close()
