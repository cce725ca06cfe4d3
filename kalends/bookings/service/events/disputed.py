"""What a decided dispute does to one line of an event."""

from uuid import UUID

from kalends import payments
from kalends.core.money import Money
from kalends.core.unit import Unit

from ...repository import bookings, event_lines
from ...types import subject_of
from .money import keep
from .tally import tally


async def take_line_back(unit: Unit, booking_id: UUID, line_id: UUID, reason: str) -> Money:
    """Take back what the line's vendor was promised and has not been sent; return what lies in escrow of it."""
    return await payments.cancel_milestones(unit, subject_of(booking_id), reason, line=str(line_id))


async def settle_line(
    unit: Unit, booking_id: UUID, line_id: UUID, money: tuple[Money, Money], key: str
) -> None:
    """So much of the line was freed in escrow, so much was given back: the vendor gets what that leaves.

    `key` names the cause, for the journal. The event shows what went back.
    """
    freed, given = money
    row = await bookings.lock(unit, booking_id)
    line = next(x for x in await event_lines.of_booking(unit, booking_id) if x.id == line_id)
    await keep(
        unit, row, (line, max(freed - given, Money.zero(freed.currency))), f"{key}:{line_id}"
    )
    await event_lines.give(unit, line_id, returned=given.amount)
    await tally(unit, booking_id)
