"""What of a booking's price is paid, due and still to come."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from kalends.billing import (
    Bill,
    Dates,
    PaymentTerms,
    Purpose,
    Standing,
    agree,
    next_open,
    schedule,
    standing,
)
from kalends.core.money import Money

from ..rules.event_lines import NARROWED
from ..rules.policy import minutes_of, payment_terms
from ..types import BookingFacts, WrittenBooking

_GIVEN_UP = frozenset({"cancelled", "expired"})


def standings(
    booking: BookingFacts | WrittenBooking, now: datetime, settled: Money | None = None
) -> tuple[Standing, ...]:
    """How each instalment stands. `settled`: what has been paid, if more is known than the booking says."""
    if booking.policy.get(NARROWED):
        return ()  # what the organiser owes is nothing that a vendor is told
    net = booking.paid - booking.refunded if settled is None else settled
    ended = booking.actual_end or booking.end  # what was added is paid when the work is done
    dates = Dates(booking.created_at, booking.start, ended)
    parts = schedule(Bill(booking.total, booking.extra), _terms(booking.policy), dates)
    return standing(parts, net, None if booking.state in _GIVEN_UP else now)


def to_pay_next(
    booking: BookingFacts, now: datetime, settled: Money | None = None
) -> Standing | None:
    """The instalment that the next payment is for; None when nothing is left to pay."""
    return next_open(standings(booking, now, settled))


def payable_until(booking: BookingFacts, purpose: Purpose) -> datetime | None:
    """Until when a payment for this is waited for; None: no end is set."""
    if purpose is Purpose.extra:
        return None
    if purpose is Purpose.balance:
        return booking.start - timedelta(minutes=minutes_of(booking.policy)["balance_end"])
    return booking.hold_expires_at


def agreed_anew(
    policy: Mapping[str, Any], total: Money, *, start: datetime, now: datetime
) -> dict[str, Any]:
    """The policy with the deposit that this price and time have now, for a booking that is not paid yet."""
    terms = agree(total, _terms(policy), start, now)
    return {**policy, "payment": asdict(terms)}


def _terms(policy: Mapping[str, Any]) -> PaymentTerms:
    return PaymentTerms(**payment_terms(policy))
