"""Orders, payments, refunds and disputes: what each call and each turn of fate does to the books."""

from collections.abc import Mapping
from typing import Any

from .books import Books, Entity
from .refusals import Refused, notes, only, optional, text, whole

CAPTURE_DAYS = 3
FEE_BASIS_POINTS, TAX_ON_FEE = 200, 18


def create_order(books: Books, body: Mapping[str, Any]) -> Entity:
    only(body, ("amount", "currency", "receipt", "notes", "partial_payment", "payment"))
    amount, currency = whole(body, "amount"), text(body, "currency", r"[A-Z]{3}")
    receipt = optional(body, "receipt", r".{1,40}")
    order = books.add(
        "orders",
        amount=amount,
        amount_paid=0,
        amount_due=amount,
        currency=currency,
        receipt=receipt,
        offer_id=None,
        status="created",
        attempts=0,
        notes=notes(body),
    )
    books.shelves["orders"][order["id"]] = order | {"_capture": _capture_options(body)}
    return order


def _capture_options(body: Mapping[str, Any]) -> Entity:
    """Minutes until which a payment is taken by itself, and until which it may be taken."""
    wish = body.get("payment") or {"capture": "automatic"}
    only(wish, ("capture", "capture_options"))
    options = wish.get("capture_options") or {
        "automatic_expiry_period": 12,
        "refund_speed": "normal",
    }
    only(options, ("automatic_expiry_period", "manual_expiry_period", "refund_speed"))
    text(options, "refund_speed", "normal|optimum")
    automatic = 0
    if text(wish, "capture", "automatic|manual") == "automatic":
        automatic = whole(options, "automatic_expiry_period", 12)
    manual = options.get("manual_expiry_period", CAPTURE_DAYS * 24 * 60)
    if not automatic <= manual <= 7200:
        raise Refused("The manual expiry period is out of range.", field="manual_expiry_period")
    return {"automatic": automatic, "manual": manual}


def shown(order: Entity) -> Entity:
    return {name: value for name, value in order.items() if not name.startswith("_")}


def attempt(
    books: Books, order_id: str, amount: int | None = None, *, force: bool = False
) -> Entity:
    """Somebody begins to pay. No payment can be made on a paid order, unless forced."""
    order = books.get("orders", order_id)
    if order["status"] == "paid" and not force:
        raise Refused("The order is already paid", reason="order_already_paid")
    if order["status"] == "created":
        order["status"] = "attempted"
    order["attempts"] += 1
    return books.add(
        "payments",
        amount=amount or order["amount"],
        currency=order["currency"],
        status="created",
        order_id=order_id,
        invoice_id=None,
        international=False,
        method="upi",
        amount_refunded=0,
        refund_status=None,
        captured=False,
        description=None,
        card_id=None,
        bank=None,
        wallet=None,
        vpa="asha@examplebank",
        email="asha@example.com",
        contact="+919800000000",
        notes=[],
        fee=None,
        tax=None,
        error_code=None,
        error_description=None,
        error_source=None,
        error_step=None,
        error_reason=None,
        acquirer_data={"rrn": "300000000001"},
    )


def decline(books: Books, payment: Entity) -> None:
    payment |= {
        "status": "failed",
        "error_code": "BAD_REQUEST_ERROR",
        "error_description": "Payment was declined by the bank",
        "error_source": "bank",
        "error_step": "payment_authorization",
        "error_reason": "payment_failed",
    }
    books.tell("payment.failed", payment=dict(payment))


def authorize(books: Books, payment: Entity, *, automatic: bool) -> None:
    """The bank says yes, perhaps after it said no. In time, the money is taken by itself."""
    if payment["status"] not in {"created", "failed"}:
        raise Refused("The payment cannot be authorized")
    empty = ("error_code", "error_description", "error_source", "error_step", "error_reason")
    payment |= {"status": "authorized", **dict.fromkeys(empty)}
    books.tell("payment.authorized", payment=dict(payment))
    if automatic and books.get("orders", payment["order_id"])["_capture"]["automatic"]:
        _take(books, payment)


def capture(books: Books, payment_id: str, body: Mapping[str, Any]) -> Entity:
    only(body, ("amount", "currency"))
    payment = books.get("payments", payment_id)
    if payment["status"] != "authorized":
        raise Refused("This payment has already been captured or is not authorized")
    if whole(body, "amount") != payment["amount"] or body.get("currency") != payment["currency"]:
        raise Refused("Capture amount must be equal to the amount authorized", field="amount")
    if books.get("orders", payment["order_id"])["status"] == "paid":
        raise Refused("The order is already paid", reason="order_already_paid")
    return _take(books, payment)


def _take(books: Books, payment: Entity) -> Entity:
    fee = payment["amount"] * FEE_BASIS_POINTS // 10_000
    tax = fee * TAX_ON_FEE // 100
    payment |= {"status": "captured", "captured": True, "fee": fee + tax, "tax": tax}
    order = books.get("orders", payment["order_id"])
    order |= {"status": "paid", "amount_paid": payment["amount"], "amount_due": 0}
    books.tell("payment.captured", payment=dict(payment))
    books.tell("order.paid", payment=dict(payment), order=shown(order))
    return payment


def run_out(books: Books) -> None:
    """What was reserved for too long, or for an order that is paid, goes back to the payer."""
    for payment in books.all("payments"):
        order = books.get("orders", payment["order_id"])
        age = books.now - payment["created_at"]
        if payment["status"] == "authorized" and age >= order["_capture"]["manual"] * 60:
            _give_back(books, payment, payment["amount"], {"receipt": None, "notes": []})


def create_refund(
    books: Books, payment_id: str, body: Mapping[str, Any], key: str | None
) -> Entity:
    only(body, ("amount", "speed", "notes", "receipt", "reverse_all"))
    if key is None:
        return _refund(books, payment_id, body)
    if len(key) < 10 or not all(c.isalnum() or c in "_-" for c in key):
        raise Refused("The idempotency key has a wrong format.", field="X-Refund-Idempotency")
    scope = f"refunds:{payment_id}"
    return books.once(scope, key, body, lambda: _refund(books, payment_id, body))


def _refund(books: Books, payment_id: str, body: Mapping[str, Any]) -> Entity:
    payment = books.get("payments", payment_id)
    if not payment["captured"]:
        raise Refused("The payment status should be captured for action to be taken")
    if payment["status"] == "refunded":
        raise Refused("The payment has been fully refunded already")
    left = payment["amount"] - payment["amount_refunded"]
    amount = whole(body, "amount") if "amount" in body else left
    if amount > left:
        raise Refused("The refund amount provided is greater than amount captured", field="amount")
    details = {
        "receipt": optional(body, "receipt", r".{1,40}"),
        "notes": notes(body),
        "speed": text({"speed": "normal", **body}, "speed", "normal|optimum"),
    }
    return _give_back(books, payment, amount, details)


def _give_back(books: Books, payment: Entity, amount: int, details: Entity) -> Entity:
    speed = details.get("speed", "normal")
    _count(payment, amount)
    refund = books.add(
        "refunds",
        amount=amount,
        currency=payment["currency"],
        payment_id=payment["id"],
        notes=details["notes"],
        receipt=details["receipt"],
        acquirer_data={"arn": None},
        batch_id=None,
        status=books.moods.refund_status,
        speed_requested=speed,
        speed_processed="instant" if speed == "optimum" else speed,
    )
    books.tell("refund.created", refund=dict(refund), payment=dict(payment))
    if refund["status"] == "processed":
        books.tell("refund.processed", refund=dict(refund), payment=dict(payment))
    return refund


def _count(payment: Entity, amount: int) -> None:
    back = payment["amount_refunded"] + amount
    whole_back = back == payment["amount"]
    payment["amount_refunded"] = back
    payment["refund_status"] = "full" if whole_back else "partial" if back else None
    kept = "captured" if payment["captured"] else payment["status"]
    payment["status"] = "refunded" if whole_back else kept


def end_refund(books: Books, refund_id: str, *, ok: bool) -> Entity:
    refund = books.get("refunds", refund_id)
    payment = books.get("payments", refund["payment_id"])
    status = "processed" if ok else "failed"
    if refund["status"] not in {status, "failed"}:
        refund["status"] = status
        if ok:
            refund["acquirer_data"] = {"arn": "10000000000000"}
        else:
            _count(payment, -refund["amount"])
        books.tell(f"refund.{status}", refund=dict(refund), payment=dict(payment))
    return refund


def slow_refund(books: Books, refund_id: str) -> Entity:
    """At once was not possible after all."""
    refund = books.get("refunds", refund_id)
    refund["speed_processed"] = "normal"
    payment = books.get("payments", refund["payment_id"])
    books.tell("refund.speed_changed", refund=dict(refund), payment=dict(payment))
    return refund


def settle(books: Books, amount: int, status: str) -> Entity:
    """Money goes to the merchant's own bank: `created`, `processed` or `failed`."""
    return books.add(
        "settlements", amount=amount, status=status, fees=0, tax=0, utr="1568176960vxp0rj"
    )


def open_dispute(books: Books, payment_id: str, amount: int) -> Entity:
    payment = books.get("payments", payment_id)
    dispute = books.add(
        "disputes",
        payment_id=payment_id,
        amount=amount,
        currency=payment["currency"],
        amount_deducted=0,
        reason_code="goods_or_services_not_received_or_partially_received",
        respond_by=books.now + 7 * 86_400,
        status="open",
        phase="chargeback",
        evidence={"amount": amount, "submitted_at": None},
    )
    books.tell("payment.dispute.created", payment=dict(payment), dispute=dict(dispute))
    return dispute


def move_dispute(books: Books, dispute_id: str, status: str) -> Entity:
    dispute = books.get("disputes", dispute_id)
    payment = books.get("payments", dispute["payment_id"])
    dispute["status"] = status
    dispute["amount_deducted"] = dispute["amount"] if status == "lost" else 0
    books.tell(f"payment.dispute.{status}", payment=dict(payment), dispute=dict(dispute))
    return dispute
