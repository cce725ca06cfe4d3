"""Telling vendors that they are asked."""

from uuid import UUID

from kalends.core.unit import Unit

from ...events import EventLineAsked
from ...repository import event_lines


async def ask(unit: Unit, booking_id: UUID, *, only_new: bool = False) -> None:
    """All whose answer is waited for, or the one that was asked last alone."""
    waiting = [x for x in await event_lines.of_booking(unit, booking_id) if x.state == "pending"]
    for line in waiting[-1:] if only_new else waiting:
        unit.emit(
            EventLineAsked(booking_id=booking_id, line_id=line.id, provider_id=line.provider_id)
        )
