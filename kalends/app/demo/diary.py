"""Who booked what in the demo, in the months before `today` and the weeks after it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import count
from typing import Any

from .chance import between, happens, pick, roll
from .hours import minutes_of, opening
from .shapes import (
    BookedAddon,
    DayException,
    DemoAddon,
    DemoBooking,
    DemoPerson,
    DemoRoom,
    DemoVenue,
    Outcome,
)
from .sources import source

PAST, UPCOMING = 250, 60
FIRST_PAST, LAST_PAST = -180, -1
FIRST_UPCOMING, LAST_UPCOMING = 1, 45

_PER_HEAD = ", per head"
_MOST_HEADS = 120
_NOTICE_HOURS = (4, 10, 20, 30, 40, 60, 96, 150)


@dataclass(frozen=True, slots=True)
class _Offer:
    room: DemoRoom
    unusual: dict[date, DayException]
    addons: Sequence[DemoAddon]
    habits: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Diary:
    """What is taken so far, by room and by customer: (day offset, first minute, last minute)."""

    today: date
    offers: Sequence[_Offer]
    customers: Sequence[str]
    taken: dict[str, list[tuple[int, int, int]]] = field(default_factory=lambda: defaultdict(list))

    def is_free(self, who: str, span: tuple[int, int, int]) -> bool:
        day, start, end = span
        return not any(
            other == day and start < until and since < end
            for other, since, until in self.taken[who]
        )


def bookings(
    today: date,
    venues: Sequence[DemoVenue],
    addons: Sequence[DemoAddon],
    people: Sequence[DemoPerson],
) -> tuple[DemoBooking, ...]:
    """Return past and upcoming bookings in order of time, keyed 'b-001' and on.

    No room and no customer has two at once, and every one lies inside its room's hours.
    """
    customers = [person.key for person in people if "customer" in person.roles]
    diary = _Diary(today, _offers(venues, addons), customers)
    made = _fill(diary, "past", PAST) + _fill(diary, "upcoming", UPCOMING)
    made.sort(key=lambda booking: (booking.day_offset, booking.start, booking.room_key))
    return tuple(
        replace(booking, key=f"b-{number:03d}") for number, booking in enumerate(made, start=1)
    )


def _offers(venues: Sequence[DemoVenue], addons: Sequence[DemoAddon]) -> list[_Offer]:
    sold: dict[str, list[DemoAddon]] = defaultdict(list)
    for addon in addons:
        sold[addon.venue_key].append(addon)
    return [
        _Offer(room, {day.day: day for day in room.exceptions}, sold[venue.key], _habits(room))
        for venue in venues
        for room in venue.rooms
    ]


def _habits(room: DemoRoom) -> dict[str, Any]:
    habits: dict[str, Any] = source("kinds")[room.kind]
    return habits


def _fill(diary: _Diary, span: str, wanted: int) -> list[DemoBooking]:
    made: list[DemoBooking] = []
    for attempt in count():
        booking = _attempt(diary, span, attempt)
        if booking is not None:
            made.append(booking)
        if len(made) == wanted:
            break
    return made


def _attempt(diary: _Diary, span: str, attempt: int) -> DemoBooking | None:
    """Try one random wish; None when people would not come then or the room cannot take it."""
    offer = pick(diary.offers, "room", span, attempt)
    offset = _offset(span, attempt)
    day = diary.today + timedelta(days=offset)
    if roll(10, "busy", span, attempt) >= offer.habits["busy"][day.weekday()]:
        return None
    start = pick(offer.habits["starts"], "start", span, attempt)
    minutes = pick(offer.habits["stay_minutes"], "stay", span, attempt)
    wish = (offset, minutes_of(start), minutes_of(start) + minutes)
    open_ = opening(offer.room.hours, offer.unusual, day)
    if not any(opens <= wish[1] and wish[2] <= closes for opens, closes in open_):
        return None
    customer = _customer(diary.customers, span, attempt)
    if not (diary.is_free(offer.room.key, wish) and diary.is_free(customer, wish)):
        return None
    diary.taken[offer.room.key].append(wish)
    diary.taken[customer].append(wish)
    return _booking(offer, customer, (offset, start, minutes), (span, attempt))


def _offset(span: str, attempt: int) -> int:
    if span == "past":
        return between(FIRST_PAST, LAST_PAST, "day", span, attempt)
    return between(FIRST_UPCOMING, LAST_UPCOMING, "day", span, attempt)


def _customer(customers: Sequence[str], span: str, attempt: int) -> str:
    # The lower of two draws: a marketplace has regulars.
    size = len(customers)
    return customers[min(roll(size, side, span, attempt) for side in ("one", "two"))]


def _booking(
    offer: _Offer, customer: str, when: tuple[int, str, int], wish: tuple[str, int]
) -> DemoBooking:
    offset, start, minutes = when
    shortest, longest = offer.habits["lead_days"]
    lead = between(shortest, longest, "lead", *wish)
    outcome, notice = _outcome(lead, wish)
    return DemoBooking(
        key="",
        customer_key=customer,
        room_key=offer.room.key,
        day_offset=offset,
        start=start,
        minutes=minutes,
        addons=_booked_addons(offer, wish),
        outcome=outcome,
        # What lies ahead was booked before today, however soon people like to book.
        lead_days=lead + max(offset, 0),
        notice_hours=notice,
    )


def _outcome(lead: int, wish: tuple[str, int]) -> tuple[Outcome, int | None]:
    if wish[0] == "upcoming":
        return "upcoming", None
    if not happens(13, "cancelled", *wish):
        return "completed", None
    possible = [hours for hours in _NOTICE_HOURS if hours < lead * 24]
    return "cancelled", pick(possible, "notice", *wish)


def _booked_addons(offer: _Offer, wish: tuple[str, int]) -> tuple[BookedAddon, ...]:
    return tuple(
        BookedAddon(addon.name, _quantity(addon, offer.room, wish))
        for addon in offer.addons
        if happens(30, "addon", addon.name, *wish)
    )


def _quantity(addon: DemoAddon, room: DemoRoom, wish: tuple[str, int]) -> int:
    if addon.name.endswith(_PER_HEAD):
        most = min(room.capacity, _MOST_HEADS)
        return between(max(1, most // 3), most, "heads", addon.name, *wish)
    if ", set of " in addon.name:
        return between(1, 3, "sets", addon.name, *wish)
    return 1
