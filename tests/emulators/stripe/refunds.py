"""Refunds, which may fail days after they succeeded, and disputes."""

from typing import Any

from .books import DISPUTE_FEE, Books, Thing
from .problems import invalid, malformed


def create(books: Books, params: dict[str, Any]) -> Thing:
    charge = _charge_of(books, params)
    left = charge["amount"] - charge["amount_refunded"]
    amount = params.get("amount", left)
    if charge["disputed"]:
        raise invalid(f"Charge {charge['id']} has been charged back.", "charge_disputed")
    if left == 0:
        message = f"Charge {charge['id']} has already been refunded."
        raise invalid(message, "charge_already_refunded")
    if not 0 < amount <= left:
        raise invalid("Refund amount is greater than unrefunded amount on charge", param="amount")
    refund = books.add(
        "re",
        "refund",
        amount=amount,
        charge=charge["id"],
        currency=charge["currency"],
        destination_details={"type": "card"},
        metadata=params.get("metadata", {}),
        payment_intent=charge["payment_intent"],
        reason=params.get("reason"),
        receipt_number=None,
        source_transfer_reversal=None,
        status=books.refund_status,
        transfer_reversal=None,
    )
    line = books.line("refund", "refund", -amount, refund["id"], currency=charge["currency"])
    refund["balance_transaction"] = line["id"]
    _count(charge, amount)
    books.tell("refund.created", refund)
    books.tell("charge.refunded", charge)
    return refund


def end(books: Books, name: str, *, ok: bool) -> Thing:
    """The bank's word. A failure brings the money back to the balance."""
    refund = books.get("refund", name)
    if ok:
        refund["status"] = "succeeded"
    elif refund["status"] != "failed":
        back = books.line(
            "refund_failure",
            "refund_failure",
            refund["amount"],
            refund["id"],
            currency=refund["currency"],
        )
        refund |= {
            "status": "failed",
            "failure_reason": "expired_or_canceled_card",
            "failure_balance_transaction": back["id"],
        }
        _count(books.get("charge", refund["charge"]), -refund["amount"])
        books.tell("refund.failed", refund)
    books.tell("refund.updated", refund)
    books.tell("charge.refund.updated", refund)
    return refund


def open_dispute(books: Books, charge_id: str, amount: int, *, inquiry: bool = False) -> Thing:
    """The cardholder complains. Money goes at once, unless it is a question only."""
    charge = books.get("charge", charge_id)
    dispute = books.add(
        "du",
        "dispute",
        amount=amount,
        balance_transactions=[],
        charge=charge_id,
        currency=charge["currency"],
        evidence_details={"due_by": books.now() + 7 * 86400, "has_evidence": False},
        is_charge_refundable=inquiry,
        metadata={},
        payment_intent=charge["payment_intent"],
        reason="fraudulent",
        status="warning_needs_response" if inquiry else "needs_response",
    )
    charge["disputed"] = not inquiry
    books.tell("charge.dispute.created", dispute)
    if not inquiry:
        _move(books, dispute, -amount, DISPUTE_FEE)
        books.tell("charge.dispute.funds_withdrawn", dispute)
    return dispute


def end_dispute(books: Books, name: str, *, won: bool) -> Thing:
    dispute = books.get("dispute", name)
    if dispute["status"].startswith("warning"):
        dispute["status"] = "warning_closed"
    else:
        dispute["status"] = "won" if won else "lost"
    if dispute["status"] == "won":
        _move(books, dispute, dispute["amount"], 0)
        books.tell("charge.dispute.funds_reinstated", dispute)
    books.tell("charge.dispute.closed", dispute)
    return dispute


def _move(books: Books, dispute: Thing, amount: int, fee: int) -> None:
    category = "dispute" if amount < 0 else "dispute_reversal"
    line = books.line(
        "adjustment", category, amount, dispute["id"], fee=fee, currency=dispute["currency"]
    )
    dispute["balance_transactions"].append(line)


def _charge_of(books: Books, params: dict[str, Any]) -> Thing:
    if ("charge" in params) == ("payment_intent" in params):
        raise malformed("One of charge and payment_intent is needed.", "charge")
    if "charge" in params:
        charge = books.get("charge", params["charge"])
    else:
        intent = books.get("payment_intent", params["payment_intent"])
        charge = books.get("charge", intent["latest_charge"])
    if not charge["captured"]:
        raise invalid("This charge was not captured.", "charge_not_refundable")
    return charge


def _count(charge: Thing, amount: int) -> None:
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
