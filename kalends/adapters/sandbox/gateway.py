"""The adapter: the marketplace's side of the sandbox provider, over HTTP."""

import json
from collections.abc import Mapping
from typing import Any

import httpx

from kalends.core.clock import real_now
from kalends.core.money import Money
from kalends.core.ports import (
    BadSignature,
    GatewayError,
    GatewayEvent,
    GatewayOrder,
    GatewayPayment,
    outside_units,
)

from .rules import TOLERANCE_SECONDS, same, sign_checkout, sign_webhook

TIMEOUT_SECONDS = 5
SERVER_ERROR = 500
# These fail before a request is on its way; everything else may have had its effect.
_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


class SandboxGateway:
    """`PaymentGateway` for the sandbox provider at `base_url` (the server's own address, without /api)."""

    name = "sandbox"

    def __init__(
        self,
        base_url: str,
        secret: str,
        client: httpx.AsyncClient | None = None,
        public_url: str | None = None,
    ) -> None:
        """`base_url` is where this process reaches the server, `public_url` where people's browsers do."""
        self.base_url = base_url.rstrip("/")
        self._public_url = (public_url or base_url).rstrip("/")
        self._secret = secret
        # The server is next door: no proxy between, and no idle connection that outlives its restart.
        self.client = client or httpx.AsyncClient(
            timeout=TIMEOUT_SECONDS,
            limits=httpx.Limits(max_keepalive_connections=0),
            trust_env=False,
        )

    async def create_order(self, *, reference: str, amount: Money) -> GatewayOrder:
        """Open an order, or find the one with this reference. Raises GatewayError."""
        asked = {"reference": reference, "amount": amount.amount, "currency": amount.currency}
        order_id = str((await self._call("POST", "orders", asked))["order_id"])
        url = f"{self._public_url}/sandbox/checkout/{order_id}"
        return GatewayOrder(order_id, {"url": url})

    async def fetch(self, order_id: str) -> GatewayPayment:
        """Ask how an order stands. Raises GatewayError."""
        order = await self._call("GET", f"orders/{order_id}")
        return GatewayPayment(
            order_id=order["order_id"],
            payment_id=order["payment_id"],
            status=order["status"],
            amount=Money(order["captured"] or order["amount"], order["currency"]),
            refunded=order["refunded"],
        )

    async def refund(self, *, payment_id: str, amount: Money, key: str) -> str:
        """Give back money to the instrument; return the provider's id of it. Raises GatewayError."""
        wish = {"payment_id": payment_id, "amount": amount.amount, "currency": amount.currency}
        return str((await self._call("POST", "refunds", wish | {"key": key}))["refund_id"])

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
        expected = sign_webhook(self._secret, event_id, timestamp, body)
        given = sent.get("webhook-signature", "").split(" ")
        if not event_id or not any(same(one, expected) for one in given):
            raise BadSignature("the webhook was not signed by the sandbox")
        if not _is_fresh(timestamp):
            raise BadSignature("the webhook's time is too far from now; it may be a replay")
        return _event(event_id, json.loads(body))

    async def _call(
        self, method: str, path: str, body: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        outside_units()
        url, headers = f"{self.base_url}/sandbox/v1/{path}", self._headers()
        try:
            response = await self.client.request(
                method, url, json=body, headers=headers, timeout=TIMEOUT_SECONDS
            )
        except _UNSENT as error:
            raise GatewayError("the sandbox cannot be reached") from error
        except httpx.HTTPError as error:
            raise GatewayError("the sandbox did not answer", unknown=True) from error
        return _answer(response)

    def _headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self._secret}"}


def _answer(response: httpx.Response) -> dict[str, Any]:
    if response.status_code >= SERVER_ERROR:
        raise GatewayError(f"the sandbox answered {response.status_code}", unknown=True)
    try:
        answer: dict[str, Any] = response.json()
    except ValueError as error:
        raise GatewayError("the sandbox's answer makes no sense", unknown=True) from error
    if not response.is_success:
        raise GatewayError(f"the sandbox refused: {answer.get('detail', response.status_code)}")
    return answer


def _is_fresh(timestamp: str) -> bool:
    try:
        age = real_now().timestamp() - int(timestamp)
    except ValueError:
        return False
    return abs(age) <= TOLERANCE_SECONDS


def _event(event_id: str, event: Mapping[str, Any]) -> GatewayEvent:
    data = event["data"]
    return GatewayEvent(
        event_id=event_id,
        kind=event["type"],
        order_id=data["order_id"],
        payment_id=data["payment_id"],
        status=data["status"],
        amount=Money(data["amount"], data["currency"]),
        raw=event,
    )
