"""Pure: a balance transaction as a movement of the port."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from kalends.core.gateways import GatewayMovement, MovementKind

from .amounts import told
from .reading import name_of

Line = Mapping[str, Any]

# `type` says what happened; where it says "adjustment" only, `reporting_category` does.
_TYPES = {
    "charge": MovementKind.capture,
    "payment": MovementKind.capture,
    "refund": MovementKind.refund,
    "payment_refund": MovementKind.refund,
    "refund_failure": MovementKind.refund_failed,
    "transfer": MovementKind.payout,
    "transfer_refund": MovementKind.payout_reversed,
    "transfer_cancel": MovementKind.payout_reversed,
    "transfer_failure": MovementKind.payout_reversed,
    # Between the platform's balance and our own bank, and what came back of that.
    "payout": MovementKind.transfer,
    "payout_failure": MovementKind.transfer,
    "payout_cancel": MovementKind.transfer,
    "topup": MovementKind.transfer,
    "topup_reversal": MovementKind.transfer,
    "stripe_fee": MovementKind.fee,
    "stripe_fx_fee": MovementKind.fee,
    "tax_fee": MovementKind.fee,
}
_CATEGORIES = {
    "dispute": MovementKind.dispute,
    "dispute_reversal": MovementKind.dispute_won,
    "refund_failure": MovementKind.refund_failed,
    "fee": MovementKind.fee,
    # What a capture of less than was reserved leaves: nobody refunded it.
    "partial_capture_reversal": MovementKind.other,
}


def movement(line: Line, transfers: Mapping[str, Line]) -> GatewayMovement:
    """One balance transaction with its source in full, and the transfers that reversals are of, by id.

    What Stripe calls a transfer is a payout here; its payouts go to our own bank, and are transfers.
    """
    source = line.get("source")
    told_of = source if isinstance(source, Mapping) else {}
    transfer = transfers.get(reversed_transfer(line) or "")
    amount = told(line["amount"], line["currency"])
    metadata = (transfer or told_of).get("metadata") or {}
    return GatewayMovement(
        movement_id=line["id"],
        kind=_kind(line),
        object_id=name_of(transfer or source) or line["id"],
        amount=amount.amount,
        currency=amount.currency,
        at=datetime.fromtimestamp(line["created"], UTC),
        fee=told(line["fee"], line["currency"]).amount,
        reference=metadata.get("key") or metadata.get("reference"),
        order_id=name_of(told_of.get("payment_intent")),
    )


def reversed_transfer(line: Line) -> str | None:
    """The transfer behind a reversal, whose own id nobody here knows."""
    source = line.get("source")
    if not isinstance(source, Mapping) or source.get("object") != "transfer_reversal":
        return None
    return name_of(source["transfer"])


def _kind(line: Line) -> MovementKind:
    special = _CATEGORIES.get(line.get("reporting_category") or "")
    return special or _TYPES.get(line["type"], MovementKind.other)
