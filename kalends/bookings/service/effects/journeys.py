"""Effects of the booking machine on the way to a customer: when what happened, and who did not come."""

from typing import Any

from kalends import payments
from kalends.core.states import Move

from ...events import (
    BookingDropped,
    ProviderArrived,
    ProviderDeparted,
    RatingWanted,
    TrialOver,
)
from ...repository import bookings
from ...types import subject_of
from ..instalments import agreed_anew
from .due import relocation


async def note_check_in(move: Move) -> None:
    await _note(move, "checked_in_at")


async def note_departure(move: Move) -> None:
    await _note(move, "started_at")


async def note_arrival(move: Move) -> None:
    await _note(move, "arrived_at")


async def note_end(move: Move) -> None:
    """Where an operator ends what nobody began, there is no start to remember either."""
    await bookings.change(move.unit, move.subject.id, actual_end=move.unit.now)


async def reprice_unpaid(move: Move) -> None:
    """Other terms for what is not paid yet: open payments no longer count."""
    row, to = move.subject, relocation(move)
    await payments.expire_payments(move.unit, subject_of(row.id))
    anew = agreed_anew(row.policy, to.total, start=to.span.start, now=move.unit.now)
    await bookings.change(move.unit, row.id, policy=anew)


async def drop(move: Move) -> None:
    await bookings.change(
        move.unit,
        move.subject.id,
        cancelled_by=move.actor.value,
        cancel_reason=move.reason,
        cancelled_at=move.unit.now,
    )
    move.unit.emit(BookingDropped(booking_id=move.subject.id))


async def tell_departed(move: Move) -> None:
    move.unit.emit(ProviderDeparted(booking_id=move.subject.id))


async def tell_arrived(move: Move) -> None:
    move.unit.emit(ProviderArrived(booking_id=move.subject.id))


async def tell_rating_wanted(move: Move) -> None:
    move.unit.emit(RatingWanted(booking_id=move.subject.id))


async def tell_trial_over(move: Move) -> None:
    move.unit.emit(TrialOver(booking_id=move.subject.id))


async def _note(move: Move, what: str) -> None:
    """When it happened, for people to see; said twice, the first time counts."""
    details: dict[str, Any] = move.subject.details
    journey = {what: move.unit.now.isoformat().replace("+00:00", "Z")} | details.get("journey", {})
    await bookings.change(move.unit, move.subject.id, details=details | {"journey": journey})


EFFECTS = (
    note_check_in,
    note_departure,
    note_arrival,
    note_end,
    reprice_unpaid,
    drop,
    tell_departed,
    tell_arrived,
    tell_rating_wanted,
    tell_trial_over,
)
