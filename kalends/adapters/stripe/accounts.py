"""Pure: providers' connected accounts, which only receive."""

import hashlib
from collections.abc import Mapping
from typing import Any

from kalends.core.gateways import AccountCheck, BankDetails, CheckStatus

# A bank account's currency is its country's; where a country is not named, the marketplace's is taken.
_CURRENCIES = {
    "AU": "aud", "BR": "brl", "CA": "cad", "CH": "chf", "CZ": "czk", "DK": "dkk", "GB": "gbp", "HK": "hkd",
    "HU": "huf", "IN": "inr", "JP": "jpy", "MX": "mxn", "MY": "myr", "NO": "nok", "NZ": "nzd", "PL": "pln",
    "RO": "ron", "SE": "sek", "SG": "sgd", "TH": "thb", "US": "usd",
} | dict.fromkeys(
    ("AT", "BE", "CY", "DE", "EE", "ES", "FI", "FR", "GR", "HR", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PT", "SI", "SK"),
    "eur",
)  # fmt: skip
_BROKEN = frozenset({"errored", "verification_failed", "tokenized_account_number_deactivated"})
# Somebody at Stripe looks by hand.
_LOOKED_AT = frozenset({"listed", "other", "platform_paused", "under_review"})
# We collect what Stripe wants to know, answer for losses and pay the fees; there is no dashboard for providers.
_CONTROLLER = {
    "fees": {"payer": "application"},
    "losses": {"payments": "application"},
    "requirement_collection": "application",
    "stripe_dashboard": {"type": "none"},
}


def account_key(bank: BankDetails, reference: str) -> str:
    """The same reference and details give the same key, other details another account."""
    details = (bank.holder, bank.account_number, bank.routing, bank.country)
    return f"{reference}.{hashlib.sha256(repr(details).encode()).hexdigest()[:16]}"


def account_params(bank: BankDetails, reference: str, currency: str) -> dict[str, Any]:
    """What `POST /v1/accounts` is told; `currency` is the marketplace's."""
    return {
        "country": bank.country,
        "email": bank.email,
        "controller": _CONTROLLER,
        "capabilities": {"transfers": {"requested": True}},
        "external_account": {
            "object": "bank_account",
            "country": bank.country,
            "currency": _CURRENCIES.get(bank.country, currency.lower()),
            "account_holder_name": bank.holder,
            "routing_number": bank.routing or None,  # an IBAN says it all
            "account_number": bank.account_number,
        },
        "metadata": {"reference": reference, "key": account_key(bank, reference)},
    }


def check(account: Mapping[str, Any]) -> AccountCheck:
    """Whether Stripe pays this account out. The account's id is the check's: Stripe goes on checking."""
    requirements = account.get("requirements") or {}
    disabled = requirements.get("disabled_reason") or ""
    broken = [b["status"] for b in _banks(account) if b.get("status") in _BROKEN]
    due = requirements.get("past_due") or requirements.get("currently_due") or []
    status, reason = CheckStatus.pending, disabled or None
    if disabled.startswith("rejected.") or broken:
        status, reason = CheckStatus.rejected, (disabled or broken[0])
    elif account["payouts_enabled"] and _may_receive(account):
        status, reason = CheckStatus.verified, None
    elif disabled in _LOOKED_AT:
        status = CheckStatus.unclear
    elif due:
        reason = "Stripe still needs " + ", ".join(due)
    return AccountCheck(account["id"], account["id"], status, _name(account), reason)


def _may_receive(account: Mapping[str, Any]) -> bool:
    return (account.get("capabilities") or {}).get("transfers") == "active"


def _banks(account: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return list((account.get("external_accounts") or {}).get("data") or [])


def _name(account: Mapping[str, Any]) -> str | None:
    """The name that Stripe has verified; the bank's own word on the holder it does not pass on."""
    person = account.get("individual") or {}
    verified = (person.get("verification") or {}).get("status") == "verified"
    names = [person.get("first_name"), person.get("last_name")] if verified else []
    return " ".join(n for n in names if n) or None
