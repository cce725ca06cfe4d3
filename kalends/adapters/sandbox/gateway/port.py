"""The port to the sandbox provider."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import httpx

from kalends.core.clock import real_now
from kalends.core.gateways import (
    AccountCheck,
    BadSignature,
    BankDetails,
    GatewayDispute,
    GatewayError,
    GatewayEvent,
    GatewayMovement,
    GatewayOrder,
    GatewayPayment,
    GatewayPayout,
    GatewayRefund,
)
from kalends.core.money import Money

from ..rules import TOLERANCE_SECONDS, same, sign_checkout, sign_webhook
from . import answers
from .connection import Connection


class SandboxGateway:
    """`PaymentGateway` and `PayoutGateway` for the provider at `base_url` (the server's own, without /api)."""

    name = "sandbox"

    def __init__(
        self,
        base_url: str,
        secret: str,
        client: httpx.AsyncClient | None = None,
        public_url: str | None = None,
        previous_secret: str | None = None,
    ) -> None:
        """`base_url` is where this process reaches the server, `public_url` where people's browsers do.

        Webhooks may still be signed with `previous_secret`.
        """
        self._provider = Connection(base_url, secret, client)
        self._public_url = (public_url or base_url).rstrip("/")
        self._secret = secret
        self._secrets = [s for s in (secret, previous_secret) if s]

    @property
    def base_url(self) -> str:
        return self._provider.base_url

    @property
    def client(self) -> httpx.AsyncClient:
        return self._provider.client

    async def create_order(self, *, reference: str, amount: Money) -> GatewayOrder:
        """Open an order, or find the one with this reference. Raises GatewayError."""
        asked = {"reference": reference} | _priced(amount)
        order_id = str((await self._provider.post("orders", asked))["order_id"])
        url = f"{self._public_url}/sandbox/checkout/{order_id}"
        return GatewayOrder(order_id, {"url": url})

    async def fetch(self, order_id: str) -> GatewayPayment:
        """Ask how an order stands. Raises GatewayError."""
        return answers.payment_of(await self._provider.get(f"orders/{order_id}"))

    async def capture(self, *, order_id: str, payment_id: str, amount: Money) -> GatewayPayment:
        """Take what is authorized. Raises GatewayError."""
        asked = {"payment_id": payment_id} | _priced(amount)
        return answers.payment_of(await self._provider.post(f"orders/{order_id}/capture", asked))

    async def refund(self, *, payment_id: str, amount: Money, key: str) -> GatewayRefund:
        """Give back money to the instrument. Raises GatewayError."""
        asked = {"payment_id": payment_id, "key": key} | _priced(amount)
        return answers.refund_of(await self._provider.post("refunds", asked))

    async def fetch_refund(self, *, payment_id: str, refund_id: str) -> GatewayRefund:
        """Ask how a refund of this payment stands. Raises GatewayError."""
        refund = answers.refund_of(await self._provider.get(f"refunds/{refund_id}"))
        if refund.payment_id != payment_id:
            raise GatewayError("the refund is of another payment", code="not-found")
        return refund

    async def find_refund(self, *, payment_id: str, key: str) -> GatewayRefund | None:
        """The refund that was made with this key. Raises GatewayError."""
        found = (await self._provider.get("refunds", payment_id=payment_id, key=key))["refunds"]
        return answers.refund_of(found[0]) if found else None

    async def fetch_dispute(self, dispute_id: str) -> GatewayDispute:
        """Ask how a dispute stands. Raises GatewayError."""
        return answers.dispute_of(await self._provider.get(f"disputes/{dispute_id}"))

    async def movements(self, day: date) -> Sequence[GatewayMovement]:
        """The statement of one UTC day. Raises GatewayError."""
        told = await self._provider.get("movements", day=day.isoformat())
        return [answers.movement_of(line) for line in told["movements"]]

    async def create_payout_account(self, *, bank: BankDetails, reference: str) -> str:
        """Make a bank account known; the same details return the same id. Raises GatewayError."""
        del reference  # its details are what the account is known by
        asked = {
            "holder": bank.holder,
            "account_number": bank.account_number,
            "routing": bank.routing,
            "country": bank.country,
        }
        return str((await self._provider.post("accounts", asked))["account_id"])

    async def check_account(self, *, account_id: str, key: str, currency: str) -> AccountCheck:
        """Ask the bank about an account; it answers a moment later. Raises GatewayError."""
        del currency  # nothing is sent to find out
        asked = {"account_id": account_id, "key": key}
        return answers.check_of(await self._provider.post("checks", asked))

    async def fetch_account_check(self, *, account_id: str, check_id: str) -> AccountCheck:
        """Ask for the bank's answer about this account. Raises GatewayError."""
        check = answers.check_of(await self._provider.get(f"checks/{check_id}"))
        if check.account_id != account_id:
            raise GatewayError("the check is of another account", code="not-found")
        return check

    async def payout(
        self, *, account_id: str, amount: Money, key: str, narration: str
    ) -> GatewayPayout:
        """Pay out, once per key. Raises GatewayError."""
        asked = {"account_id": account_id, "key": key, "narration": narration} | _priced(amount)
        return answers.payout_of(await self._provider.post("payouts", asked))

    async def fetch_payout(self, payout_id: str) -> GatewayPayout:
        """Ask how a payout stands. Raises GatewayError."""
        return answers.payout_of(await self._provider.get(f"payouts/{payout_id}"))

    async def find_payout(self, key: str) -> GatewayPayout | None:
        """The payout that was made with this key. Raises GatewayError."""
        found = (await self._provider.get("payouts", key=key))["payouts"]
        return answers.payout_of(found[0]) if found else None

    def verify_checkout(self, answer: Mapping[str, Any]) -> str:
        """Return the order id of a checkout's answer. Raises BadSignature."""
        names = ("gateway_order_id", "gateway_payment_id", "status", "signature")
        order_id, payment_id, status, signature = (str(answer.get(n) or "") for n in names)
        if not same(signature, sign_checkout(self._secret, order_id, payment_id, status)):
            raise BadSignature("the checkout's answer was not signed by the sandbox")
        return order_id

    def parse_webhook(self, body: bytes, headers: Mapping[str, str]) -> GatewayEvent:
        """Return the event of a webhook that is signed and fresh. Raises BadSignature."""
        sent = {name.lower(): value for name, value in headers.items()}
        event_id, timestamp = sent.get("webhook-id", ""), sent.get("webhook-timestamp", "")
        expected = [sign_webhook(secret, event_id, timestamp, body) for secret in self._secrets]
        given = sent.get("webhook-signature", "").split(" ")
        if not event_id or not any(same(one, e) for one in given for e in expected):
            raise BadSignature("the webhook was not signed by the sandbox")
        if not _is_fresh(timestamp):
            raise BadSignature("the webhook's time is too far from now; it may be a replay")
        return answers.event_of(event_id, json.loads(body))


def _priced(amount: Money) -> dict[str, Any]:
    return {"amount": amount.amount, "currency": amount.currency}


def _is_fresh(timestamp: str) -> bool:
    try:
        age = real_now().timestamp() - int(timestamp)
    except ValueError:
        return False
    return abs(age) <= TOLERANCE_SECONDS
