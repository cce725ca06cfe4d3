"""RazorpayX: contacts, bank accounts, their checks, payouts."""

from collections.abc import Mapping
from typing import Any

from .books import Books, Entity
from .refusals import Refused, notes, only, optional, text, whole

ACCOUNT_NUMBER = "7878780000000001"
MODES = {"IMPS": (100, 50_000_000), "NEFT": (100, None), "RTGS": (20_000_000, None)}
PAYOUT_FEE, PAYOUT_TAX = 590, 90
_EVENTS = {"processing": "initiated"}


def create_contact(books: Books, body: Mapping[str, Any]) -> Entity:
    """Identical details are the contact that exists."""
    only(body, ("name", "email", "contact", "type", "reference_id", "notes"))
    details = {
        "name": text(body, "name", r".{3,50}"),
        "email": optional(body, "email"),
        "contact": optional(body, "contact"),
        "type": optional(body, "type"),
        "reference_id": optional(body, "reference_id", r".{1,40}"),
        "notes": notes(body),
    }
    return _same(books, "contacts", details) or books.add("contacts", **details, active=True)


def create_fund_account(books: Books, body: Mapping[str, Any]) -> Entity:
    only(body, ("contact_id", "account_type", "bank_account"))
    books.get("contacts", text(body, "contact_id"))
    text(body, "account_type", "bank_account")
    bank = body.get("bank_account")
    if not isinstance(bank, dict):
        raise Refused("The bank account field is required.", field="bank_account")
    only(bank, ("name", "ifsc", "account_number"))
    details = {
        "contact_id": body["contact_id"],
        "account_type": "bank_account",
        "bank_account": {
            "name": text(bank, "name", r".{3,120}"),
            "bank_name": "Example Bank",
            "ifsc": text(bank, "ifsc", r"[A-Z]{4}0[A-Z0-9]{6}"),
            "account_number": text(bank, "account_number", r"[A-Za-z0-9]{5,35}"),
            "notes": [],
        },
    }
    known = _same(books, "fund_accounts", details)
    return known or books.add("fund_accounts", **details, active=True, batch_id=None)


def _same(books: Books, kind: str, details: Entity) -> Entity | None:
    found = (e for e in books.all(kind) if all(e[name] == v for name, v in details.items()))
    return next(found, None)


def create_validation(books: Books, body: Mapping[str, Any]) -> Entity:
    only(body, ("account_number", "fund_account", "amount", "currency", "notes"))
    text(body, "account_number", ACCOUNT_NUMBER)
    text(body, "currency", "INR")
    whole(body, "amount")
    account = body.get("fund_account") or {}
    only(account, ("id",))
    check = books.add(
        "validations",
        fund_account=dict(books.get("fund_accounts", text(account, "id"))),
        status="created",
        amount=body["amount"],
        currency="INR",
        notes=notes(body),
        utr=None,
    )
    check["entity"] = "fund_account.validation"
    _answer(books, check, None, None)
    return check


def _answer(books: Books, check: Entity, status: str | None, name: str | None) -> None:
    found = {"account_status": status, "registered_name": name}
    check[books.moods.validation_shape] = found
    if books.moods.validation_shape != "results":
        check[books.moods.validation_shape] = {**found, "details": None, "name_match_score": 90}


def end_validation(books: Books, check_id: str, how: Mapping[str, Any]) -> Entity:
    """`status` completed or failed, with `account_status` and `name`. Webhooks say `results` always."""
    check = books.get("validations", check_id)
    check["status"] = how["status"]
    status, name = how.get("account_status"), how.get("name")
    _answer(books, check, status, name)
    told = check | {"results": {"account_status": status, "registered_name": name}}
    event = f"fund_account.validation.{check['status']}"
    books.tell(event, fund_account__validation=told)
    return check


def create_payout(books: Books, body: Mapping[str, Any], key: str | None) -> Entity:
    if not key:
        raise Refused("The idempotency key is required.", field="X-Payout-Idempotency")
    return books.once("payouts:", key, body, lambda: _payout(books, body))


def _payout(books: Books, body: Mapping[str, Any]) -> Entity:
    known = ("account_number", "fund_account_id", "amount", "currency", "mode", "purpose")
    only(body, (*known, "queue_if_low_balance", "reference_id", "narration", "notes"))
    text(body, "account_number", ACCOUNT_NUMBER)
    account = books.get("fund_accounts", text(body, "fund_account_id"))
    if not account["active"]:
        raise Refused("The fund account is not active.", field="fund_account_id")
    amount, mode = whole(body, "amount"), text(body, "mode", "|".join(MODES))
    least, most = MODES[mode]
    if amount < least or (most is not None and amount > most):
        raise Refused(f"The amount is out of the range of {mode}.", reason="amount_out_of_range")
    payout = books.add(
        "payouts",
        fund_account_id=account["id"],
        amount=amount,
        currency=text(body, "currency", "INR"),
        notes=notes(body),
        fees=PAYOUT_FEE,
        tax=PAYOUT_TAX,
        status="created",
        utr=None,
        mode=mode,
        purpose=text(body, "purpose"),
        reference_id=optional(body, "reference_id", r".{1,40}"),
        narration=optional(body, "narration", r"[A-Za-z0-9 ]{1,30}"),
        batch_id=None,
        status_details={"description": None, "source": None, "reason": None},
        fee_type="",
    )
    _begin(books, payout, queue=bool(body.get("queue_if_low_balance")))
    return payout


def _begin(books: Books, payout: Entity, *, queue: bool) -> None:
    short = books.moods.balance is not None and payout["amount"] > books.moods.balance
    if short:
        move_payout(books, payout["id"], "queued" if queue else "failed", "low_balance")
    else:
        waiting = "beneficiary_bank_confirmation_pending"
        move_payout(books, payout["id"], books.moods.payout_status, waiting)


def move_payout(books: Books, payout_id: str, status: str, reason: str | None = None) -> Entity:
    """To any state, as an operator's dashboard or a bank would; the same state twice is told once."""
    payout = books.get("payouts", payout_id)
    if payout["status"] == status:
        return payout
    payout["status"] = status
    payout["status_details"] = {
        "description": "What the bank said",
        "source": "beneficiary_bank",
        "reason": reason or f"payout_{status}",
    }
    if status == "processed":
        payout["utr"] = "300000000002"
    if status in {"reversed", "failed", "rejected", "cancelled"}:
        payout |= {"fees": 0, "tax": 0} if status != "reversed" else {}
    books.tell(f"payout.{_EVENTS.get(status, status)}", payout=dict(payout))
    return payout


def cancel_payout(books: Books, payout_id: str) -> Entity:
    if books.get("payouts", payout_id)["status"] != "queued":
        raise Refused("The payout is not in the queue", reason="payout_not_queued")
    return move_payout(books, payout_id, "cancelled")
