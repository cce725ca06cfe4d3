"""The contract's provider: levers of the emulator, and the adapter that speaks to it."""

import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx

from kalends.adapters.stripe import stripe_gateway
from kalends.adapters.stripe.api import TIMEOUT
from kalends.core.gateways import CheckStatus, PayoutStatus
from kalends.core.profile import load_profile
from kalends.core.settings import Settings
from tests.adapters.contract.provider import Ability, Delivery, Fault, Outcome

from .app import PUBLISHABLE_KEY, SECRET_KEY
from .process import stripe_emulator
from .webhooks import SECRETS

_TLS = ssl.create_default_context()  # not used, but costly to make for every test
FLOAT = 100_000_000  # our own money on the balance, so that payouts need no payments before them
_KINDS = {
    Fault.refused_before: "refused_before",
    Fault.lost_after: "lost_after",
    Fault.error_after: "error_after",
    Fault.limited: "limited",
    Fault.garbage: "garbage",
}


class Line(httpx.AsyncBaseTransport):
    """The way to the emulator; `cut` sends the next request to where nobody listens."""

    def __init__(self) -> None:
        self.inner = httpx.AsyncHTTPTransport(verify=_TLS)
        self.cut = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.cut:
            self.cut = False
            request.url = request.url.copy_with(port=1)
        return await self.inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self.inner.aclose()


class StripeProvider:
    """`Provider` for Stripe."""

    name = "stripe"
    currency = "USD"
    abilities = frozenset(Ability) - {Ability.signed_checkouts, Ability.failing_payouts}

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.line = Line()
        self.levers = httpx.AsyncClient(verify=_TLS, trust_env=False, timeout=10)
        self.client = httpx.AsyncClient(transport=self.line, timeout=TIMEOUT)
        profile = load_profile("hall-booking")
        self.adapter = stripe_gateway(stripe_settings(base_url), profile, self.client)

    async def pull(self, lever: str, **asked: Any) -> Any:
        """Move one of the emulator's levers."""
        answer = await self.levers.post(f"{self.base_url}/_control/{lever}", json=asked)
        if answer.is_error:
            raise ValueError(answer.text)
        return answer.json()

    async def pay(self, order_id: str, outcome: Outcome, amount: int | None = None) -> str:
        """The charge's id."""
        charge = await self.pull("pay", intent=order_id, outcome=outcome, amount=amount)
        return str(charge["id"])

    def checkout_answer(self, order_id: str, payment_id: str) -> dict[str, str]:
        """What Stripe adds to the return address."""
        answer = httpx.post(
            f"{self.base_url}/_control/thing", json={"id": order_id}, trust_env=False, verify=_TLS
        )
        return {
            "payment_intent": order_id,
            "payment_intent_client_secret": answer.json()["client_secret"],
        }

    async def end_refund(self, refund_id: str, *, ok: bool) -> None:
        await self.pull("end_refund", refund=refund_id, ok=ok)

    async def end_payout(self, payout_id: str, status: PayoutStatus) -> None:
        """A transfer is there at once and can only be taken back; it never fails later."""
        if status == PayoutStatus.failed:
            raise NotImplementedError("a transfer of Stripe's is reversed or it stays")
        if status == PayoutStatus.reversed:
            await self.pull("reverse", transfer=payout_id)

    async def end_check(self, check_id: str, status: CheckStatus, name: str) -> None:
        await self.pull("end_check", account=check_id, status=status, name=name)

    async def open_dispute(self, payment_id: str, amount: int) -> str:
        dispute = await self.pull("dispute", charge=payment_id, amount=amount)
        return str(dispute["id"])

    async def end_dispute(self, dispute_id: str, *, won: bool) -> None:
        await self.pull("end_dispute", dispute=dispute_id, won=won)

    async def webhooks(self, **wish: Any) -> list[Delivery]:
        sent = await self.pull("webhooks", **wish)
        return [(body.encode(), headers) for body, headers in sent]

    async def sign(self, body: bytes, *, secret: str = "current", age_seconds: int = 0) -> Delivery:
        asked = {"secret": secret, "age_seconds": age_seconds}
        return body, await self.pull("sign", body=body.decode("latin-1"), **asked)

    async def fail_next(self, fault: Fault, **more: Any) -> None:
        if fault == Fault.unreachable:
            self.line.cut = True
        else:
            await self.pull("fault", kind=_KINDS[fault], **more)

    async def total(self) -> int:
        state: Mapping[str, Any] = await self.pull("state")
        return int(state["total"])


def stripe_settings(base_url: str) -> Settings:
    """A deployment that speaks to the emulator, in the middle of a change of webhook secrets."""
    return Settings.model_validate(
        {
            "stripe_secret_key": SECRET_KEY,
            "stripe_publishable_key": PUBLISHABLE_KEY,
            "stripe_webhook_secret": SECRETS["current"],
            "stripe_webhook_secret_previous": SECRETS["previous"],
            "stripe_base_url": base_url,
        }
    )


@asynccontextmanager
async def stripe_provider(base_url: str | None = None) -> AsyncIterator[StripeProvider]:
    """A provider without a past; at this emulator, or at one of its own."""
    if base_url is None:
        with stripe_emulator() as started:
            async with stripe_provider(started) as provider:
                yield provider
        return
    provider = StripeProvider(base_url)
    await provider.pull("reset", float=FLOAT)
    try:
        yield provider
    finally:
        await provider.client.aclose()
        await provider.levers.aclose()
