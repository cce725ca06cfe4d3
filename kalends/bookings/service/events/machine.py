"""The machine of an event's lines: its table, and what its steps tell."""

from kalends.core.states import Machine, Move, register

from ...events import EventLineAnswered
from ...models import event_line_transitions
from ...repository import event_lines
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


EVENT_LINES = register(
    Machine(
        name="event_line",
        table=event_lines.TABLE,
        history=event_line_transitions,
        lock=event_lines.lock,
        processes={EVENT_LINE.name: EVENT_LINE},
        effects={"tell_answer": tell_answer},
    )
)
