"""The provider's answers and webhooks in the port's words. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from kalends.core.gateways import (
    About,
    AccountCheck,
    CheckStatus,
    DisputeStatus,
    GatewayDispute,
    GatewayEvent,
    GatewayMovement,
    GatewayPayment,
    GatewayPayout,
    GatewayRefund,
    MovementKind,
    PayoutStatus,
    RefundStatus,
)
from kalends.core.money import Money

Answer = Mapping[str, Any]
_SPOKEN_OF = {about.value: about for about in About}


def payment_of(order: Answer) -> GatewayPayment:
    return GatewayPayment(
        order_id=order["order_id"],
        payment_id=order["payment_id"],
        status=order["status"],
        amount=Money(order["captured"] or order["amount"], order["currency"]),
        refunded=order["refunded"],
    )


def refund_of(refund: Answer) -> GatewayRefund:
    return GatewayRefund(
        refund_id=refund["refund_id"],
        payment_id=refund["payment_id"],
        status=RefundStatus(refund["status"]),
        amount=_money(refund),
        key=refund["key"],
        reason=refund["reason"],
    )


def check_of(check: Answer) -> AccountCheck:
    return AccountCheck(
        check_id=check["check_id"],
        account_id=check["account_id"],
        status=CheckStatus(check["status"]),
        registered_name=check["registered_name"],
        reason=check["reason"],
    )


def payout_of(payout: Answer) -> GatewayPayout:
    return GatewayPayout(
        payout_id=payout["payout_id"],
        status=PayoutStatus(payout["status"]),
        amount=_money(payout),
        key=payout["key"],
        fee=payout["fee"],
        bank_reference=payout["bank_reference"],
        reason=payout["reason"],
        permanent=payout["permanent"],
    )


def dispute_of(dispute: Answer) -> GatewayDispute:
    return GatewayDispute(
        dispute_id=dispute["dispute_id"],
        payment_id=dispute["payment_id"],
        order_id=dispute["order_id"],
        status=DisputeStatus(dispute["status"]),
        amount=_money(dispute),
        deducted=dispute["deducted"],
    )


def movement_of(line: Answer) -> GatewayMovement:
    return GatewayMovement(
        movement_id=line["movement_id"],
        kind=MovementKind(line["kind"]),
        object_id=line["object_id"],
        amount=line["amount"],
        currency=line["currency"],
        at=datetime.fromisoformat(line["at"]),
        fee=line["fee"],
        reference=line["reference"],
        order_id=line["order_id"],
    )


def event_of(event_id: str, event: Answer) -> GatewayEvent:
    """What a webhook says. Of a kind that is not known here, nothing but its name."""
    kind, data = str(event.get("type", "")), event.get("data") or {}
    about = _SPOKEN_OF.get(kind.partition(".")[0], About.other)
    told = {} if about is About.other else data
    return GatewayEvent(
        event_id=event_id,
        kind=kind,
        about=about,
        order_id=told.get("order_id"),
        payment_id=told.get("payment_id"),
        object_id=told.get("id"),
        status=told.get("status"),
        amount=_money(told) if "amount" in told else None,
        raw=event,
    )


def _money(facts: Answer) -> Money:
    return Money(facts["amount"], facts["currency"])
