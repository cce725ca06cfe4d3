"""The city's past: bookings that were made, paid, cancelled, completed, settled and reviewed, each at its moment.

Every step goes through the same use cases and the same process engine as a live one, only in a unit of
work whose time is earlier, and without telling anybody: no mail leaves for what was long ago.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from kalends import bookings, trust
from kalends.billing import AddonLine, RentalRequest
from kalends.core.house import House
from kalends.core.principal import SYSTEM, ActorKind, Principal
from kalends.core.states import Order, fire
from kalends.core.unit import open_past

from .catalogue import Places, minutes_of
from .shapes import DemoBooking, DemoReview, World

CLOSES_AFTER = timedelta(days=7)


@dataclass(frozen=True)
class _Past:
    house: House
    places: Places
    today: date
    now: datetime


async def load_history(
    house: House,
    places: Places,
    world: World,
    clock: tuple[date, datetime],
    told: Callable[[int, int], None],
) -> None:
    """Write the bookings in the order in which they were made. `told(done, of)` hears of the progress."""
    past = _Past(house, places, *clock)
    reviews = {review.booking_key: review for review in world.reviews}
    ordered = sorted(
        world.bookings, key=lambda b: (_start(past, b) - timedelta(days=b.lead_days), b.key)
    )
    for done, booking in enumerate(ordered, 1):
        await _live_through(past, booking, reviews.get(booking.key))
        told(done, len(ordered))


def _start(past: _Past, booking: DemoBooking) -> datetime:
    zone = ZoneInfo(past.places.rooms[booking.room_key].zone)
    midnight = datetime.combine(
        past.today + timedelta(days=booking.day_offset), datetime.min.time(), zone
    )
    return (midnight + timedelta(minutes=minutes_of(booking.start))).astimezone(UTC)


async def _live_through(past: _Past, booking: DemoBooking, review: DemoReview | None) -> None:
    customer = Principal(ActorKind.customer, past.places.people[booking.customer_key])
    start = _start(past, booking)
    made = start - timedelta(days=booking.lead_days)
    async with open_past(past.house, customer, made) as unit:
        found = await bookings.book_room(unit, _request(past, booking, start))
    async with open_past(past.house, customer, made + timedelta(minutes=3)) as unit:
        await bookings.pay_from_wallet(unit, found.id)
    if booking.outcome == "cancelled":
        when = start - timedelta(hours=booking.notice_hours or 0)
        async with open_past(past.house, customer, when) as unit:
            await bookings.cancel_booking(unit, found.id, "Our plans changed.")
    elif booking.outcome == "completed":
        await _complete(past, found, customer, review)


async def _complete(
    past: _Past, found: bookings.BookingFacts, customer: Principal, review: DemoReview | None
) -> None:
    for transition, when in _ends(found):
        if when > past.now:
            return  # its timer is set; the timekeeper fires it in time
        async with open_past(past.house, SYSTEM, when) as unit:
            await fire(unit, bookings.MACHINE, found.id, transition, Order(ActorKind.system))
        if transition == "complete" and review and when + timedelta(hours=20) < past.now:
            await _review(past, found.id, (customer, when + timedelta(hours=20)), review)


def _ends(found: bookings.BookingFacts) -> Iterator[tuple[str, datetime]]:
    yield "complete", found.end
    yield "release", found.end
    yield "close", found.end + CLOSES_AFTER


async def _review(
    past: _Past, booking_id: UUID, who: tuple[Principal, datetime], review: DemoReview
) -> None:
    customer, when = who
    async with open_past(past.house, customer, when) as unit:
        await trust.post_review(unit, trust.NewReview(booking_id, review.rating, review.comment))


def _request(past: _Past, booking: DemoBooking, start: datetime) -> RentalRequest:
    venue_key = booking.room_key.split(".")[0]
    return RentalRequest(
        room_id=past.places.rooms[booking.room_key].id,
        start_time=start,
        end_time=start + timedelta(minutes=booking.minutes),
        addons=[
            AddonLine(addon_id=past.places.addons[venue_key, extra.name], quantity=extra.quantity)
            for extra in booking.addons
        ],
    )
