"""The machine of an event's lines: its table, and what its steps tell."""

from kalends.core.process import by_name
from kalends.core.states import Machine, Move, register

from ...events import EventLineAnswered, EventLineEnded
from ...models import event_line_transitions
from ...repository import bookings, event_lines
from ...rules.processes import EVENT_LINE


async def tell_answer(move: Move) -> None:
    row = move.subject
    move.unit.emit(
        EventLineAnswered(
            booking_id=row.booking_id,
            line_id=row.id,
            provider_id=row.provider_id,
            answer=move.transition.target or row.state,
        )
    )


async def tell_ended(move: Move) -> None:
    """Unless the vendor was never asked, or has declined."""
    row, outcome = move.subject, move.transition.target
    assert outcome is not None
    event = await bookings.look(move.unit, row.booking_id)
    if row.state == "declined" or row.provider_id not in event.vendor_ids:
        return
    move.unit.emit(
        EventLineEnded(
            booking_id=row.booking_id,
            line_id=row.id,
            provider_id=row.provider_id,
            outcome=outcome,
        )
    )


EVENT_LINES = register(
    Machine(
        name="event_line",
        table=event_lines.TABLE,
        history=event_line_transitions,
        lock=event_lines.lock,
        processes={EVENT_LINE.name: EVENT_LINE},
        effects=by_name((tell_answer, tell_ended)),
    )
)
