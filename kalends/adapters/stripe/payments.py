"""Taking and returning money: PaymentIntents, refunds, disputes and the statement."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from kalends.core.gateways import (
    BadSignature,
    GatewayDispute,
    GatewayError,
    GatewayEvent,
    GatewayMovement,
    GatewayOrder,
    GatewayPayment,
    GatewayRefund,
)
from kalends.core.money import Money

from . import reading
from .amounts import asked
from .api import Find, Found, Once, understanding
from .base import StripeSide, another_use, expanded, in_path
from .events import event
from .signature import verify
from .statement import movement, reversed_transfer

_CLIENT_SECRET = re.compile(r"(pi_[A-Za-z0-9]{4,200})_secret_[A-Za-z0-9_]{4,200}")
_DAY_PAGES = 1000  # a hundred thousand movements
_UNTAKEN = frozenset({"created", "failed", "authorized"})


class StripePayments(StripeSide):
    """The customers' side."""

    async def create_order(self, *, reference: str, amount: Money) -> GatewayOrder:
        """Open a PaymentIntent, or find the one with this reference. Raises GatewayError.

        Its client secret is all that lets somebody pay, and only this answer hands it out: one that was opened
        and whose answer got lost for longer than Stripe keeps keys stays unpaid.
        """
        params = {
            **asked(amount),
            # Not the default, which captures later and knows the fee later still.
            "capture_method": "automatic",
            "automatic_payment_methods": {"enabled": True},
            "transfer_group": reference,
            "metadata": {"reference": reference},
        }
        find = self.recent("payment_intents", "reference", reference)
        intent = await self.api.once(
            Once("payment_intents", params, reference, find, harmless=True)
        )
        with understanding():
            checkout = {
                "publishable_key": self._keys.publishable,
                "client_secret": intent["client_secret"],
                "order_id": intent["id"],
            }
            return GatewayOrder(intent["id"], checkout)

    async def fetch(self, order_id: str) -> GatewayPayment:
        """How a PaymentIntent stands. Raises GatewayError."""
        intent = await self.api.get(
            f"payment_intents/{in_path(order_id)}", expanded("latest_charge.balance_transaction")
        )
        with understanding():
            return reading.payment(intent)

    async def capture(self, *, order_id: str, payment_id: str, amount: Money) -> GatewayPayment:
        """Take what is authorized. Raises GatewayError.

        A hold lasts five to seven days at most, then the money is gone. Whatever the answer, the PaymentIntent
        is asked how it stands now: a stored answer may be old, and what is taken is taken.
        """
        count = asked(amount)["amount"]
        path = f"payment_intents/{in_path(order_id)}/capture"
        key = f"capture.{order_id}.{count}"
        call = Once(path, {"amount_to_capture": count}, key, self._taken(order_id))
        refused = None
        try:
            await self.api.once(call)
        except GatewayError as error:
            if error.code != "payment_intent_unexpected_state":
                raise
            refused = error
        seen = await self.fetch(order_id)
        if seen.payment_id != payment_id:
            raise GatewayError("another payment was taken", code="other_payment")
        if refused is not None and seen.status in _UNTAKEN:
            raise refused
        return seen

    async def refund(self, *, payment_id: str, amount: Money, key: str) -> GatewayRefund:
        """Give back, once per key: looked for first, for Stripe forgets keys after a day. Raises GatewayError."""
        find = self.made("refunds", _of(payment_id), key)
        params = {
            **_of(payment_id),
            "amount": asked(amount)["amount"],
            "metadata": {"key": key},
        }
        made = await find() or await self.api.once(Once("refunds", params, key, find))
        with understanding():
            refund = reading.refund(made)
        if refund.amount != amount:
            raise another_use()
        return refund

    async def fetch_refund(self, *, payment_id: str, refund_id: str) -> GatewayRefund:
        """Raises GatewayError, also when the refund is of another payment."""
        body = await self.api.get(f"refunds/{in_path(refund_id)}")
        with understanding():
            found = reading.refund(body)
            of = {found.payment_id, reading.name_of(body.get("payment_intent"))}
        if payment_id not in of:
            raise GatewayError("this refund is of another payment", code="other_payment")
        return found

    async def find_refund(self, *, payment_id: str, key: str) -> GatewayRefund | None:
        """The refund with this key in its metadata. Raises GatewayError."""
        found = await self.made("refunds", _of(payment_id), key)()
        with understanding():
            return reading.refund(found) if found else None

    async def fetch_dispute(self, dispute_id: str) -> GatewayDispute:
        """Raises GatewayError."""
        body = await self.api.get(f"disputes/{in_path(dispute_id)}")
        with understanding():
            return reading.dispute(body)

    async def movements(self, day: date) -> Sequence[GatewayMovement]:
        """The balance transactions of this UTC day, in the currency of settlement. Raises GatewayError."""
        begin = datetime.combine(day, time(), UTC)
        window = {
            "gte": int(begin.timestamp()),
            "lt": int((begin + timedelta(days=1)).timestamp()),
        }
        params = {"created": window, **expanded("data.source")}
        lines = [line async for line in self.api.each("balance_transactions", params, _DAY_PAGES)]
        with understanding():
            reversals = {name for line in lines if (name := reversed_transfer(line))}
        # A reversal does not say whose payout it was; they are rare enough to ask for each.
        transfers = {name: await self.api.get(f"transfers/{in_path(name)}") for name in reversals}
        with understanding():
            return [movement(line, transfers) for line in reversed(lines)]

    def verify_checkout(self, answer: Mapping[str, Any]) -> str:
        """The order that a browser says it has paid, from what Stripe adds to the return address.

        Stripe signs no such answer, and nothing here proves that anybody paid: a client secret of the right
        shape only says which of the caller's own orders to ask Stripe about. Raises BadSignature.
        """
        secret = _CLIENT_SECRET.fullmatch(str(answer.get("payment_intent_client_secret") or ""))
        if secret is None or secret[1] != answer.get("payment_intent"):
            raise BadSignature("the checkout's answer names no order of Stripe's")
        return secret[1]

    def parse_webhook(self, body: bytes, headers: Mapping[str, str]) -> GatewayEvent:
        """The event of a webhook that is signed and fresh. Raises BadSignature, also when it is no event."""
        sent = {name.lower(): value for name, value in headers.items()}
        verify(sent.get("stripe-signature", ""), body, self._keys.webhook_secrets)
        try:
            return event(json.loads(body))
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
            raise BadSignature("the webhook is signed, but it is no event of Stripe's") from error

    def _taken(self, order_id: str) -> Find:
        """The PaymentIntent, once it is captured."""

        async def find() -> Found | None:
            intent = await self.api.get(f"payment_intents/{in_path(order_id)}")
            return intent if intent.get("status") == "succeeded" else None

        return find


def _of(payment_id: str) -> dict[str, str]:
    """What a refund is of: a charge, or a PaymentIntent where Stripe named no charge."""
    return {"payment_intent" if payment_id.startswith("pi_") else "charge": payment_id}
