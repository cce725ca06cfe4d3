"""A room's availability over some days, and who else takes part in a booking."""

from datetime import date, datetime, timedelta
from uuid import UUID

from kalends import catalog, identity
from kalends.core.errors import Invalid, NotFound
from kalends.core.unit import Unit

from ..access import access_own_booking
from ..repository import bookings
from ..repository.allocations import taken_spans
from ..rules.availability import free_spans
from ..rules.opening_hours import local_day, zone_named
from ..rules.ranges import Span, clipped
from ..types import BookingFacts
from .slots import MAX_DAYS, calendar_of

Slots = list[tuple[datetime, datetime]]
MAX_GUESTS = 50


async def free_days(
    unit: Unit, room_id: UUID, first: date | None, last: date | None
) -> tuple[catalog.RoomFacts, list[tuple[date, Slots]]]:
    """What can be booked of the room on each local date from `first` to `last` (today by default).

    One statement for all days. Raises NotFound, Invalid for more than 62 days or an impossible date.
    """
    room = await catalog.get_room(unit, room_id)
    if room.status is not catalog.PlaceStatus.active:
        raise NotFound("this room takes no bookings at the moment")
    start = first or unit.now.astimezone(zone_named(room.zone)).date()
    days = _dates(start, last or start)
    windows = [(day, _window(day, room.zone)) for day in days]
    whole = Span(windows[0][1].start, windows[-1][1].end)
    taken = (await taken_spans(unit, [room.id], whole))[room.id]
    free = free_spans(calendar_of(unit, room, taken), whole)
    return room, [
        (day, [(s.start, s.end) for s in clipped(free, window)]) for day, window in windows
    ]


def _dates(start: date, last: date) -> list[date]:
    count = (last - start).days + 1
    if not 1 <= count <= MAX_DAYS:
        raise Invalid(f"ask for 1 to {MAX_DAYS} days, the first one first")
    try:
        return [start + timedelta(days=n) for n in range(count)]
    except OverflowError:
        raise Invalid("that date is outside the calendar") from None


def _window(day: date, zone: str) -> Span:
    try:
        return local_day(day, zone)
    except ValueError as error:
        raise Invalid(f"{day}: {error}") from error


async def invite_guest(unit: Unit, booking_id: UUID, email: str) -> BookingFacts:
    """Let another user see the booking and get its mails. Raises NotFound for an unknown address too."""
    booking = await access_own_booking(unit, booking_id)
    person = await identity.find_person_by_email(unit, email)
    if person is None:
        raise NotFound("nobody with this address has an account here")
    if len(booking.participants) > MAX_GUESTS:
        raise Invalid(f"a booking has at most {MAX_GUESTS} guests")
    await bookings.add_participant(unit, booking_id, person.id, "guest")
    found = await bookings.find(unit, booking_id)
    assert found is not None
    return found
