"""Effects of the booking machine that end a booking, and what is given back then."""

from dataclasses import replace
from typing import Any

from kalends import payments
from kalends.billing import refund_for
from kalends.core.states import Move
from kalends.core.unit import Unit

from ...events import BookingCancelled
from ...repository import bookings
from ...types import subject_of
from ..changes import Cancellation
from ..tiers import customer_percent
from .due import note_money
from .release import release

UNPAID_BALANCE = "the balance was not paid in time"


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
            refund_to=destination_of(move.unit, cancellation).value,
        )
    )


async def cancel_by_tier(move: Move) -> None:
    """As if the customer had cancelled now: the fee is kept, the rest of what was paid goes back."""
    row = move.subject
    held = await payments.escrow_of(move.unit, subject_of(row.id))
    quote = refund_for(held, customer_percent(row.policy, row.start_at, move.unit.now))
    cancelled = replace(move, reason=UNPAID_BALANCE, input=Cancellation(quote))
    await refund(cancelled)
    await tell_cancelled(cancelled)


def destination_of(unit: Unit, cancellation: Cancellation) -> payments.Destination:
    """Where the money goes, as far as that can be said beforehand."""
    if cancellation.to_wallet:
        return payments.Destination.wallet
    return payments.refund_destination(unit, cancellation.refund_to)


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
        destination=destination_of(unit, cancellation),
    )


def _cancellation(move: Move) -> Cancellation:
    assert isinstance(move.input, Cancellation)
    return move.input


EFFECTS = (refund, tell_cancelled, cancel_by_tier)
