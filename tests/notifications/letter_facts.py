"""The facts of every letter, by its template."""

from types import SimpleNamespace
from typing import Any
from uuid import UUID

from sample_letters import (
    ISSUED,
    PAYOUT,
    a_booking,
    a_reschedule,
    asking_letters,
    rupees,
    subscription_letters,
)

MOVE = a_reschedule()
REVIEW = SimpleNamespace(id=UUID(int=3), rating=4, comment="A bright room.")
ROOM = SimpleNamespace(name="Main Hall", venue_name="Ganga House")
BOOKING = {"booking": a_booking()}
LINKS = SimpleNamespace(
    cancel="https://kalends.test/links/one",
    reschedule="https://kalends.test/links/two",
    until=ISSUED,
)
LINKED = {**BOOKING, "links": LINKS}
DISPUTED = {
    **BOOKING,
    "dispute": SimpleNamespace(
        id=UUID(int=6),
        statement="The doors were locked.",
        claimed=rupees(1150),
        decision="Both were late.",
    ),
    "reason": "it was not as described",
    "who": "customer",
    "sides": {"customer": "customer", "provider": "hall owner"},
}
ACCOUNT = {
    "last_four": "8877",
    "reason": "name_mismatch",
    "usable_from": ISSUED,
    "zone": "Asia/Kolkata",
}
CARD_DISPUTE = {
    **BOOKING,
    "amount": rupees(575),
    "borne": rupees(100),
    "outcome": "lost",
    "reference": UUID(int=8),
}
ABSENCE = {**BOOKING, "absent": "customer", "refund": rupees(100), "fee": rupees(1050)}
DROPPED = {**BOOKING, "line": "Colour", "refund": rupees(100), "fee": rupees(50)}
FACTS: dict[str, dict[str, Any]] = {
    "booking_declined": {**BOOKING, "proposed": "Uma"},
    "job_at_risk": BOOKING,
    "booking_requested": {
        "booking": a_booking(state="awaiting_payment", paid=rupees(0), hold_expires_at=ISSUED)
    },
    "booking_confirmed": LINKED,
    "booking_approved": {**LINKED, "booking": a_booking(hold_expires_at=ISSUED)},
    "booking_links": LINKED,
    "booking_cancelled": {
        "booking": a_booking(state="cancelled", cancel_reason="rain", refunded=rupees(575)),
        "who": "the customer",
        "percent": 50,
        "refund": rupees(575),
        "fee": rupees(575),
        "to_wallet": True,
        "waits": False,
    },
    "booking_expired": {"booking": a_booking(state="expired", paid=rupees(0))},
    "booking_rescheduled": {
        "booking": a_booking(reschedules=(MOVE,)),
        "previous": (MOVE.original_start, MOVE.original_end),
        "difference": rupees(200),
        "due": rupees(200),
    },
    "booking_reminder": BOOKING,
    "approval_wanted": BOOKING,
    "booking_late": BOOKING,
    "job_late": BOOKING,
    "booking_no_show": ABSENCE,
    "job_no_show": ABSENCE,
    "line_dropped": DROPPED,
    "job_line_dropped": DROPPED,
    **asking_letters(),
    **subscription_letters(),
    "staff_invited": {
        "provider": "Asha's",
        "email": "ravi@example.com",
        "staff_id": str(UUID(int=5)),
    },
    "ranking_review": {
        "member": "Ravi",
        "limit": 3,
        "left": 80,
        "until": ISSUED,
        "zone": "Asia/Kolkata",
    },
    "review_invitation": {**BOOKING, "days": 30},
    "refund_completed": {
        "booking": a_booking(refunded=rupees(575)),
        "amount": rupees(575),
        "reference": UUID(int=4),
        "to_wallet": True,
    },
    "payment_due": {**BOOKING, "amount": rupees(900), "until": ISSUED},
    "late_payment_refunded": {**BOOKING, "amount": rupees(1150), "to_wallet": True},
    "dispute_opened": DISPUTED,
    "dispute_under_review": DISPUTED,
    "dispute_closed": {**DISPUTED, "outcome": "adjusted", "given_back": rupees(575)},
    "review_thanks": {"review": REVIEW, "room": ROOM},
    "review_posted": {"review": REVIEW, "room": ROOM},
    "welcome": {},
    "bank_account_changed": ACCOUNT,
    "bank_account_verified": ACCOUNT,
    "bank_account_rejected": ACCOUNT,
    "statement_issued": {
        "provider": "Kasba Hall",
        "number": "INVS26-000001",
        "month": "2026-11",
        "closing": rupees(900),
        "facts": [["Opening balance", "INR 0.00"]],
    },
    "payout_paid": PAYOUT,
    "payout_returned": PAYOUT,
    "payout_held": PAYOUT,
    "card_dispute_opened": CARD_DISPUTE,
    "card_dispute_closed": CARD_DISPUTE,
}
PAGES = {"cancel", "cancelled", "reschedule", "moved", "stuck", "ended", "layout", "card"}
LAYOUTS = {"layout", "booking_card", "price_table", "link_offer", "mailbox", "mailbox_message"} | {
    f"link_{page}" for page in PAGES
}
