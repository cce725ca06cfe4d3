"""Connected accounts, transfers to them and their reversals."""

from typing import Any

from .books import Books, Thing
from .problems import invalid, malformed

_DUE = ["individual.dob.day", "individual.first_name", "tos_acceptance.date", "tos_acceptance.ip"]


def create_account(books: Books, params: dict[str, Any]) -> Thing:
    banks = [_bank(books, params["external_account"])] if "external_account" in params else []
    account = books.add(
        "acct",
        "account",
        business_type=params.get("business_type"),
        capabilities={"transfers": "active" if books.transfers_active else "inactive"},
        charges_enabled=False,
        controller={"type": "application", **params.get("controller", {})},
        country=params.get("country", "US"),
        default_currency=banks[0]["currency"] if banks else books.currency,
        details_submitted=False,
        email=params.get("email"),
        external_accounts={"object": "list", "data": banks, "has_more": False},
        individual=None,
        metadata=params.get("metadata", {}),
        payouts_enabled=False,
        requirements={
            "currently_due": list(_DUE),
            "past_due": [],
            "disabled_reason": "requirements.past_due",
            "errors": [],
        },
    )
    books.tell("account.updated", account, account["id"])
    return account


def end_check(books: Books, name: str, status: str, holder: str) -> Thing:
    """Stripe has looked at the account."""
    account = books.get("account", name)
    first, _, last = holder.partition(" ")
    state = {"verified": "verified", "rejected": "unverified"}.get(status, "pending")
    account["individual"] = {
        "first_name": first,
        "last_name": last,
        "verification": {"status": state},
    }
    if status == "verified":
        account |= {"payouts_enabled": True, "details_submitted": True}
        account["capabilities"]["transfers"] = "active"
        account["requirements"] |= {"currently_due": [], "disabled_reason": None}
    elif status == "rejected":
        account["payouts_enabled"] = False
        account["capabilities"]["transfers"] = "inactive"
        account["requirements"]["disabled_reason"] = "rejected.other"
        for bank in account["external_accounts"]["data"]:
            bank["status"] = "errored"
    else:
        account["requirements"]["disabled_reason"] = "under_review"
    books.tell("account.updated", account, name)
    return account


def create_transfer(books: Books, params: dict[str, Any]) -> Thing:
    destination = params["destination"]
    account = books.things.get(destination)
    if account is None or account["object"] != "account":
        raise invalid(f"No such destination: '{destination}'", "resource_missing", "destination")
    if account["capabilities"]["transfers"] != "active":
        message = "Your destination account needs to have the transfers capability enabled."
        raise invalid(message, "insufficient_capabilities_for_transfer")
    if params["amount"] <= 0:
        raise malformed("Invalid positive integer", "amount", "parameter_invalid_integer")
    if params["amount"] > books.available(params["currency"]):
        message = "You have insufficient available funds in your Stripe account."
        raise invalid(message, "balance_insufficient")
    transfer = books.add(
        "tr",
        "transfer",
        amount=params["amount"],
        amount_reversed=0,
        currency=params["currency"],
        description=params.get("description"),
        destination=destination,
        destination_payment=books.new_id("py"),
        livemode=False,
        metadata=params.get("metadata", {}),
        reversals={"object": "list", "data": [], "has_more": False},
        reversed=False,
        source_transaction=params.get("source_transaction"),
        source_type="card",
        transfer_group=params.get("transfer_group"),
    )
    line = books.line(
        "transfer", "transfer", -transfer["amount"], transfer["id"], currency=transfer["currency"]
    )
    transfer["balance_transaction"] = line["id"]
    books.tell("transfer.created", transfer)
    return transfer


def reverse(books: Books, params: dict[str, Any], name: str) -> Thing:
    transfer = books.get("transfer", name)
    left = transfer["amount"] - transfer["amount_reversed"]
    amount = params.get("amount", left)
    if not 0 < amount <= left:
        raise invalid("Cannot reverse more than what is left of the transfer.", param="amount")
    reversal = books.add(
        "trr",
        "transfer_reversal",
        amount=amount,
        currency=transfer["currency"],
        metadata=params.get("metadata", {}),
        transfer=name,
    )
    line = books.line(
        "transfer_refund",
        "transfer_reversal",
        amount,
        reversal["id"],
        currency=transfer["currency"],
    )
    reversal["balance_transaction"] = line["id"]
    transfer["amount_reversed"] += amount
    transfer["reversed"] = transfer["amount_reversed"] == transfer["amount"]
    transfer["reversals"]["data"].insert(0, reversal)
    books.tell("transfer.reversed", transfer)
    return reversal


def _bank(books: Books, given: dict[str, Any]) -> Thing:
    number = given.pop("account_number")
    return {
        "id": books.new_id("ba"),
        **given,
        "last4": number[-4:],
        "bank_name": "STRIPE TEST BANK",
        "status": "new",
    }
