"""Pure: what Stripe's objects are in the port's words. Anything odd raises KeyError, TypeError or ValueError."""

from collections.abc import Mapping
from typing import Any

from kalends.core.gateways import (
    DisputeStatus,
    GatewayDispute,
    GatewayPayment,
    GatewayPayout,
    GatewayRefund,
    PayoutStatus,
    RefundStatus,
)

from .amounts import told

Body = Mapping[str, Any]

REFUNDS = {
    "pending": RefundStatus.pending,
    "requires_action": RefundStatus.pending,
    "succeeded": RefundStatus.processed,
    "failed": RefundStatus.failed,
    "canceled": RefundStatus.failed,
}
# Every other state of a dispute still waits for somebody.
DISPUTES = {
    "won": DisputeStatus.won,
    "lost": DisputeStatus.lost,
    "warning_closed": DisputeStatus.closed,
    "prevented": DisputeStatus.closed,
}


def name_of(value: Any) -> str | None:
    """The id of an object that may be there in full, as its id only, or not at all."""
    found = value["id"] if isinstance(value, Mapping) else value
    if found is not None and not isinstance(found, str):
        raise TypeError("an id is a text")
    return found


def payment(intent: Body) -> GatewayPayment:
    """A PaymentIntent with its latest charge and that charge's balance transaction in full."""
    charge = intent.get("latest_charge")
    if charge is not None and not isinstance(charge, Mapping):
        raise TypeError("the latest charge was asked for in full")
    taken = intent["status"] == "succeeded"
    if taken and charge is None:
        raise ValueError("a payment that succeeded has a charge")
    amount = told(_amount(intent), intent["currency"])
    refunded = told(charge["amount_refunded"] if charge else 0, intent["currency"])
    return GatewayPayment(
        order_id=intent["id"],
        payment_id=charge["id"] if charge else None,
        status=_taken(amount.amount, refunded.amount) if taken else _untaken(intent),
        amount=amount,
        refunded=refunded.amount if taken else 0,
        fee=_fee(charge, intent["currency"]) if taken and charge else None,
    )


def _amount(intent: Body) -> Any:
    if intent["status"] == "succeeded":
        return intent["amount_received"]
    return (
        intent["amount_capturable"] if intent["status"] == "requires_capture" else intent["amount"]
    )


def _taken(amount: int, refunded: int) -> str:
    if not refunded:
        return "captured"
    return "refunded" if refunded >= amount else "partially_refunded"


def _untaken(intent: Body) -> str:
    """A declined attempt goes back to where it began; only its error tells the two apart."""
    status = intent["status"]
    if not isinstance(status, str):
        raise TypeError("a status is a word")
    if status == "requires_payment_method":
        return "failed" if intent.get("last_payment_error") else "created"
    return {"requires_capture": "authorized", "canceled": "failed"}.get(status, "created")


def _fee(charge: Body, currency: str) -> int | None:
    """What Stripe kept; None while it has not said so, and when it was settled in another currency."""
    line = charge.get("balance_transaction")
    if not isinstance(line, Mapping) or line["currency"] != currency:
        return None
    return told(line["fee"], currency).amount


def refund(body: Body) -> GatewayRefund:
    """A refund of the charge; of the PaymentIntent where Stripe names no charge."""
    paid = name_of(body.get("charge")) or name_of(body["payment_intent"])
    if paid is None:
        raise ValueError("a refund is of something")
    return GatewayRefund(
        refund_id=body["id"],
        payment_id=paid,
        status=REFUNDS[body["status"]],
        amount=told(body["amount"], body["currency"]),
        key=_metadata(body).get("key"),
        reason=body.get("failure_reason"),
    )


def transfer(body: Body) -> GatewayPayout:
    """A transfer has no status: it is there, or it was taken back."""
    back = body["amount_reversed"]
    partly = f"{back} of {body['amount']} came back" if back and not body["reversed"] else None
    return GatewayPayout(
        payout_id=body["id"],
        status=PayoutStatus.reversed if body["reversed"] else PayoutStatus.processed,
        amount=told(body["amount"], body["currency"]),
        key=_metadata(body).get("key"),
        bank_reference=name_of(body.get("destination_payment")),
        reason=partly,
    )


def dispute(body: Body) -> GatewayDispute:
    """A dispute; `deducted` is what its balance transactions took so far, without Stripe's fee."""
    charge = name_of(body["charge"])
    if charge is None:
        raise ValueError("a dispute is of a charge")
    lines = body["balance_transactions"]
    # The lines are in the currency of settlement, which may not be the payment's.
    same = [line["amount"] for line in lines if line["currency"] == body["currency"]]
    return GatewayDispute(
        dispute_id=body["id"],
        payment_id=charge,
        order_id=name_of(body.get("payment_intent")),
        status=DISPUTES.get(body["status"], DisputeStatus.open),
        amount=told(body["amount"], body["currency"]),
        deducted=max(0, -told(sum(same), body["currency"]).amount),
        reason=body.get("reason"),
    )


def _metadata(body: Body) -> Mapping[str, str]:
    return body.get("metadata") or {}


def is_marked(body: Body, name: str, value: str) -> bool:
    """Whether we wrote this into the object's metadata."""
    return _metadata(body).get(name) == value
