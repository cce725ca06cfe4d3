"""When staff work, and when they are away."""

from datetime import datetime
from uuid import UUID

from kalends.core.errors import Invalid, NotFound
from kalends.core.ids import new_id
from kalends.core.paging import Slice
from kalends.core.unit import Unit

from ..access import access_staff
from ..events import StaffChanged
from ..repository import staff as stored
from ..types import Breaks, Hours, StaffHours, TimeOffFacts
from .audit import note
from .rooms import accept_hours
from .staff import accept_breaks

MAX_TIME_OFF = 200


async def show_hours(unit: Unit, staff_id: UUID) -> StaffHours:
    """When somebody works, as it was written down. Raises NotFound."""
    await access_staff(unit, staff_id)
    return await stored.hours_of(unit, staff_id)


async def replace_hours(
    unit: Unit, staff_id: UUID, hours: Hours | None, breaks: Breaks
) -> StaffHours:
    """Give somebody these hours and breaks instead of all that they had; None is the business's hours.

    Bookings that were made inside the old ones go on. Raises NotFound, Invalid.
    """
    await access_staff(unit, staff_id)
    accepted = accept_hours(hours) if hours else None
    await stored.set_hours(unit, staff_id, accepted, accept_breaks(breaks))
    unit.emit(StaffChanged(staff_id=staff_id))
    await note(unit, "staff.hours_changed", staff_id, {"own": accepted is not None})
    return await stored.hours_of(unit, staff_id)


async def list_time_off(
    unit: Unit, staff_id: UUID, page: tuple[int, UUID | None]
) -> Slice[TimeOffFacts]:
    """When somebody is away from now on. Raises NotFound."""
    await access_staff(unit, staff_id)
    return await stored.time_off_of(unit, staff_id, page)


async def take_time_off(
    unit: Unit, staff_id: UUID, span: tuple[datetime, datetime], reason: str
) -> TimeOffFacts:
    """Somebody is away for this span, half-open; bookings in it are not touched.

    Raises NotFound, and Invalid for an empty or past span or too many of them.
    """
    await access_staff(unit, staff_id)
    starts_at, ends_at = span
    if starts_at >= ends_at:
        raise Invalid("ends_at: time off ends after it starts")
    if ends_at <= unit.now:
        raise Invalid("ends_at: this is over already")
    if await stored.count_time_off(unit, staff_id) >= MAX_TIME_OFF:
        raise Invalid(f"at most {MAX_TIME_OFF} absences to come; put some of them together")
    off = TimeOffFacts(new_id(), staff_id, starts_at, ends_at, reason)
    await stored.add_time_off(unit, off)
    unit.emit(StaffChanged(staff_id=staff_id))
    await note(unit, "staff.time_off_taken", staff_id, {"span": [starts_at, ends_at]})
    return off


async def give_back_time_off(unit: Unit, staff_id: UUID, time_off_id: UUID) -> None:
    """Somebody is there after all. Raises NotFound."""
    await access_staff(unit, staff_id)
    if not await stored.remove_time_off(unit, staff_id, time_off_id):
        raise NotFound
    unit.emit(StaffChanged(staff_id=staff_id))
    await note(unit, "staff.time_off_given_back", staff_id, {"time_off_id": time_off_id})
