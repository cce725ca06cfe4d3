"""Effects of the booking machine that tell the rooms above what happened."""

from kalends import payments
from kalends.core.failpoints import failpoint
from kalends.core.states import Move

from ...events import (
    BookingCompleted,
    BookingConfirmed,
    BookingExpired,
    BookingReminderDue,
    BookingRequested,
    BookingRescheduled,
)
from ...types import subject_of
from .due import relocation


async def tell_requested(move: Move) -> None:
    move.unit.emit(BookingRequested(booking_id=move.subject.id))
    failpoint("bookings.created")


async def tell_confirmed(move: Move) -> None:
    move.unit.emit(BookingConfirmed(booking_id=move.subject.id))


async def expire_payments(move: Move) -> None:
    await payments.expire_payments(move.unit, subject_of(move.subject.id))


async def tell_expired(move: Move) -> None:
    move.unit.emit(BookingExpired(booking_id=move.subject.id))


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


EFFECTS = (
    tell_requested,
    tell_confirmed,
    expire_payments,
    tell_expired,
    tell_rescheduled,
    tell_reminder,
    tell_completed,
)
