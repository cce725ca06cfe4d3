"""What differs between the kinds of bookings, by the name of their process."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from kalends.billing import check_kind
from kalends.core.errors import TransitionNotAllowed
from kalends.core.unit import Unit

from ..rules.ranges import Span
from ..types import BookingFacts
from .appointments.booking import book_visit, moved_visit, visit_openings, visit_taken
from .changes import Move, Opening
from .organising.create import draft_event
from .rentals import book_room, moved_room, room_openings, room_taken


async def _stays(_: Unit, booking: BookingFacts, __: Span) -> NoReturn:
    raise TransitionNotAllowed("this keeps its time", state=booking.state, actions=[])


@dataclass(frozen=True, slots=True)
class Kind:
    """`book` makes one from the body of its kind; `moved` is a booking at another time, checked and priced;
    `taken` the refusal when that was lost; `openings` where else it could begin in a window. What stays where
    it is refuses them all.
    """

    book: Callable[[Unit, Any], Awaitable[BookingFacts]]
    moved: Callable[[Unit, BookingFacts, Span], Awaitable[Move]] = _stays
    taken: Callable[[Unit, BookingFacts, Span], Awaitable[Exception]] = _stays
    openings: Callable[[Unit, BookingFacts, Span], Awaitable[list[Opening]]] = _stays


KINDS = {
    "rental": Kind(book_room, moved_room, room_taken, room_openings),
    "appointment": Kind(book_visit, moved_visit, visit_taken, visit_openings),
    "event": Kind(draft_event),
}


async def book(unit: Unit, request: Any) -> BookingFacts:
    """Make a booking of whichever kind the request is of. Raises KindNotOffered, and what its kind raises."""
    check_kind(unit, request.kind)
    return await KINDS[request.kind].book(unit, request)
