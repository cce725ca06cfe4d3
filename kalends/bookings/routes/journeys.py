"""On the way to the customer, over HTTP."""

from uuid import UUID

from fastapi import Response

from kalends.core.edge import CurrentHouse, CurrentPrincipal, CurrentUnit
from kalends.core.errors import NotFound, TransitionNotAllowed
from kalends.core.unit import open_unit

from ..errors import BookingFrozen, NoCodeHere, ReleasePaused, WrongCode
from ..schemas import BookingRead, CodeRead, OtpIn
from ..service.appointments.work import take_step
from ..service.completion_code import complete_with_code, issue_code
from ..service.present import document
from .base import as_json, routes

_STEP = [NotFound, TransitionNotAllowed]


@routes.add(
    "POST /journeys/{booking_id}/check-in",
    summary="Say that one gets ready for the way",
    errors=_STEP,
    response_model=BookingRead,
)
async def check_in(unit: CurrentUnit, booking_id: UUID) -> Response:
    return as_json(document(unit, await take_step(unit, booking_id, ("check_in",))))


@routes.add(
    "POST /journeys/{booking_id}/start",
    summary="Set out for the customer",
    errors=_STEP,
    response_model=BookingRead,
)
async def set_out(unit: CurrentUnit, booking_id: UUID) -> Response:
    return as_json(document(unit, await take_step(unit, booking_id, ("start_journey",))))


@routes.add(
    "POST /journeys/{booking_id}/arrived",
    summary="Say that one is there",
    errors=_STEP,
    response_model=BookingRead,
)
async def arrived(unit: CurrentUnit, booking_id: UUID) -> Response:
    """The customer is told, and gets the completion code."""
    return as_json(document(unit, await take_step(unit, booking_id, ("arrive",))))


@routes.add(
    "POST /journeys/{booking_id}/generate-otp",
    summary="A new completion code",
    errors=[NotFound, NoCodeHere],
    status_code=201,
)
async def generate_otp(unit: CurrentUnit, booking_id: UUID) -> CodeRead:
    """For the customer alone; the code before it no longer works."""
    return CodeRead(code=await issue_code(unit, booking_id))


@routes.add(
    "POST /journeys/{booking_id}/verify-otp",
    summary="Complete the service with the customer's code",
    errors=[*_STEP, NoCodeHere, WrongCode, BookingFrozen, ReleasePaused],
    response_model=BookingRead,
)
async def verify_otp(
    house: CurrentHouse, principal: CurrentPrincipal, booking_id: UUID, body: OtpIn
) -> Response:
    """Five wrong codes, and the customer has to ask for a new one."""
    done = await complete_with_code(house, principal, booking_id, body.code)
    async with open_unit(house, principal, read_only=True) as unit:
        return as_json(document(unit, done))
