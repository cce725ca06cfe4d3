"""The calendar file of a booking (RFC 5545), in the hall's own zone."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from kalends.bookings import BookingFacts
from kalends.core.wording import plain

_CALLED_OFF = frozenset({"cancelled", "expired", "no_show"})
_OPEN = frozenset(
    {
        "draft",
        "awaiting_provider",
        "awaiting_payment",
        "declined_with_option",
        "trial_booked",
        "trial_completed",
    }
)


def calendar_file(booking: BookingFacts, brand_name: str, now: datetime) -> bytes:
    """One event with a stable UID, so that a newer file replaces an older one in people's calendars.

    SEQUENCE counts the reschedules, and one more when the booking was called off.
    """
    return _file([_event(booking, brand_name, now)], booking.start.year, booking.end.year)


def feed_file(bookings: Sequence[BookingFacts], brand_name: str, now: datetime) -> bytes:
    """Somebody's bookings, by start. As long as none of them changes, the file is the same to the byte."""
    events = [_event(booking, brand_name, _changed_at(booking)) for booking in bookings]
    years = [booking.start.year for booking in bookings] or [now.year]
    return _file(events, years[0], years[-1])


def _file(events: Sequence[Event], first_year: int, last_year: int) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Kalends//bookings//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for event in events:
        calendar.add_component(event)
    # Only the years around the bookings: the rules of a zone since 1970 would be most of the file.
    calendar.add_missing_timezones(date(first_year - 1, 1, 1), date(last_year + 2, 1, 1))
    return bytes(calendar.to_ical())


def _changed_at(booking: BookingFacts) -> datetime:
    moved = [move.at for move in booking.reschedules]
    return max([booking.created_at, *moved, *filter(None, [booking.cancelled_at])])


def _event(booking: BookingFacts, brand_name: str, now: datetime) -> Event:
    zone = ZoneInfo(booking.zone)
    event = Event()
    event.add("uid", f"{booking.id}@kalends")
    event.add("dtstamp", now)
    event.add("dtstart", booking.start.astimezone(zone))
    event.add("dtend", booking.end.astimezone(zone))
    event.add("summary", plain(f"{booking.resource_name}, {booking.place_name}"))
    event.add("location", plain(f"{booking.place_name}, {booking.address}"))
    event.add("description", plain(f"{brand_name} booking {booking.number}"))
    event.add("sequence", len(booking.reschedules) + (booking.state in _CALLED_OFF))
    event.add("status", _status(booking.state))
    return event


def _status(state: str) -> str:
    if state in _CALLED_OFF:
        return "CANCELLED"
    return "TENTATIVE" if state in _OPEN else "CONFIRMED"
