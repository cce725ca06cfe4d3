"""The booking machine: what the names in the processes' data mean. Guards are pure, effects write."""

from dataclasses import replace
from typing import Any

from kalends import payments
from kalends.billing import refund_for, tier_percent
from kalends.core.failpoints import failpoint
from kalends.core.process import Facts
from kalends.core.states import Machine, Move, register
from kalends.core.unit import Unit

from ..errors import SlotTaken
from ..events import (
    BookingCancelled,
    BookingCompleted,
    BookingConfirmed,
    BookingExpired,
    BookingReminderDue,
    BookingRequested,
    BookingRescheduled,
)
from ..models import Booking, booking_transitions
from ..repository import allocations, bookings
from ..rules.guards import GUARDS
from ..rules.policy import Policy, minutes_of
from ..rules.processes import PROCESSES
from ..rules.ranges import Span
from ..types import subject_of
from .changes import Cancellation
from .due_effects import note_money, relocation, settle_difference, tell_due, tell_paid
from .release_effects import (
    accept_code,
    pass_on,
    release,
    release_escrow,
    tell_released,
    wait_while_held,
)

UNPAID_BALANCE = "the balance was not paid in time"


def facts(row: Any) -> Facts:
    return Facts(row.state_since, row.start_at, row.end_at, minutes_of(row.policy))


async def tell_requested(move: Move) -> None:
    move.unit.emit(BookingRequested(booking_id=move.subject.id))
    failpoint("bookings.created")


async def make_firm(move: Move) -> None:
    """The hold becomes a booking. One that has lapsed is taken anew, if nobody was faster."""
    row = move.subject
    if not await allocations.make_firm(move.unit, row.room_id, row.id):
        await win_back(move)
    await bookings.change(move.unit, row.id, hold_expires_at=None)


async def win_back(move: Move) -> None:
    """Take the slot again for money that came late. Raises SlotTaken when it is gone."""
    row = move.subject
    await allocations.free(move.unit, row.room_id, row.id)
    span = Span(row.start_at, row.end_at)
    if not await allocations.claim(move.unit, row.room_id, span, row.id, None):
        raise SlotTaken("the slot went to somebody else before the money came")
    await bookings.change(move.unit, row.id, hold_expires_at=None)


async def tell_confirmed(move: Move) -> None:
    move.unit.emit(BookingConfirmed(booking_id=move.subject.id))


async def free_slot(move: Move) -> None:
    await allocations.free(move.unit, move.subject.room_id, move.subject.id)
    await bookings.change(move.unit, move.subject.id, hold_expires_at=None)


async def expire_payments(move: Move) -> None:
    await payments.expire_payments(move.unit, subject_of(move.subject.id))


async def tell_expired(move: Move) -> None:
    move.unit.emit(BookingExpired(booking_id=move.subject.id))


async def swap_slot(move: Move) -> None:
    """Free the old time and take the new one in one step; on SlotTaken all of it rolls back."""
    row, to = move.subject, relocation(move)
    await allocations.free(move.unit, row.room_id, row.id)
    if not await allocations.claim(move.unit, row.room_id, to.span, row.id, row.hold_expires_at):
        raise SlotTaken("somebody else took this time a moment ago", reason="taken", nearest=[])
    await bookings.add_reschedule(move.unit, row, to.span, to.difference.amount, move.reason)
    await bookings.replace_lines(move.unit, row.id, to.lines)
    await bookings.change(
        move.unit,
        row.id,
        start_at=to.span.start,
        end_at=to.span.end,
        total=to.total.amount,
        rescheduled=True,
    )


async def tell_rescheduled(move: Move) -> None:
    row, to = move.subject, relocation(move)
    move.unit.emit(
        BookingRescheduled(
            booking_id=row.id,
            previous_start=row.start_at,
            previous_end=row.end_at,
            difference=to.difference.amount,
            currency=row.currency,
        )
    )


async def tell_reminder(move: Move) -> None:
    move.unit.emit(BookingReminderDue(booking_id=move.subject.id))


async def tell_completed(move: Move) -> None:
    move.unit.emit(BookingCompleted(booking_id=move.subject.id))


async def refund(move: Move) -> None:
    """Give back what the tier says of what was captured; the fee goes where the policy sends it."""
    row, cancellation = move.subject, _cancellation(move)
    if cancellation.quote.amount:
        await payments.refund(move.unit, cancellation_refund(move.unit, row, cancellation))
    await release(move, "fee")
    await bookings.change(
        move.unit,
        row.id,
        cancelled_by=move.actor.value,
        cancel_reason=move.reason,
        cancelled_at=move.unit.now,
        refund_percent=cancellation.quote.percent,
    )
    await note_money(move)


async def tell_cancelled(move: Move) -> None:
    cancellation = _cancellation(move)
    quote = cancellation.quote
    move.unit.emit(
        BookingCancelled(
            booking_id=move.subject.id,
            by=move.actor.value,
            refund_percent=quote.percent,
            refund_amount=quote.amount.amount,
            fee=quote.fee.amount,
            currency=quote.fee.currency,
            refund_to=payments.refund_destination(move.unit, cancellation.refund_to).value,
        )
    )


async def cancel_by_tier(move: Move) -> None:
    """As if the customer had cancelled now: the fee is kept, the rest of what was paid goes back."""
    row, policy = move.subject, Policy.read(move.subject.policy)
    held = await payments.escrow_of(move.unit, subject_of(row.id))
    quote = refund_for(held, tier_percent(policy.tiers, row.start_at - move.unit.now))
    cancelled = replace(move, reason=UNPAID_BALANCE, input=Cancellation(quote))
    await refund(cancelled)
    await tell_cancelled(cancelled)


def cancellation_refund(
    unit: Unit, booking: Any, cancellation: Cancellation
) -> payments.RefundOrder:
    """What a cancellation orders to be given back, and where to."""
    return payments.RefundOrder(
        subject=subject_of(booking.id),
        user_id=booking.customer_id,
        amount=cancellation.quote.amount,
        reason="cancelled",
        key=f"cancel:{booking.id}",
        destination=payments.refund_destination(unit, cancellation.refund_to),
    )


def _cancellation(move: Move) -> Cancellation:
    assert isinstance(move.input, Cancellation)
    return move.input


_EFFECTS = (
    tell_requested, make_firm, win_back, tell_confirmed, free_slot, expire_payments, tell_expired, swap_slot,
    settle_difference, tell_rescheduled, tell_reminder, tell_completed, release_escrow, tell_released, refund,
    tell_cancelled, cancel_by_tier, note_money, tell_due, tell_paid, wait_while_held, accept_code, pass_on,
)  # fmt: skip

MACHINE = register(
    Machine(
        name="booking",
        table=Booking.__table__,
        history=booking_transitions,
        lock=bookings.lock,
        processes=PROCESSES,
        facts=facts,
        guards=GUARDS,
        effects={effect.__name__: effect for effect in _EFFECTS},
    )
)
