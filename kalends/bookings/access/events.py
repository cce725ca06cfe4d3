"""Who reaches events and their lines: the organiser the whole, each vendor its own line."""

from uuid import UUID

from kalends.core.errors import NotFound
from kalends.core.policy import Rule, Who
from kalends.core.unit import Unit

from ..repository import event_lines
from ..types import BookingFacts
from ..types.events import EventLine
from .bookings import access_booking, access_own_booking
from .vendors import EVENT_KIND, vendors_run_by

_FEATURE = "events"
_own = Rule(Who.signed_in, "own bookings", limit="bookings", keyed=True, feature=_FEATURE)
_vendors = Rule(
    Who.signed_in,
    "events that ask a provider that one runs",
    limit="bookings",
    keyed=True,
    feature=_FEATURE,
)
_lines = "/bookings/{event_id}/lines/{line_id}"

EVENTS = {
    "POST /bookings/{event_id}/submit": _own,
    f"POST {_lines}/approve": _vendors,
    f"POST {_lines}/decline": _vendors,
    f"POST {_lines}/counter": _vendors,
    f"POST {_lines}/accept-counter": _own,
    f"POST {_lines}/replace": _own,
    f"POST {_lines}/remove": _own,
}


async def access_event(unit: Unit, booking_id: UUID, line_id: UUID | None = None) -> BookingFacts:
    """The event (that has this line), for its organiser alone. Raises NotFound."""
    booking = await access_own_booking(unit, booking_id)
    if booking.kind != EVENT_KIND:
        raise NotFound
    if line_id is not None and await event_lines.find(unit, booking_id, line_id) is None:
        raise NotFound
    return booking


async def access_vendor_line(unit: Unit, booking_id: UUID, line_id: UUID) -> EventLine:
    """The line, for who runs its vendor, once it was asked for. Raises NotFound."""
    await access_booking(unit, booking_id)
    line = await event_lines.find(unit, booking_id, line_id)
    if line is None or not vendors_run_by(unit.principal, [line.provider_id]):
        raise NotFound
    return line
