"""Razorpay's orders, payments, refunds and disputes in the port's words. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from kalends.core.gateways import (
    DisputeStatus,
    GatewayDispute,
    GatewayError,
    GatewayPayment,
    GatewayRefund,
    RefundStatus,
)

from .answers import Entity, Misshapen, identity, money, optional_text, part, text, whole

KEY_NOTE = "kalends_key"
DISPUTES = {
    "open": DisputeStatus.open,
    "under_review": DisputeStatus.open,
    "action_required": DisputeStatus.open,
    "won": DisputeStatus.won,
    "lost": DisputeStatus.lost,
    "closed": DisputeStatus.closed,
}


def was_captured(payment: Entity) -> bool:
    """Whether this payment's money came to us. A reservation that ran out is `refunded`, never captured."""
    status = payment.get("status")
    return status == "captured" or (status == "refunded" and payment.get("captured") is True)


def read_order(order: Entity, attempts: Sequence[Entity]) -> GatewayPayment:
    """How an order stands, from all its attempts. Raises Misshapen, GatewayError.

    The first captured payment stands for the order. Razorpay refuses a second one; should there be one
    all the same, such as one that a bank confirmed late, it is among the `others`.
    """
    order_id, asked = identity(order, "id", "order"), money(order)
    if any(payment.get("order_id") != order_id for payment in attempts):
        raise Misshapen("a payment belongs to another order")
    newest_last = attempts[::-1]  # for those of one second, the order of the list decides
    oldest = sorted(newest_last, key=lambda payment: whole(payment, "created_at"))
    captured = [payment for payment in oldest if was_captured(payment)]
    if captured:
        return _read_captured(order_id, captured)
    if order.get("status") == "paid":
        raise GatewayError("Razorpay does not show the payment of a paid order", unknown=True)
    reserved = [payment for payment in oldest if payment.get("status") == "authorized"]
    if reserved:
        payment_id = identity(reserved[0], "id", "pay")
        return GatewayPayment(order_id, payment_id, "authorized", money(reserved[0]))
    if not oldest:
        return GatewayPayment(order_id, None, "created", asked)
    status = "created" if oldest[-1].get("status") == "created" else "failed"
    return GatewayPayment(order_id, identity(oldest[-1], "id", "pay"), status, asked)


def _read_captured(order_id: str, captured: Sequence[Entity]) -> GatewayPayment:
    first, *others = [_read_payment(order_id, payment) for payment in captured]
    return replace(first, others=tuple(others))


def _read_payment(order_id: str, payment: Entity) -> GatewayPayment:
    amount, refunded = money(payment), whole(payment, "amount_refunded")
    return GatewayPayment(
        order_id=order_id,
        payment_id=identity(payment, "id", "pay"),
        status=_captured_status(refunded, amount.amount),
        amount=amount,
        refunded=refunded,
        fee=None if payment.get("fee") is None else whole(payment, "fee"),
    )


def _captured_status(refunded: int, amount: int) -> str:
    if refunded >= amount:
        return "refunded"
    return "partially_refunded" if refunded else "captured"


def read_refund(refund: Entity) -> GatewayRefund:
    """Raises Misshapen. A changed speed is no other refund and no other status."""
    status = text(refund, "status")
    if status not in {s.value for s in RefundStatus}:
        raise Misshapen(f"a refund cannot be {status}")
    return GatewayRefund(
        refund_id=identity(refund, "id", "rfnd"),
        payment_id=identity(refund, "payment_id", "pay"),
        status=RefundStatus(status),
        amount=money(refund),
        key=refund_key(refund),
    )


def refund_key(refund: Entity) -> str | None:
    return optional_text(refund, "receipt") or optional_text(part(refund, "notes"), KEY_NOTE)


def read_dispute(dispute: Entity, order_id: str | None) -> GatewayDispute:
    """Raises Misshapen."""
    status = text(dispute, "status")
    if status not in DISPUTES:
        raise Misshapen(f"a dispute cannot be {status}")
    return GatewayDispute(
        dispute_id=identity(dispute, "id", "disp"),
        payment_id=identity(dispute, "payment_id", "pay"),
        order_id=order_id,
        status=DISPUTES[status],
        amount=money(dispute),
        deducted=whole(dispute, "amount_deducted"),
        reason=optional_text(dispute, "reason_code"),
    )
