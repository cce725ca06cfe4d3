"""What follows from the lines of an event: its price, what its document shows, whose time it needs."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from kalends.core.unit import Unit

from ...errors import SlotTaken
from ...repository import bookings, event_lines
from ...rules.event_lines import holding, partners, price_lines, shown, total_of
from ...types import BookingFacts, Slot
from ...types.events import EventLine
from ..freed import swap_time
from ..instalments import agreed_anew
from ..read import get_booking
from .venue import moved_place

UNPAID = frozenset({"draft", "awaiting_provider", "awaiting_payment"})


async def tally(unit: Unit, booking_id: UUID) -> BookingFacts:
    """Write down on the booking what its lines say now; return it."""
    row, lines = (
        await bookings.look(unit, booking_id),
        await event_lines.of_booking(unit, booking_id),
    )
    values: dict[str, Any] = {"details": {**row.details, "lines": [shown(line) for line in lines]}}
    if row.state != "draft":
        values["vendor_ids"] = partners(lines, row.vendor_ids)
    if row.state in UNPAID:
        total = total_of(lines, row.currency)
        values["total"] = total.amount
        values |= await moved_place(unit, row, lines)
        values["policy"] = agreed_anew(row.policy, total, start=row.start_at, now=unit.now)
        await bookings.replace_lines(unit, booking_id, price_lines(lines))
    await bookings.change(unit, booking_id, **values)
    return await get_booking(unit, booking_id)


async def hold(unit: Unit, row: Any, until: datetime) -> None:
    """Hold every wanted vendor's time, all or nothing. Raises SlotTaken, after which nothing may be kept."""
    lines = holding(await event_lines.of_booking(unit, row.id))
    lost = await swap_time(unit, row.id, slots_of(row, lines), until)
    if lost is not None:
        name = next(line.provider_name for line in lines if lost.resource_id == _calendar(line))
        raise SlotTaken(f"{name} is taken at this time", reason="taken", nearest=[])
    await bookings.change(unit, row.id, hold_expires_at=until)


def slots_of(row: Any, lines: list[EventLine]) -> list[Slot]:
    """What the lines need of which calendars: each vendor's, or a room's, once."""
    found: dict[UUID, Slot] = {}
    for line in lines:
        kind = "room" if line.room_id else "provider"
        busy = row.end_at + timedelta(minutes=0 if line.room_id else line.buffer_minutes)
        resource = _calendar(line)
        found.setdefault(resource, Slot(kind, resource, row.start_at, row.end_at, busy))
    return list(found.values())


def _calendar(line: EventLine) -> UUID:
    return line.room_id or line.provider_id
