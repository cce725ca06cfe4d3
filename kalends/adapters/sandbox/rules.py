"""What instruments and test accounts do, what a webhook says, and how both are signed. Pure."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from .types import Instrument, Notice, OrderFacts

LATE_MINUTES = 60
LAPSE_MINUTES = 5 * 24 * 60
TOLERANCE_SECONDS = 300
WEBHOOK_PATH = "/api/v2/payments/webhook/sandbox"
CAPTURED, FAILED, AUTHORIZED = "payment.captured", "payment.failed", "payment.authorized"
STATUS_OF = {CAPTURED: "captured", FAILED: "failed", AUTHORIZED: "authorized"}

TRANSITION_OF = {
    Instrument.success: "capture",
    Instrument.declined: "decline",
    Instrument.timeout: None,
    Instrument.late: "postpone",
    Instrument.duplicate: "capture",
    Instrument.out_of_order: "capture",
    Instrument.wrong_amount: "capture",
    Instrument.authorized: "authorize",
    Instrument.with_fee: "capture",
    Instrument.refund_slow: "capture",
    Instrument.refund_fails: "capture",
}
FEE_BASIS_POINTS = 200
PAYOUT_FEE = 500

# The processes by which refunds, checks and payouts go; the instrument or the account chooses.
REFUND, REFUND_SLOW, REFUND_FAILING = (
    "sandbox_refund",
    "sandbox_refund_slow",
    "sandbox_refund_failing",
)
CHECK, CHECK_REJECTED, CHECK_UNCLEAR = (
    "sandbox_check",
    "sandbox_check_rejected",
    "sandbox_check_unclear",
)
PAYOUT, PAYOUT_FAILING, PAYOUT_RETURNING = (
    "sandbox_payout",
    "sandbox_payout_failing",
    "sandbox_payout_returning",
)
# Bank accounts that misbehave, by the last four digits of their number.
NO_SUCH_ACCOUNT, UNCLEAR, CLOSED, BANK_DOWN, RETURNING, COSTLY = (
    "1001",
    "1002",
    "2001",
    "2002",
    "2003",
    "2004",
)
TEST_ACCOUNTS = {
    NO_SUCH_ACCOUNT: "its check is rejected: there is no such account",
    UNCLEAR: "its check stays unclear: the bank does not answer",
    CLOSED: "payouts fail for good: the account is closed",
    BANK_DOWN: "payouts fail, but may be tried again: the bank is down",
    RETURNING: "payouts are paid and come back an hour later",
    COSTLY: "payouts cost a fee of 500 minor units",
}
_REASONS = {
    NO_SUCH_ACCOUNT: "no_such_account",
    UNCLEAR: "bank_did_not_answer",
    CLOSED: "account_closed",
    BANK_DOWN: "bank_unavailable",
    RETURNING: "returned_by_bank",
}
PERMANENT = frozenset({"account_closed", "no_such_account"})


def refund_process(instrument: str | None) -> str:
    """How refunds go of a payment that was made with this instrument."""
    special = {Instrument.refund_slow: REFUND_SLOW, Instrument.refund_fails: REFUND_FAILING}
    return special.get(Instrument(instrument), REFUND) if instrument else REFUND


def check_process(ending: str) -> str:
    return {NO_SUCH_ACCOUNT: CHECK_REJECTED, UNCLEAR: CHECK_UNCLEAR}.get(ending, CHECK)


def payout_process(ending: str) -> str:
    failing = {CLOSED: PAYOUT_FAILING, BANK_DOWN: PAYOUT_FAILING}
    return (failing | {RETURNING: PAYOUT_RETURNING}).get(ending, PAYOUT)


def reason_of(ending: str) -> str:
    """Why something about this account failed: its own fault, or somebody's at the bank's desk."""
    return _REASONS.get(ending, "decided_at_the_desk")


def payout_fee(ending: str) -> int:
    return PAYOUT_FEE if ending == COSTLY else 0


def captured_amount(instrument: Instrument, asked: int) -> int:
    """Minor units that the instrument takes; the smallest error is the one that is easily overlooked."""
    return asked + 1 if instrument is Instrument.wrong_amount else asked


def capture_fee(instrument: Instrument, captured: int) -> int:
    """What the provider keeps, and tells in its statement only."""
    return captured * FEE_BASIS_POINTS // 10_000 if instrument is Instrument.with_fee else 0


def capture_notices(
    instrument: Instrument, payment_id: str, new: Callable[[str], str]
) -> list[Notice]:
    """The webhooks of a capture, in the order of their delivery. `new` makes an id with a prefix."""
    captured = Notice(new("evt"), CAPTURED, payment_id)
    if instrument is Instrument.duplicate:
        return [captured, captured, Notice(new("evt"), CAPTURED, payment_id)]
    if instrument is Instrument.out_of_order:
        # the news of an earlier attempt that failed arrives after the one that succeeded
        return [captured, Notice(new("evt"), FAILED, new("pay"))]
    return [captured]


def payment_body(order: OrderFacts, notice: Notice, at: datetime) -> str:
    """News of a payment as the JSON text that is signed and sent."""
    status = STATUS_OF[notice.kind]
    data = {
        "order_id": order.order_id,
        "reference": order.reference,
        "payment_id": notice.payment_id,
        "status": status,
        "amount": order.captured if status == "captured" else order.amount.amount,
        "currency": order.amount.currency,
    }
    return webhook_body(notice.kind, data, at)


def webhook_body(kind: str, data: Mapping[str, Any], at: datetime) -> str:
    """An event as the JSON text that is signed and sent."""
    event = {"type": kind, "created_at": at.astimezone(UTC).isoformat(), "data": data}
    return json.dumps(event, separators=(",", ":"))


def sign_webhook(secret: str, event_id: str, timestamp: str, body: bytes) -> str:
    """`v1,` and the base64 HMAC-SHA256 over `<event id>.<timestamp>.<raw body>`."""
    signed = f"{event_id}.{timestamp}.".encode() + body
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def sign_checkout(secret: str, order_id: str, payment_id: str, status: str) -> str:
    """Lowercase hex HMAC-SHA256 over `checkout|<order id>|<payment id or nothing>|<status>`."""
    signed = f"checkout|{order_id}|{payment_id}|{status}"
    return hmac.new(secret.encode(), signed.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def same(given: str, expected: str) -> bool:
    """Compare signatures in constant time, whatever characters somebody sent."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())
