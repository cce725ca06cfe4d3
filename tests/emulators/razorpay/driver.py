"""The driver of this emulator for the contract of payment gateways, and the process that it drives."""

import asyncio
import base64
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from kalends.adapters.razorpay import RazorpayXGateway, razorpay_gateway
from kalends.core.gateways import CheckStatus, PayoutStatus
from kalends.core.profile import load_profile
from kalends.core.settings import Settings
from tests.adapters.contract.provider import Ability, Delivery, Fault, Outcome

from .__main__ import KEY_ID, KEY_SECRET
from .banking import ACCOUNT_NUMBER
from .webhooks import SECRETS, Secrets

REPOSITORY = Path(__file__).parents[3]
_PAYOUT_WORDS = {PayoutStatus.processing: "queued"}
_CHECK_WORDS = {
    CheckStatus.pending: ("created", None),
    CheckStatus.verified: ("completed", "active"),
    CheckStatus.rejected: ("completed", "invalid"),
    CheckStatus.unclear: ("failed", None),
}


class Razorpay:
    """`Provider`: the emulator at `url`, and an adapter that speaks to it over real sockets."""

    name = "razorpay"
    currency = "INR"
    abilities = frozenset(set(Ability) - {Ability.stale_webhooks})

    def __init__(self, url: str) -> None:
        self.url = url
        self.line = Line()
        self._control = httpx.AsyncClient(base_url=f"{url}/_control", trust_env=False, timeout=10)
        self._adapter = self.another_adapter()

    @property
    def adapter(self) -> RazorpayXGateway:
        return self._adapter

    def settings(self, **changes: Any) -> Settings:
        """What a deployment would say that uses this provider."""
        present, previous = SECRETS
        values = {
            "razorpay_key_id": KEY_ID,
            "razorpay_key_secret": KEY_SECRET,
            "razorpay_webhook_secret": present,
            "razorpay_webhook_secret_previous": previous,
            "razorpay_account_number": ACCOUNT_NUMBER,
            "razorpay_base_url": self.url,
        }
        return Settings(**(values | changes))

    def another_adapter(self, **changes: Any) -> RazorpayXGateway:
        http = httpx.AsyncClient(transport=self.line)
        made = razorpay_gateway(self.settings(**changes), load_profile("hall-booking"), http)
        assert isinstance(made, RazorpayXGateway)
        return made

    async def act(self, what: str, **arguments: Any) -> Any:
        """Do something that only the emulator's tests can do; see its control."""
        answer = await self._control.post(what, json=arguments)
        assert answer.is_success, answer.text
        return answer.json()["result"]

    async def pay(self, order_id: str, outcome: Outcome, amount: int | None = None) -> str:
        payment: str = await self.act("pay", order_id=order_id, outcome=outcome, amount=amount)
        return payment

    def checkout_answer(self, order_id: str, payment_id: str) -> dict[str, str]:
        signed = f"{order_id}|{payment_id}".encode()
        return {
            "razorpay_order_id": order_id,
            "razorpay_payment_id": payment_id,
            "razorpay_signature": Secrets(KEY_SECRET, "").sign(signed, "current"),
        }

    async def end_refund(self, refund_id: str, *, ok: bool) -> None:
        await self.act("end_refund", refund_id=refund_id, ok=ok)

    async def end_payout(self, payout_id: str, status: PayoutStatus) -> None:
        word = _PAYOUT_WORDS.get(status, status.value)
        await self.act("move_payout", payout_id=payout_id, status=word)

    async def end_check(self, check_id: str, status: CheckStatus, name: str) -> None:
        word, account = _CHECK_WORDS[status]
        await self.act(
            "end_check", check_id=check_id, status=word, account_status=account, name=name
        )

    async def open_dispute(self, payment_id: str, amount: int) -> str:
        dispute: str = await self.act("open_dispute", payment_id=payment_id, amount=amount)
        return dispute

    async def end_dispute(self, dispute_id: str, *, won: bool) -> None:
        await self.act("move_dispute", dispute_id=dispute_id, status="won" if won else "lost")

    async def webhooks(self) -> list[Delivery]:
        return [_unpacked(one) for one in await self.act("webhooks")]

    async def sign(self, body: bytes, *, secret: str = "current", age_seconds: int = 0) -> Delivery:
        """Razorpay signs no time, so an old body is signed like a new one."""
        encoded = base64.b64encode(body).decode()
        return _unpacked(await self.act("sign", body=encoded, secret=secret))

    async def fail_next(self, fault: Fault) -> None:
        if fault == Fault.unreachable:
            self.line.cut = True
        else:
            await self.act("fail", fault=fault)

    async def total(self) -> int:
        total: int = await self.act("total")
        return total

    async def close(self) -> None:
        await self._control.aclose()
        await self.line.aclose()


class Line(httpx.AsyncHTTPTransport):
    """The way to the provider. While `cut`, the next request goes to an address where nobody listens."""

    def __init__(self) -> None:
        super().__init__(limits=httpx.Limits(max_keepalive_connections=0))
        self.cut = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if not self.cut:
            return await super().handle_async_request(request)
        self.cut = False
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            request.url = request.url.copy_with(port=nobody.getsockname()[1])
            return await super().handle_async_request(request)


@asynccontextmanager
async def running_emulator() -> AsyncIterator[str]:
    """The emulator in a process of its own; yields its address."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.emulators.razorpay",
        "--port",
        "0",
        cwd=REPOSITORY,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        port = int(await process.stdout.readline())
        yield f"http://127.0.0.1:{port}"
    finally:
        process.stdin.close()
        await process.wait()


@asynccontextmanager
async def razorpay_provider(url: str | None = None) -> AsyncIterator[Razorpay]:
    """A driver with empty books: of the emulator at `url`, else of one that is started for it."""
    if url is None:
        async with running_emulator() as started, razorpay_provider(started) as driver:
            yield driver
        return
    driver = Razorpay(url)
    try:
        await driver.act("reset")
        yield driver
    finally:
        await driver.close()


def _unpacked(packed: Mapping[str, Any]) -> Delivery:
    return base64.b64decode(packed["body"]), dict(packed["headers"])
