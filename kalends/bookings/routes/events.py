"""Events: asking the vendors, their answers, and the organiser's."""

from uuid import UUID

from fastapi import Response

from kalends.billing import SubscriptionRequired
from kalends.core.edge import CurrentUnit, Routes
from kalends.core.errors import NotFound, TransitionNotAllowed

from ..access import access_booking
from ..errors import (
    OfferChanged,
    OwnVenue,
    SlotTaken,
    TakesNoBookings,
    TooManyChanges,
    TooManyHolds,
    VenueRequired,
)
from ..schemas import BookingRead
from ..schemas.events import AcceptCounterRequest, CounterRequest, DeclineLineRequest, EventLineIn
from ..service.organising import answer
from ..service.present import document
from .base import as_json

event_routes = Routes("events", feature="events")
_LINE = "POST /bookings/{event_id}/lines/{line_id}"
_ANSWER = [NotFound, TransitionNotAllowed]


@event_routes.add(
    "POST /bookings/{event_id}/submit",
    summary="Ask every vendor of an event",
    errors=[*_ANSWER, SubscriptionRequired, SlotTaken, TooManyHolds],
    response_model=BookingRead,
)
async def submit(unit: CurrentUnit, event_id: UUID) -> Response:
    """Holds everybody's time, or nobody's when one of them is taken."""
    return as_json(document(unit, await answer.submit_event(unit, event_id)))


@event_routes.add(
    f"{_LINE}/approve",
    summary="Agree to what was asked of one's line",
    errors=[*_ANSWER, TakesNoBookings],
    response_model=BookingRead,
)
async def approve_line(unit: CurrentUnit, event_id: UUID, line_id: UUID) -> Response:
    """When the last vendor agrees, the organiser may pay."""
    await answer.approve_line(unit, event_id, line_id)
    return as_json(document(unit, (await access_booking(unit, event_id)).booking))


@event_routes.add(
    f"{_LINE}/decline",
    summary="Take no part in an event",
    errors=[*_ANSWER, SlotTaken],
    response_model=BookingRead,
)
async def decline_line(
    unit: CurrentUnit, event_id: UUID, line_id: UUID, body: DeclineLineRequest
) -> Response:
    """Until it is paid an approval may be taken back; the organiser then asks somebody else."""
    await answer.decline_line(unit, event_id, line_id, body.note)
    return as_json(document(unit, (await access_booking(unit, event_id)).booking))


@event_routes.add(
    f"{_LINE}/counter",
    summary="Name another price for one's line",
    errors=_ANSWER,
    response_model=BookingRead,
)
async def counter(
    unit: CurrentUnit, event_id: UUID, line_id: UUID, body: CounterRequest
) -> Response:
    """Of several the last one counts, once the organiser accepts it."""
    await answer.counter_line(unit, event_id, line_id, (body.price.money(), body.note))
    return as_json(document(unit, (await access_booking(unit, event_id)).booking))


@event_routes.add(
    f"{_LINE}/accept-counter",
    summary="Agree to a vendor's price",
    errors=[*_ANSWER, OfferChanged, TakesNoBookings],
    response_model=BookingRead,
)
async def accept_line(
    unit: CurrentUnit, event_id: UUID, line_id: UUID, body: AcceptCounterRequest
) -> Response:
    """Say the price again that is agreed to: the vendor may have named another one meanwhile."""
    price = body.price.money()
    return as_json(document(unit, await answer.accept_counter(unit, event_id, line_id, price)))


@event_routes.add(
    f"{_LINE}/replace",
    summary="Ask another vendor instead",
    errors=[*_ANSWER, SlotTaken, OwnVenue, VenueRequired, TooManyChanges],
    response_model=BookingRead,
)
async def replace(unit: CurrentUnit, event_id: UUID, line_id: UUID, body: EventLineIn) -> Response:
    """Until the event is paid. It then waits for the new vendor's answer."""
    wish = body.wish()
    return as_json(document(unit, await answer.replace_line(unit, event_id, line_id, wish)))


@event_routes.add(
    f"{_LINE}/remove",
    summary="Do without a vendor",
    errors=[*_ANSWER, VenueRequired, SlotTaken],
    response_model=BookingRead,
)
async def remove(unit: CurrentUnit, event_id: UUID, line_id: UUID) -> Response:
    """Until the event is paid; a venue has to stay."""
    return as_json(document(unit, await answer.remove_line(unit, event_id, line_id)))
