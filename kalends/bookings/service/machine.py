"""The booking machine: what the names in the processes' data mean. Guards are pure, effects write."""

from datetime import datetime
from typing import Any

from kalends import payments
from kalends.billing import settle
from kalends.core.errors import Problem, TransitionNotAllowed
from kalends.core.failpoints import failpoint
from kalends.core.money import Money
from kalends.core.process import Facts
from kalends.core.states import Machine, Move, register
from kalends.core.stops import MONEY_OUT, wait_while_stopped

from ..errors import SlotTaken
from ..events import (
    BookingCancelled,
    BookingCompleted,
    BookingConfirmed,
    BookingExpired,
    BookingReleased,
    BookingReminderDue,
    BookingRequested,
    BookingRescheduled,
)
from ..models import Booking, booking_transitions
from ..repository import allocations, bookings
from ..rules.policy import Policy
from ..rules.processes import PROCESSES
from ..rules.ranges import Span
from ..types import subject_of
from .changes import Cancellation
from .changes import Move as Relocation


def facts(row: Any) -> Facts:
    return Facts(row.state_since, row.start_at, row.end_at, Policy.read(row.policy).minutes)


def before_start(row: Any, now: datetime) -> Problem | None:
    if now < row.start_at:
        return None
    return TransitionNotAllowed("the booking's time has begun", state=row.state, actions=[])


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
    row, to = move.subject, _relocation(move)
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


async def settle_difference(move: Move) -> None:
    """Charge the wallet for a dearer time, refund a cheaper one. An unpaid booking only changes its price."""
    row, to = move.subject, _relocation(move)
    subject = subject_of(row.id)
    if row.state == "awaiting_payment":
        await payments.expire_payments(move.unit, subject)
    elif to.difference.amount > 0:
        await payments.pay_from_wallet(
            move.unit,
            payments.PaymentRequest(
                subject=subject,
                payer_id=row.customer_id,
                purpose="extra",
                amount=to.difference,
                gateway="wallet",
            ),
        )
    elif to.difference.amount < 0:
        await _give_back(move, -to.difference, "rescheduled", f"reschedule:{row.id}:{row.version}")
    await note_money(move)


async def tell_rescheduled(move: Move) -> None:
    row, to = move.subject, _relocation(move)
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


async def release_escrow(move: Move) -> None:
    """What is left in escrow goes to the provider, less commission and tax, as frozen on the booking."""
    await wait_while_stopped(move.unit, MONEY_OUT)
    await _release(move, "release")
    failpoint("bookings.released")


async def tell_released(move: Move) -> None:
    move.unit.emit(BookingReleased(booking_id=move.subject.id))


async def refund(move: Move) -> None:
    """Give back what the tier says of what was captured; the fee goes where the policy sends it."""
    row, cancellation = move.subject, _cancellation(move)
    if cancellation.quote.amount:
        await _give_back(move, cancellation.quote.amount, "cancelled", f"cancel:{row.id}")
    await _release(move, "fee")
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
    quote = _cancellation(move).quote
    move.unit.emit(
        BookingCancelled(
            booking_id=move.subject.id,
            by=move.actor.value,
            refund_percent=quote.percent,
            refund_amount=quote.amount.amount,
            fee=quote.fee.amount,
            currency=quote.fee.currency,
        )
    )


async def note_money(move: Move) -> None:
    """Copy onto the booking what payments says was paid and given back."""
    subject = subject_of(move.subject.id)
    paid, refunded = (await payments.money_of(move.unit, [subject]))[subject]
    await bookings.change(move.unit, move.subject.id, paid=paid.amount, refunded=refunded.amount)


async def _give_back(move: Move, amount: Money, reason: str, key: str) -> None:
    row = move.subject
    await payments.refund_to_wallet(
        move.unit,
        payments.RefundOrder(
            subject=subject_of(row.id),
            user_id=row.customer_id,
            amount=amount,
            reason=reason,
            key=key,
        ),
    )


async def _release(move: Move, occasion: str) -> None:
    row, policy = move.subject, Policy.read(move.subject.policy)
    held = await payments.escrow_of(move.unit, subject_of(row.id))
    if held.amount <= 0:
        return
    to_platform = occasion == "fee" and policy.fee_to == "platform"
    shares = settle(
        held, 10_000 if to_platform else policy.commission_bp, () if to_platform else policy.taxes
    )
    await payments.release_escrow(
        move.unit,
        payments.ReleaseOrder(
            subject=subject_of(row.id),
            provider_id=row.provider_id,
            commission=shares.commission,
            taxes=shares.taxes,
            key=f"{occasion}:{row.id}",
        ),
    )


def _relocation(move: Move) -> Relocation:
    assert isinstance(move.input, Relocation)
    return move.input


def _cancellation(move: Move) -> Cancellation:
    assert isinstance(move.input, Cancellation)
    return move.input


_EFFECTS = (
    tell_requested, make_firm, win_back, tell_confirmed, free_slot, expire_payments, tell_expired, swap_slot,
    settle_difference, tell_rescheduled, tell_reminder, tell_completed, release_escrow, tell_released, refund,
    tell_cancelled,
)  # fmt: skip

MACHINE = register(
    Machine(
        name="booking",
        table=Booking.__table__,
        history=booking_transitions,
        lock=bookings.lock,
        processes=PROCESSES,
        facts=facts,
        guards={"before_start": before_start},
        effects={effect.__name__: effect for effect in _EFFECTS},
    )
)
