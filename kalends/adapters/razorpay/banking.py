"""Payouts, bank accounts and their checks at RazorpayX in the port's words. Pure."""

import re
import unicodedata

from kalends.core.gateways import (
    AccountCheck,
    BankDetails,
    CheckStatus,
    GatewayError,
    GatewayPayout,
    PayoutStatus,
)

from .answers import Entity, Misshapen, identity, money, optional_text, part, text, whole

COUNTRY, CURRENCY = "IN", "INR"
IMPS_LIMIT = 50_000_000  # paise; RTGS begins below it, so every amount has its way
NARRATION_LENGTH, NAME_LENGTH = 30, 50
DEFAULT_NARRATION = "Payout"

PAYOUTS = {
    "queued": PayoutStatus.processing,
    "pending": PayoutStatus.processing,
    "scheduled": PayoutStatus.processing,
    "processing": PayoutStatus.processing,
    "processed": PayoutStatus.processed,
    "failed": PayoutStatus.failed,
    "rejected": PayoutStatus.failed,
    "cancelled": PayoutStatus.failed,
    "reversed": PayoutStatus.reversed,
}
# The money has left our account, even if it has not arrived or is on its way back.
DEBITED = frozenset({"processing", "processed", "reversed"})

# The same account will fail again. `imps_not_allowed` is one of them, because the amount alone decides the
# way here. Everything else may go better later: the banks' outages, and an empty account of our own.
PERMANENT = frozenset(
    {
        "bank_account_closed",
        "bank_account_frozen",
        "bank_account_invalid",
        "beneficiary_account_dormant",
        "beneficiary_account_invalid",
        "beneficiary_bank_rejected",
        "imps_not_allowed",
        "invalid_ifsc_code",
        "transaction_limit_exceeded",
    }
)

_CHECKED = {
    "active": CheckStatus.verified,
    "valid": CheckStatus.verified,
    "invalid": CheckStatus.rejected,
}


def mode_of(amount: int) -> str:
    """How a payout of so many paise travels: at once up to 5 lakh, by RTGS above."""
    return "IMPS" if amount <= IMPS_LIMIT else "RTGS"


def clean_narration(wish: str) -> str:
    """At most 30 of `[A-Za-z0-9 ]`; banks print the first nine of them for certain."""
    plain = unicodedata.normalize("NFKD", wish)
    plain = re.sub(r"[^A-Za-z0-9 ]+", " ", re.sub(r"[\u0300-\u036f]", "", plain))
    return " ".join(plain.split())[:NARRATION_LENGTH].strip() or DEFAULT_NARRATION


def check_details(bank: BankDetails) -> None:
    """Refuse what RazorpayX cannot pay to. Raises GatewayError."""
    if bank.country != COUNTRY:
        raise GatewayError("RazorpayX pays out to Indian accounts only", code="unsupported_country")
    if not re.fullmatch(r"[A-Z]{4}0[A-Z0-9]{6}", bank.routing):
        raise GatewayError("this is no IFSC", code="invalid_ifsc_code")
    if not re.fullmatch(r"[A-Za-z0-9]{5,35}", bank.account_number):
        raise GatewayError("this is no bank account number", code="bank_account_invalid")


def check_currency(currency: str) -> None:
    """Raises GatewayError."""
    if currency != CURRENCY:
        raise GatewayError("RazorpayX pays out rupees only", code="unsupported_currency")


def read_payout(payout: Entity) -> GatewayPayout:
    """Raises Misshapen. `fee` contains its tax."""
    status = text(payout, "status")
    if status not in PAYOUTS:
        raise Misshapen(f"a payout cannot be {status}")
    reason = failure_of(payout)
    ended_badly = PAYOUTS[status] in {PayoutStatus.failed, PayoutStatus.reversed}
    return GatewayPayout(
        payout_id=identity(payout, "id", "pout"),
        status=PAYOUTS[status],
        amount=money(payout),
        key=optional_text(payout, "reference_id"),
        fee=0 if payout.get("fees") is None else whole(payout, "fees"),
        bank_reference=optional_text(payout, "utr"),
        reason=None if status == "processed" else reason,
        permanent=ended_badly and reason in PERMANENT,
    )


def failure_of(entity: Entity) -> str | None:
    """Why it stands as it does, in Razorpay's word, or in its sentence where there is no word."""
    details = part(entity, "status_details")
    return optional_text(details, "reason") or optional_text(details, "description")


def read_check(check: Entity) -> AccountCheck:
    """Raises Misshapen. The two ways to ask answer under two names; webhooks use the older one."""
    results = part(check, "results") or part(check, "validation_results")
    return AccountCheck(
        check_id=identity(check, "id", "fav"),
        account_id=identity(part(check, "fund_account"), "id", "fa"),
        status=check_status(check),
        registered_name=optional_text(results, "registered_name"),
        reason=failure_of(check) or optional_text(results, "details"),
    )


def check_status(check: Entity) -> CheckStatus:
    """Completed and invalid is a no; failed, or completed without a result, is no answer.

    Raises Misshapen.
    """
    results = part(check, "results") or part(check, "validation_results")
    match text(check, "status"):
        case "created":
            return CheckStatus.pending
        case "completed":
            return _CHECKED.get(str(results.get("account_status")), CheckStatus.unclear)
        case "failed":
            return CheckStatus.unclear
        case other:
            raise Misshapen(f"an account check cannot be {other}")
