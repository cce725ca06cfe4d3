"""The calendar file of a booking (RFC 5545), in the hall's own zone."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from kalends.bookings import BookingFacts
from kalends.core.wording import plain

_CALLED_OFF = frozenset({"cancelled", "expired"})


def calendar_file(booking: BookingFacts, brand_name: str, now: datetime) -> bytes:
    """One event with a stable UID, so that a newer file replaces an older one in people's calendars.

    SEQUENCE counts the reschedules, and one more when the booking was called off.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Kalends//bookings//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(_event(booking, brand_name, now))
    # Only the years around the booking: the rules of a zone since 1970 would be most of the file.
    calendar.add_missing_timezones(
        date(booking.start.year - 1, 1, 1), date(booking.end.year + 2, 1, 1)
    )
    return bytes(calendar.to_ical())


def _event(booking: BookingFacts, brand_name: str, now: datetime) -> Event:
    zone = ZoneInfo(booking.zone)
    event = Event()
    event.add("uid", f"{booking.id}@kalends")
    event.add("dtstamp", now)
    event.add("dtstart", booking.start.astimezone(zone))
    event.add("dtend", booking.end.astimezone(zone))
    event.add("summary", plain(f"{booking.room_name}, {booking.venue_name}"))
    event.add("location", plain(f"{booking.venue_name}, {booking.address}"))
    event.add("description", plain(f"{brand_name} booking {booking.number}"))
    event.add("sequence", len(booking.reschedules) + (booking.state in _CALLED_OFF))
    event.add("status", _status(booking.state))
    return event


def _status(state: str) -> str:
    if state in _CALLED_OFF:
        return "CANCELLED"
    return "TENTATIVE" if state == "awaiting_payment" else "CONFIRMED"
