"""Appointments over HTTP: who is free, saying yes, the work itself, and who did not come."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query, Response
from pydantic import BeforeValidator

from kalends.catalog import StaffFacts
from kalends.core.edge import CurrentUnit, Routes
from kalends.core.errors import NotFound, TransitionNotAllowed
from kalends.core.paging import Paged

from ..errors import BookingFrozen, SlotTaken
from ..schemas import (
    AbsenceRequest,
    BookingRead,
    ChecklistRequest,
    ExtraRequest,
    LineCancelRequest,
    Matches,
    MatchQuery,
    PastProfessionals,
    VisitAvailability,
    VisitQuery,
)
from ..service.appointments import work
from ..service.appointments.dropping import drop_line
from ..service.appointments.matching import match
from ..service.appointments.offers import Wanted, offers
from ..service.appointments.past import past_professionals
from ..service.present import document
from .base import as_json, routes


def _plain(written: str) -> str:
    """Python reads `-0` and `+1` as numbers; in a path they are none."""
    if not written.isdecimal():
        raise ValueError("a position is a whole number")
    return written


staff_routes = Routes("bookings", feature="staff")
LinePosition = Annotated[int, BeforeValidator(_plain), Path(ge=0, le=10_000)]
_ACTING = [NotFound, TransitionNotAllowed]


@routes.add(
    "POST /bookings/{booking_id}/start",
    summary="Begin the work",
    errors=_ACTING,
    response_model=BookingRead,
)
async def start(unit: CurrentUnit, booking_id: UUID) -> Response:
    """By who serves, a little before its time at the earliest."""
    return as_json(document(unit, await work.start_job(unit, booking_id)))


@routes.add(
    "POST /bookings/{booking_id}/no-show",
    summary="Say that the other side did not come",
    errors=[*_ACTING, BookingFrozen],
    response_model=BookingRead,
)
async def no_show(unit: CurrentUnit, booking_id: UUID, body: AbsenceRequest) -> Response:
    """When one has waited long enough. An absent provider gives everything back, an absent customer gets
    what the policy says.
    """
    done = await work.report_absence(unit, booking_id, body.absent, body.note)
    return as_json(document(unit, done))


@staff_routes.add(
    "POST /bookings/{booking_id}/approve",
    summary="Say yes to a booking",
    errors=[*_ACTING, SlotTaken],
    response_model=BookingRead,
)
async def approve_visit(unit: CurrentUnit, booking_id: UUID) -> Response:
    """By who serves or runs the provider, where the marketplace wants it; before or after it is paid."""
    return as_json(document(unit, await work.approve_booking(unit, booking_id)))


@staff_routes.add(
    "PATCH /bookings/{booking_id}/checklist",
    summary="Tick steps of the work off",
    errors=_ACTING,
    response_model=BookingRead,
)
async def tick(unit: CurrentUnit, booking_id: UUID, body: ChecklistRequest) -> Response:
    """While the work goes on. The mandatory ones have to be done before it is completed."""
    steps = [(item.position, item.done) for item in body.items]
    return as_json(document(unit, await work.tick(unit, booking_id, steps)))


@staff_routes.add(
    "PATCH /bookings/{booking_id}/add-extra",
    summary="Add services to the work that goes on",
    errors=_ACTING,
    response_model=BookingRead,
)
async def add_extra(unit: CurrentUnit, booking_id: UUID, body: ExtraRequest) -> Response:
    """The customer pays them when the work is done."""
    wishes = [(item.service_id, item.quantity) for item in body.items]
    return as_json(document(unit, await work.add_extra(unit, booking_id, wishes)))


@staff_routes.add(
    "POST /bookings/{booking_id}/lines/{position}/cancel",
    summary="Call one service of a visit off",
    errors=[*_ACTING, BookingFrozen, SlotTaken],
    response_model=BookingRead,
)
async def cancel_line(
    unit: CurrentUnit, booking_id: UUID, position: LinePosition, body: LineCancelRequest
) -> Response:
    """Its share of what was paid goes back as the policy says; the rest of the visit stays as it is."""
    done = await drop_line(unit, booking_id, position, body.reason, body.refund_to)
    return as_json(document(unit, done))


@staff_routes.add(
    "GET /staff/match", summary="Who could do a service then, best first", errors=[NotFound]
)
async def read_match(unit: CurrentUnit, query: Annotated[MatchQuery, Query()]) -> Matches:
    """By rating, then by how little they have to do that week. Who is booked by name only is left out."""
    found, span = await match(unit, query.service_id, query.start, query.end)
    items = [{"staff": _member(one.member), "jobs": one.jobs} for one in found]
    return Matches.model_validate({"start": span.start, "end": span.end, "items": items})


@staff_routes.add(
    "GET /providers/{provider_id}/availability",
    summary="When a service can be booked, and with whom",
    errors=[NotFound],
)
async def visit_availability(
    unit: CurrentUnit, provider_id: UUID, query: Annotated[VisitQuery, Query()]
) -> VisitAvailability:
    """The starts that booking accepts, per local date of the place."""
    wanted = Wanted(query.service_id, query.date, query.until, query.staff_id)
    provider, days = await offers(unit, provider_id, wanted)
    shown = [{"date": day, "slots": slots} for day, slots in days]
    about = {"provider_id": provider.id, "service_id": query.service_id, "days": shown}
    return VisitAvailability.model_validate(
        about | {"time_zone": provider.zone}, from_attributes=True
    )


@staff_routes.add("GET /users/past-professionals", summary="Who served you before, latest first")
async def past(unit: CurrentUnit, page: Paged) -> PastProfessionals:
    found = await past_professionals(unit, page)
    items = [
        {
            "staff": _member(one.staff),
            "provider_id": one.staff.provider_id,
            "provider_name": one.provider_name,
            "visits": one.visits,
            "last_visit": one.last,
        }
        for one in found.rows
    ]
    return PastProfessionals.model_validate({"items": items, "next_cursor": found.next_cursor})


def _member(member: StaffFacts) -> dict[str, object]:
    rating = member.rating_hundredths
    return {
        "id": member.id,
        "name": member.name,
        "title": member.title,
        "rating": None if rating is None else rating / 100,
    }
