"""What those who serve need: their days, and how to reach the customer."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from kalends.core.edge import CurrentUnit, Routes
from kalends.core.errors import NotFound
from kalends.core.unit import Unit

from ..errors import ContactWithheld
from ..schemas.serving import ContactRead, ScheduleQuery, ScheduleRead
from ..service import schedule
from ..service.contact import reveal_contact
from ..service.present import document
from .base import as_json, routes

schedule_routes = Routes("staff", feature="staff")


@schedule_routes.add(
    "GET /staff/schedule",
    errors=[NotFound],
    summary="Somebody's days and jobs",
    description="`month=2026-12`: the dates with their numbers of jobs; `date=2026-12-24`: the jobs.",
    response_model=ScheduleRead,
)
async def staff_schedule(unit: CurrentUnit, query: Annotated[ScheduleQuery, Query()]) -> Response:
    return as_json(_written(unit, await _days(unit, query)))


@routes.add(
    "POST /bookings/{booking_id}/contact",
    errors=[NotFound, ContactWithheld],
    summary="How to reach the customer",
    description="For who serves, while the booking is confirmed or under way. Every look is recorded.",
)
async def contact(unit: CurrentUnit, booking_id: UUID) -> ContactRead:
    return ContactRead.model_validate(await reveal_contact(unit, booking_id))


async def _days(unit: Unit, query: ScheduleQuery) -> schedule.Days:
    if query.date is not None:
        return await schedule.day_of(unit, query.staff_id, query.date)
    return await schedule.month_of(unit, query.staff_id, query.first)


def _written(unit: Unit, days: schedule.Days) -> dict[str, object]:
    return {
        "time_zone": days.zone,
        "days": [{"date": day.isoformat(), "jobs": count} for day, count in days.counts],
        "jobs": [document(unit, booking) for booking in days.jobs],
    }
