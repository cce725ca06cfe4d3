"""What must hold of an appointment before a step: approval, money, and how late somebody is."""

from datetime import datetime, timedelta

from kalends.core.errors import Problem
from kalends.core.process import by_name

from .bookings import Guarded, refused


def approval_given(booking: Guarded, _: datetime) -> Problem | None:
    """Nobody has to approve it, or somebody has."""
    return None if _approved(booking) else refused(booking, "it has to be approved first")


def approval_missing(booking: Guarded, _: datetime) -> Problem | None:
    return refused(booking, "it needs no approval any more") if _approved(booking) else None


def something_paid(booking: Guarded, _: datetime) -> Problem | None:
    return None if booking.paid > booking.refunded else refused(booking, "nothing is paid yet")


def nothing_paid(booking: Guarded, _: datetime) -> Problem | None:
    return refused(booking, "it is paid") if booking.paid > booking.refunded else None


def nearly_begun(booking: Guarded, now: datetime) -> Problem | None:
    """Work may begin a little before its time."""
    opens = booking.start_at - timedelta(minutes=_minutes(booking, "early_start"))
    return None if now >= opens else refused(booking, "it is too early to begin")


def provider_overdue(booking: Guarded, now: datetime) -> Problem | None:
    """The customer has waited as long as one waits."""
    return _waited(booking, now, "provider_grace")


def customer_overdue(booking: Guarded, now: datetime) -> Problem | None:
    """The provider has waited as long as one waits."""
    return _waited(booking, now, "customer_grace")


def _waited(booking: Guarded, now: datetime, grace: str) -> Problem | None:
    until = booking.start_at + timedelta(minutes=_minutes(booking, grace))
    if now >= until:
        return None
    return refused(booking, f"wait until {until:%H:%M} UTC before saying so")


def _approved(booking: Guarded) -> bool:
    return booking.policy.get("approval", "none") == "none" or booking.approved_at is not None


def _minutes(booking: Guarded, name: str) -> int:
    """Of the frozen policy; one that is older than the clock has none."""
    minutes: int = booking.policy.get("minutes", {}).get(name, 0)
    return minutes


APPOINTMENT_GUARDS = by_name(
    (
        approval_given,
        approval_missing,
        something_paid,
        nothing_paid,
        nearly_begun,
        provider_overdue,
        customer_overdue,
    )
)
