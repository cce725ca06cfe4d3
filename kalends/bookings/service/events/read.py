"""Reading the lines of an event, for code that is entitled to them anyway."""

from uuid import UUID

from kalends.core.unit import Unit

from ...repository import event_lines as repository
from ...types.events import EventLine


async def event_lines(unit: Unit, booking_id: UUID) -> dict[UUID, EventLine]:
    """Every line that the event ever had, by its id."""
    return {line.id: line for line in await repository.of_booking(unit, booking_id)}
