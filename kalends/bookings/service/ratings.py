"""What follows from ratings, which a room above keeps."""

from uuid import UUID

from kalends.core.principal import ActorKind
from kalends.core.states import Order, fire
from kalends.core.unit import Unit

from ..repository import bookings
from .machine import MACHINE

WAITING, CLOSE = "rating_pending", "close"


async def note_ratings(unit: Unit, booking_id: UUID) -> None:
    """Both sides have rated each other: a booking that waits only for that is closed.

    Said before they were asked to, it is remembered. Saying it twice changes nothing.
    """
    row = await bookings.lock(unit, booking_id)
    if row is not None and "rated" not in row.details:
        await bookings.change(unit, booking_id, details=row.details | {"rated": True})
    await close_rated(unit, booking_id)


async def close_rated(unit: Unit, booking_id: UUID) -> None:
    """Close a booking whose ratings are all in, once it waits for nothing else."""
    row = await bookings.lock(unit, booking_id)
    if row is not None and row.state == WAITING and row.details.get("rated"):
        await fire(unit, MACHINE, booking_id, CLOSE, Order(ActorKind.system))
