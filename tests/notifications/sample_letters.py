"""A booking and everything that letters about it are made of, by hand."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from kalends.bookings import BookingFacts, LineFacts, RescheduleFacts
from kalends.core.money import Money
from kalends.core.profile import Branding
from kalends.payments import Destination, RefundFacts, RefundSource, RefundState

ISSUED = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
BRAND = Branding(
    name="Hall Booking",
    tagline="Halls and rooms by the hour",
    colour="#7a3e1d",
    support_email="help@hall-booking.test",
    terms=("The hall is yours from the start to the end.", "Leave it as you found it."),
)
HOSTILE = "<script>alert(1)</script>\r\nBcc: spy@evil.test\u202e"


def rupees(amount: int) -> Money:
    return Money(amount * 100, "INR")


_NOTHING_YET = (
    "staff_id", "actual_start", "actual_end", "hold_expires_at", "cancelled_by", "cancel_reason",
    "cancelled_at", "refund_percent", "held_by", "code_accepted_at", "approved_at",
)  # fmt: skip


def a_booking(**changes: Any) -> BookingFacts:
    """A paid booking of the Main Hall in Pune, 10:00 to 12:30 on 21 November 2026, with chairs."""
    booking = BookingFacts(
        id=UUID("0190f3c2-0000-7000-8000-000000000001"),
        number="BKG-2611-0007",
        kind="rental",
        state="confirmed",
        label="confirmed",
        customer_id=UUID("0190f3c2-0000-7000-8000-0000000000c1"),
        provider_id=UUID("0190f3c2-0000-7000-8000-0000000000b1"),
        venue_id=UUID("0190f3c2-0000-7000-8000-0000000000a1"),
        room_id=UUID("0190f3c2-0000-7000-8000-0000000000a2"),
        staff_user_ids=(),
        resource_name="Main Hall",
        place_name="Ganga House",
        address="12 Prabhat Road, Pune",
        zone="Asia/Kolkata",
        start=datetime(2026, 11, 21, 4, 30, tzinfo=UTC),
        end=datetime(2026, 11, 21, 7, 0, tzinfo=UTC),
        details={},
        lines=(
            LineFacts("room", UUID(int=1), "Main Hall", 150, rupees(400), rupees(1000)),
            LineFacts("addon", UUID(int=2), "Chair", 30, rupees(5), rupees(150)),
        ),
        total=rupees(1150),
        extra=rupees(0),
        paid=rupees(1150),
        refunded=rupees(0),
        participants=(),
        reschedules=(),
        rescheduled=False,
        **dict.fromkeys(_NOTHING_YET),
        policy={},
        created_at=datetime(2026, 11, 1, 9, 0, tzinfo=UTC),
    )
    return replace(booking, **changes)


def a_refund(
    amount: Money, *, state: str = "completed", destination: str = "wallet"
) -> RefundFacts:
    """A refund of the booking, as `pdf_content` reads it."""
    return RefundFacts(
        id=UUID(int=9),
        key="cancel",
        subject="booking:1",
        user_id=UUID(int=10),
        amount=amount,
        reason="cancelled",
        state=RefundState(state),
        destination=Destination(destination),
        source=RefundSource.escrow,
        gateway=None,
        gateway_refund_id=None,
        attempt=1,
        failure=None,
        requested_by=None,
        decided_by=None,
        created_at=ISSUED,
        state_since=ISSUED,
    )


def a_reschedule(**changes: Any) -> RescheduleFacts:
    """From 14:00–16:30 on the day before to the booking's own time."""
    move = RescheduleFacts(
        original_start=datetime(2026, 11, 20, 8, 30, tzinfo=UTC),
        original_end=datetime(2026, 11, 20, 11, 0, tzinfo=UTC),
        new_start=datetime(2026, 11, 21, 4, 30, tzinfo=UTC),
        new_end=datetime(2026, 11, 21, 7, 0, tzinfo=UTC),
        at=datetime(2026, 11, 2, 7, 0, tzinfo=UTC),
        reason=None,
        difference=rupees(0),
    )
    return replace(move, **changes)


PAYOUT = {
    "amount": rupees(900),
    "came_back": True,
    "failure": "account_closed",
    "bank_reference": "UTR42",
    "reference": UUID(int=7),
}


TERMS = {"start": ISSUED, "zone": "Asia/Kolkata", "price": rupees(1800), "note": "For two."}
JOB = {"service": "Flowers", "start": ISSUED, "zone": "Asia/Kolkata", "number": "BKG-2611-0007"}


def asking_letters() -> dict[str, dict[str, Any]]:
    """The facts of letters that ask for an answer, by their template."""
    booking, offer = a_booking(), SimpleNamespace(price=rupees(2000), expires_at=ISSUED)
    time = {"start": ISSUED, "end": ISSUED + timedelta(hours=2)}
    held = SimpleNamespace(**time, expires_at=ISSUED - timedelta(hours=3))
    waited = SimpleNamespace(title="Main Hall, Ganga House", zone="Asia/Kolkata", offer=held)
    return {
        "waitlist_offered": {"entry": waited},
        "series_booked": {"booking": booking, "bookings": [booking, booking]},
        "offer_made": {"start": ISSUED, "zone": "Asia/Kolkata", "offer": offer},
        "consent_wanted": {"start": ISSUED, "zone": "Asia/Kolkata", "most": rupees(2000)},
        "proposal_made": TERMS,
        "proposal_accepted": TERMS,
        "trial_over": {"booking": booking},
        "job_confirmed": JOB,
        "job_ended": {**JOB, "reason": "rain"},
        "enquiry_ended": {"start": ISSUED, "zone": "Asia/Kolkata"},
        "provider_arrived": {"booking": booking, "code": "048213"},
        "event_line_asked": {"booking": booking, "service": "Flowers", "price": rupees(900)},
        "event_line_answered": {
            "booking": booking,
            "vendor": "Meadow",
            "answer": "countered",
            "price": rupees(950),
        },
    }


def subscription_letters() -> dict[str, dict[str, Any]]:
    """The facts of letters about a subscription, by their template."""
    subscription = SimpleNamespace(title="Planner", price=rupees(999), months=1)
    facts = {"subscription": subscription, "zone": "Asia/Kolkata", "until": ISSUED}
    return {
        "subscription_active": {**facts, "paid": rupees(999)},
        "subscription_unpaid": {**facts, "amount": rupees(999)},
        "subscription_cancelled": {**facts, "unpaid": False},
    }
