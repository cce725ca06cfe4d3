"""The adapter for payments: orders, captures, refunds, disputes, signatures, the day's statement."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kalends.core.gateways import (
    GatewayDispute,
    GatewayError,
    GatewayEvent,
    GatewayMovement,
    GatewayOrder,
    GatewayPayment,
    GatewayRefund,
)
from kalends.core.money import Money

from . import statement
from .answers import Entity, Misshapen, identity, items, known_id, money, optional_text, whole
from .client import Keys, RazorpayClient
from .events import read_event
from .readings import (
    KEY_NOTE,
    read_dispute,
    read_order,
    read_refund,
    refund_key,
    was_captured,
)
from .signatures import verify_checkout, verify_webhook

MAX_RECEIPT = 40
# A payment that the bank confirms within these minutes is taken at once, without us. One that is confirmed
# later stays reserved, until we take it or, because nobody waits for it any more, let it run out: then it
# goes back to the payer without a fee. Three days is the shortest limit that Razorpay's pages name.
AUTOMATIC_MINUTES, MANUAL_MINUTES = 15, 3 * 24 * 60
REFUND_SPEED = "normal"


@dataclass(frozen=True, slots=True)
class Merchant:
    """Who we are at Razorpay. The first webhook secret is the present one; `name` is shown to payers.

    `refund_speed` is `normal` (5 to 7 working days) or `optimum` (at once where possible, for a fee;
    Razorpay may fall back to normal later and tells so by `refund.speed_changed`).
    """

    keys: Keys
    webhook_secrets: tuple[str, ...] = field(repr=False)
    name: str
    refund_speed: str = REFUND_SPEED


class RazorpayGateway:
    """`PaymentGateway` for one Razorpay account."""

    name = "razorpay"

    def __init__(self, merchant: Merchant, client: RazorpayClient) -> None:
        self._me, self._client = merchant, client

    async def create_order(self, *, reference: str, amount: Money) -> GatewayOrder:
        """Open an order with this receipt, or find it. Raises GatewayError.

        Razorpay knows no idempotency here, so the receipt is looked up before. After an unknown outcome
        the same call finds what was made. Of two that race, both return the older order.
        """
        if not 0 < len(reference) <= MAX_RECEIPT:
            raise GatewayError(f"a receipt has at most {MAX_RECEIPT} characters", code="bad_key")
        order = await self._find_order(reference)
        if order is None:
            made = await self._client.post("orders", _order_wish(reference, amount))
            order = await self._find_order(reference) or made
        if money(order) != amount:
            raise GatewayError(
                f"the reference was used for {money(order)} before", code="key_reused"
            )
        return self._order(order)

    async def fetch(self, order_id: str) -> GatewayPayment:
        """How an order stands, from all its attempts. Raises GatewayError."""
        path = f"orders/{known_id(order_id, 'order')}"
        order = await self._client.get(path)
        return read_order(order, items(await self._client.get(f"{path}/payments")))

    async def capture(self, *, order_id: str, payment_id: str, amount: Money) -> GatewayPayment:
        """Take what is authorized, in full: Razorpay takes no part of it. Raises GatewayError."""
        path = f"payments/{known_id(payment_id, 'pay')}"
        payment = await self._client.get(path)
        if payment.get("order_id") != order_id:
            raise GatewayError("this payment belongs to another order", code="wrong_order")
        if not was_captured(payment):
            payment = await self._take(path, amount)
        if identity(payment, "id", "pay") != payment_id or not was_captured(payment):
            raise Misshapen("the captured payment is not captured")
        taken = money(payment)
        order = {"id": order_id, "amount": taken.amount, "currency": taken.currency}
        return read_order(order, [payment])

    async def _take(self, path: str, amount: Money) -> Entity:
        wish = {"amount": amount.amount, "currency": amount.currency}
        try:
            return await self._client.post(f"{path}/capture", wish)
        except GatewayError as refusal:
            if refusal.unknown or refusal.retryable:
                raise
            payment = await self._client.get(path)  # somebody else may have taken it meanwhile
            if was_captured(payment) and money(payment) == amount:
                return payment
            raise

    async def refund(self, *, payment_id: str, amount: Money, key: str) -> GatewayRefund:
        """Give back, once per key, at the account's refund speed. Raises GatewayError.

        How long Razorpay remembers a key is not documented; the receipt on the refund lasts.
        """
        check_key(key)
        refund = await self.find_refund(payment_id=payment_id, key=key)
        if refund is None:
            wish = {
                "amount": amount.amount,
                "speed": self._me.refund_speed,
                "receipt": key,
                "notes": {KEY_NOTE: key},
            }
            path = f"payments/{known_id(payment_id, 'pay')}/refund"
            answer = await self._client.post(path, wish, {"X-Refund-Idempotency": key})
            refund = _of_payment(read_refund(answer), payment_id)
        if refund.amount != amount:
            raise GatewayError(f"the key was used for {refund.amount} before", code="key_reused")
        return refund

    async def fetch_refund(self, *, payment_id: str, refund_id: str) -> GatewayRefund:
        """Raises GatewayError."""
        path = f"payments/{known_id(payment_id, 'pay')}/refunds/{known_id(refund_id, 'rfnd')}"
        return _of_payment(read_refund(await self._client.get(path)), payment_id)

    async def find_refund(self, *, payment_id: str, key: str) -> GatewayRefund | None:
        """The refund of this payment that carries the key. Raises GatewayError."""
        path = f"payments/{known_id(payment_id, 'pay')}/refunds"
        found = (r for r in await self._client.every(path) if refund_key(r) == key)
        refund = next(found, None)
        return None if refund is None else _of_payment(read_refund(refund), payment_id)

    async def fetch_dispute(self, dispute_id: str) -> GatewayDispute:
        """Raises GatewayError."""
        dispute = await self._client.get(f"disputes/{known_id(dispute_id, 'disp')}")
        payment = await self._client.get(f"payments/{identity(dispute, 'payment_id', 'pay')}")
        return read_dispute(dispute, optional_text(payment, "order_id"))

    async def movements(self, day: date) -> Sequence[GatewayMovement]:
        """What was taken, given back, lost and paid to our bank on this UTC day. Raises GatewayError."""
        found = await self._movements(statement.span(day))
        return sorted(found, key=lambda movement: (movement.at, movement.movement_id))

    async def _movements(self, span: Mapping[str, str | int]) -> list[GatewayMovement]:
        payments = await self._client.every("payments", span)
        refunds = await self._client.every("refunds", span)
        disputes = await self._client.every("disputes", span)
        never_taken = await self._never_taken(payments, refunds)
        real = [r for r in refunds if r.get("payment_id") not in never_taken]
        return [
            *statement.captures(payments),
            *statement.refunds(real),
            *statement.lost_disputes(disputes),
            *statement.settlements(await self._client.every("settlements", span)),
        ]

    async def _never_taken(self, payments: Sequence[Entity], refunds: Sequence[Entity]) -> set[str]:
        """Payments whose reservation ran out: what Razorpay gave back was never ours.

        We refund captured payments only, so just the refunds of others have to be looked at.
        """
        known = {str(p.get("id")): p for p in payments}
        foreign = {identity(r, "payment_id", "pay") for r in refunds if refund_key(r) is None}
        for payment_id in foreign - known.keys():
            known[payment_id] = await self._client.get(f"payments/{payment_id}")
        return {payment_id for payment_id in foreign if not was_captured(known[payment_id])}

    def verify_checkout(self, answer: Mapping[str, Any]) -> str:
        """Return the order id that the answer is signed for; the caller compares it with its own.

        A good signature says that the answer is Razorpay's, not that money came. Raises BadSignature.
        """
        return verify_checkout(self._me.keys.secret, answer)

    def parse_webhook(self, body: bytes, headers: Mapping[str, str]) -> GatewayEvent:
        """Check the signature over the raw body and return the event. Raises BadSignature."""
        verify_webhook(self._me.webhook_secrets, body, headers)
        return read_event(body)

    async def _find_order(self, reference: str) -> Entity | None:
        """The oldest order with this receipt; the list begins with the newest."""
        found = await self._client.every("orders", {"receipt": reference})
        same = [order for order in reversed(found) if order.get("receipt") == reference]
        return min(same, key=lambda order: whole(order, "created_at"), default=None)

    def _order(self, order: Entity) -> GatewayOrder:
        order_id, amount = identity(order, "id", "order"), money(order)
        checkout = {
            "key": self._me.keys.key_id,
            "order_id": order_id,
            "amount": amount.amount,
            "currency": amount.currency,
            "name": self._me.name,
        }
        return GatewayOrder(order_id, checkout)


def _order_wish(reference: str, amount: Money) -> dict[str, Any]:
    return {
        "amount": amount.amount,
        "currency": amount.currency,
        "receipt": reference,
        "payment": {
            "capture": "automatic",
            "capture_options": {
                "automatic_expiry_period": AUTOMATIC_MINUTES,
                "manual_expiry_period": MANUAL_MINUTES,
                "refund_speed": REFUND_SPEED,
            },
        },
    }


def _of_payment(refund: GatewayRefund, payment_id: str) -> GatewayRefund:
    if refund.payment_id != payment_id:
        raise Misshapen("the refund belongs to another payment")
    return refund


def check_key(key: str) -> None:
    if not re.fullmatch(r"[A-Za-z0-9_-]{10,36}", key):
        raise GatewayError("a key has 10 to 36 of [A-Za-z0-9_-]", code="bad_key")
