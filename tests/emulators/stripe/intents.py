"""PaymentIntents and their charges."""

from typing import Any

from .books import CHARGE_FEE_BP, CHARGE_FEE_FIXED, Books, Thing
from .problems import invalid

_WAITING = frozenset({"requires_payment_method", "requires_action", "processing"})


def create(books: Books, params: dict[str, Any]) -> Thing:
    intent = books.add(
        "pi",
        "payment_intent",
        amount=params["amount"],
        amount_capturable=0,
        amount_received=0,
        automatic_payment_methods=params.get("automatic_payment_methods"),
        canceled_at=None,
        cancellation_reason=None,
        capture_method=params.get("capture_method", "automatic_async"),
        confirmation_method="automatic",
        currency=params["currency"],
        customer=params.get("customer"),
        last_payment_error=None,
        latest_charge=None,
        livemode=False,
        metadata=params.get("metadata", {}),
        next_action=None,
        payment_method=None,
        payment_method_types=["card"],
        status="requires_payment_method",
        transfer_data=None,
        transfer_group=params.get("transfer_group"),
    )
    if not 0 < intent["amount"] <= 99_999_999:
        del books.things[intent["id"]]
        raise invalid("Amount must be at least $0.50 usd", "amount_too_small", "amount")
    number = intent["id"].removeprefix("pi_")
    intent["client_secret"] = f"{intent['id']}_secret_{number[::-1]}"
    books.tell("payment_intent.created", intent)
    return intent


def capture(books: Books, params: dict[str, Any], name: str) -> Thing:
    intent = books.get("payment_intent", name)
    if intent["status"] != "requires_capture":
        raise invalid(
            f"This PaymentIntent could not be captured because it has a status of {intent['status']}.",
            "payment_intent_unexpected_state",
        )
    amount = params.get("amount_to_capture", intent["amount_capturable"])
    if amount > intent["amount_capturable"]:
        raise invalid("You cannot capture more than was authorized.", "amount_too_large")
    charge = books.get("charge", intent["latest_charge"])
    charge |= {"captured": True, "amount_captured": amount}
    _take(books, charge, amount)
    intent |= {"status": "succeeded", "amount_capturable": 0, "amount_received": amount}
    books.tell("charge.captured", charge)
    books.tell("payment_intent.succeeded", intent)
    return intent


def pay(books: Books, name: str, outcome: str, amount: int | None = None) -> Thing:
    """The customer pays with a card; the charge that came of it."""
    intent = books.get("payment_intent", name)
    if intent["status"] not in _WAITING:
        raise invalid("This PaymentIntent is paid already.", "payment_intent_unexpected_state")
    if amount is not None:
        intent["amount"] = amount
    charge = _charge(books, intent, failed=outcome == "declined")
    intent |= {"latest_charge": charge["id"], "payment_method": "pm_card_visa"}
    if outcome == "declined":
        _decline(books, intent, charge)
    elif outcome == "authorized":
        _reserve(books, intent, charge)
    else:
        _take(books, charge, intent["amount"])
        intent |= {
            "status": "succeeded",
            "amount_received": intent["amount"],
            "last_payment_error": None,
        }
        books.tell("charge.succeeded", charge)
        books.tell("payment_intent.succeeded", intent)
    return charge


def cancel(books: Books, name: str) -> Thing:
    intent = books.get("payment_intent", name)
    intent |= {"status": "canceled", "cancellation_reason": "automatic", "amount_capturable": 0}
    books.tell("payment_intent.canceled", intent)
    return intent


def _charge(books: Books, intent: Thing, *, failed: bool) -> Thing:
    return books.add(
        "ch",
        "charge",
        amount=intent["amount"],
        amount_captured=0 if failed else intent["amount"],
        amount_refunded=0,
        balance_transaction=None,
        captured=not failed,
        currency=intent["currency"],
        disputed=False,
        failure_code="card_declined" if failed else None,
        livemode=False,
        metadata=dict(intent["metadata"]),
        paid=not failed,
        payment_intent=intent["id"],
        payment_method_details={"type": "card", "card": {"brand": "visa", "last4": "4242"}},
        refunded=False,
        status="failed" if failed else "succeeded",
        transfer_group=intent["transfer_group"],
    )


def _decline(books: Books, intent: Thing, charge: Thing) -> None:
    intent |= {
        "status": "requires_payment_method",
        "payment_method": None,
        "last_payment_error": {
            "type": "card_error",
            "code": "card_declined",
            "decline_code": "generic_decline",
            "message": "Your card was declined.",
            "charge": charge["id"],
        },
    }
    books.tell("charge.failed", charge)
    books.tell("payment_intent.payment_failed", intent)


def _reserve(books: Books, intent: Thing, charge: Thing) -> None:
    charge |= {"captured": False, "amount_captured": 0}
    intent |= {
        "status": "requires_capture",
        "capture_method": "manual",
        "amount_capturable": intent["amount"],
    }
    books.tell("charge.succeeded", charge)
    books.tell("payment_intent.amount_capturable_updated", intent)


def _take(books: Books, charge: Thing, amount: int) -> None:
    fee = amount * CHARGE_FEE_BP // 10_000 + CHARGE_FEE_FIXED
    line = books.line(
        "charge", "charge", amount, charge["id"], fee=fee, currency=charge["currency"]
    )
    charge["balance_transaction"] = line["id"]
