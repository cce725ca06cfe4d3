"""Looking at bookings and at what is free."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from kalends.billing import DocumentList, DocumentSummary
from kalends.catalog import access_room
from kalends.core.edge import CurrentReading, CurrentUnit
from kalends.core.errors import NotFound
from kalends.core.paging import Paged
from kalends.core.reading import Reading

from ..access import access_booking
from ..repository import bookings, pages
from ..repository.pages import BookingFilter
from ..schemas import (
    AvailabilityQuery,
    AvailabilityRead,
    BookingPage,
    BookingQuery,
    BookingRead,
    DayRead,
    MyBookings,
    SlotRead,
    StatusRead,
    Timeline,
    TimelineEntry,
)
from ..service.days import free_days
from ..service.papers.write import documents_in_reach
from ..service.present import document, written_page
from ..service.read import actions_of, bookings_in_reach, own_bookings
from .base import as_json, routes, written


@routes.add("GET /bookings/me", summary="My bookings, with counts", response_model=MyBookings)
async def my_bookings(reading: CurrentReading, page: Paged) -> Response:
    return written(written_page(reading, *await own_bookings(reading, page)))


@routes.add(
    "GET /bookings/upcoming",
    summary="My bookings that are still to come",
    response_model=BookingPage,
)
async def upcoming(reading: CurrentReading, page: Paged) -> Response:
    wanted = BookingFilter(own=True, upcoming=True)
    return written(written_page(reading, await pages.page_of(reading, wanted, page)))


@routes.add(
    "GET /bookings/history", summary="My bookings that have begun", response_model=BookingPage
)
async def history(reading: CurrentReading, page: Paged) -> Response:
    wanted = BookingFilter(own=True, begun=True)
    return written(written_page(reading, await pages.page_of(reading, wanted, page)))


@routes.add("GET /bookings", summary="The bookings that I may see", response_model=BookingPage)
async def list_bookings(
    reading: CurrentReading, query: Annotated[BookingQuery, Query()]
) -> Response:
    """One's own; for a manager those at the managed venues; for an operator all."""
    return written(written_page(reading, await bookings_in_reach(reading, _filter(query), query)))


@routes.add("GET /admin/bookings", summary="All bookings", response_model=BookingPage)
async def all_bookings(
    reading: CurrentReading, query: Annotated[BookingQuery, Query()]
) -> Response:
    return written(written_page(reading, await pages.page_of(reading, _filter(query), query)))


@routes.add(
    "GET /rooms/{room_id}/bookings",
    summary="The bookings of a room",
    errors=[NotFound],
    response_model=BookingPage,
)
async def room_bookings(
    unit: CurrentUnit, room_id: UUID, query: Annotated[BookingQuery, Query()]
) -> Response:
    await access_room(unit, room_id)
    reading = Reading.of(unit)
    wanted = replace(_filter(query), room_id=room_id)
    return written(written_page(reading, await bookings_in_reach(reading, wanted, query)))


@routes.add(
    "GET /bookings/{booking_id}",
    summary="One booking",
    errors=[NotFound],
    response_model=BookingRead,
)
async def read_booking(unit: CurrentUnit, booking_id: UUID) -> Response:
    return as_json(document(unit, (await access_booking(unit, booking_id)).booking))


@routes.add(
    "GET /bookings/{booking_id}/status", summary="State and actions only", errors=[NotFound]
)
async def read_status(unit: CurrentUnit, booking_id: UUID) -> StatusRead:
    booking = (await access_booking(unit, booking_id)).booking
    return StatusRead(
        id=booking.id,
        number=booking.number,
        state=booking.state,
        label=booking.label,
        actions=actions_of(unit, booking),
    )


@routes.add(
    "GET /bookings/{booking_id}/timeline", summary="What happened, in order", errors=[NotFound]
)
async def read_timeline(unit: CurrentUnit, booking_id: UUID) -> Timeline:
    await access_booking(unit, booking_id)
    labels = unit.profile.labels.states
    entries = await bookings.timeline(unit, booking_id)
    items = [
        TimelineEntry.model_validate(vars_of(e) | {"label": labels.get(e.to_state, e.to_state)})
        for e in entries
    ]
    return Timeline(items=items)


@routes.add(
    "GET /bookings/{booking_id}/documents",
    summary="Its receipts, invoices and notes",
    errors=[NotFound],
)
async def booking_documents(unit: CurrentUnit, booking_id: UUID) -> DocumentList:
    """Those that the caller issued or got."""
    found = await documents_in_reach(unit, booking_id)
    return DocumentList(items=[DocumentSummary.of(document) for document in found])


@routes.add("GET /rooms/{room_id}/availability", summary="What can be booked", errors=[NotFound])
async def availability(
    unit: CurrentUnit, room_id: UUID, query: Annotated[AvailabilityQuery, Query()]
) -> AvailabilityRead:
    """Free ranges per local date of the place. Whatever lies inside one can be booked."""
    room, days = await free_days(unit, room_id, query.date, query.until)
    listed = [
        DayRead(date=day, slots=[SlotRead(start=start, end=end) for start, end in slots])
        for day, slots in days
    ]
    return AvailabilityRead(room_id=room.id, time_zone=room.zone, days=listed)


def vars_of(entry: object) -> dict[str, object]:
    return {name: getattr(entry, name) for name in TimelineEntry.model_fields if name != "label"}


def _filter(query: BookingQuery) -> BookingFilter:
    return BookingFilter(
        state=query.state,
        room_id=query.room_id,
        starts_after=query.starts_after,
        starts_before=query.starts_before,
    )
