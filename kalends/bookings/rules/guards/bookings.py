"""What must hold of a booking before a step of its process, besides its state. One answer for the step
itself, for the list of what somebody may do, and for which timers are worth setting.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from kalends.core.errors import Problem, TransitionNotAllowed
from kalends.core.process import by_name

from ...errors import BookingFrozen
from ...types import BookingFacts, WrittenBooking
from ..policy import RELEASE_AT_ONCE, payment_terms, release_rule


class Guarded(Protocol):
    """The columns of a booking that guards look at. Amounts are minor units."""

    @property
    def state(self) -> str: ...
    @property
    def start_at(self) -> datetime: ...
    @property
    def policy(self) -> Mapping[str, Any]: ...
    @property
    def total(self) -> int: ...
    @property
    def extra(self) -> int: ...
    @property
    def paid(self) -> int: ...
    @property
    def refunded(self) -> int: ...
    @property
    def held_by(self) -> str | None: ...
    @property
    def code_accepted_at(self) -> datetime | None: ...
    @property
    def approved_at(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class Columns:
    """Those columns of a booking that is known by its facts."""

    state: str
    start_at: datetime
    policy: Mapping[str, Any]
    total: int
    extra: int
    paid: int
    refunded: int
    held_by: str | None
    code_accepted_at: datetime | None
    approved_at: datetime | None


def columns_of(booking: BookingFacts | WrittenBooking) -> Columns:
    """The booking as guards look at it."""
    return Columns(
        state=booking.state,
        start_at=booking.start,
        policy=booking.policy,
        total=booking.total.amount,
        extra=booking.extra.amount,
        paid=booking.paid.amount,
        refunded=booking.refunded.amount,
        held_by=booking.held_by,
        code_accepted_at=booking.code_accepted_at,
        approved_at=booking.approved_at,
    )


def before_start(booking: Guarded, now: datetime) -> Problem | None:
    return None if now < booking.start_at else refused(booking, "the booking's time has begun")


def begun(booking: Guarded, now: datetime) -> Problem | None:
    return None if now >= booking.start_at else refused(booking, "the booking's time has not begun")


def not_held(booking: Guarded, _: datetime) -> Problem | None:
    """Nobody keeps the money back."""
    return BookingFrozen(state=booking.state) if booking.held_by else None


def released_at_once(booking: Guarded, _: datetime) -> Problem | None:
    """The money waits for nobody once the booking is completed."""
    return None if _at_once(booking) else refused(booking, "the money waits for somebody's word")


def released_later(booking: Guarded, _: datetime) -> Problem | None:
    """The money waits for somebody's word after the booking is completed."""
    return None if not _at_once(booking) else refused(booking, "the money goes out by itself")


def released_by_customer(booking: Guarded, _: datetime) -> Problem | None:
    rule = release_rule(booking.policy)
    return (
        None
        if rule == "customer_confirm"
        else refused(booking, "here the customer has no say in the release")
    )


def released_by_code(booking: Guarded, _: datetime) -> Problem | None:
    return (
        None
        if release_rule(booking.policy) == "otp"
        else refused(booking, "no code is used for this booking")
    )


def owes(booking: Guarded, _: datetime) -> Problem | None:
    missing = booking.total - (booking.paid - booking.refunded)
    return None if missing > 0 else refused(booking, "nothing is owed")


def owes_balance(booking: Guarded, _: datetime) -> Problem | None:
    """A deposit has been paid and not the rest of the agreed price; extras do not count."""
    missing = booking.total - booking.extra - (booking.paid - booking.refunded)
    agreed = agreed_deposit(booking, _) is None
    return None if agreed and missing > 0 else refused(booking, "no balance is owed")


def agreed_deposit(booking: Guarded, _: datetime) -> Problem | None:
    agreed = payment_terms(booking.policy).get("deposit", 0) > 0
    return None if agreed else refused(booking, "no deposit was agreed on")


def _at_once(booking: Guarded) -> bool:
    by_code = booking.code_accepted_at is not None
    return by_code or release_rule(booking.policy) in RELEASE_AT_ONCE


def refused(booking: Guarded, sentence: str) -> Problem:
    return TransitionNotAllowed(sentence, state=booking.state, actions=[])


SHARED = by_name(
    (
        before_start,
        begun,
        not_held,
        released_at_once,
        released_later,
        released_by_customer,
        released_by_code,
        owes,
        owes_balance,
        agreed_deposit,
    )
)
