"""The end of a booking: completing it with the customer's code, and letting its money go."""

from uuid import UUID

from fastapi import Response

from kalends.core.edge import CurrentHouse, CurrentPrincipal, CurrentUnit
from kalends.core.errors import NotFound, TransitionNotAllowed
from kalends.core.unit import open_unit

from ..errors import BookingFrozen, ChecklistOpen, NoCodeHere, ReleasePaused, WrongCode
from ..schemas import BookingRead, CodeRead, CompleteRequest, ReleaseRequest
from ..service.completion_code import complete_booking, issue_code
from ..service.present import document
from ..service.releasing import approve_release, confirm_release
from .base import as_json, routes

_WITHOUT_CODE = CompleteRequest()
_RELEASING = [NotFound, TransitionNotAllowed, BookingFrozen, ReleasePaused]


@routes.add(
    "POST /bookings/{booking_id}/completion-code",
    summary="A new code, with which the provider completes the booking",
    errors=[NotFound, NoCodeHere],
    status_code=201,
)
async def new_code(unit: CurrentUnit, booking_id: UUID) -> CodeRead:
    """For the customer alone. Give it away when the service has taken place."""
    return CodeRead(code=await issue_code(unit, booking_id))


@routes.add(
    "POST /bookings/{booking_id}/complete",
    summary="Complete the booking",
    errors=[*_RELEASING, NoCodeHere, WrongCode, ChecklistOpen],
    response_model=BookingRead,
)
async def complete(
    house: CurrentHouse,
    principal: CurrentPrincipal,
    booking_id: UUID,
    body: CompleteRequest = _WITHOUT_CODE,
) -> Response:
    """With the customer's code where one is used: from its start on, and after five wrong ones the customer
    has to ask for a new one. Else whoever serves says that the work is done.
    """
    done = await complete_booking(house, principal, booking_id, body.code)
    async with open_unit(house, principal, read_only=True) as unit:
        return as_json(document(unit, done))


@routes.add(
    "POST /bookings/{booking_id}/confirm-release",
    summary="Be content: the provider gets the money",
    errors=_RELEASING,
    response_model=BookingRead,
)
async def confirm(unit: CurrentUnit, booking_id: UUID) -> Response:
    """Where the marketplace waits for the customer's word. Without it the money goes after some hours."""
    return as_json(document(unit, await confirm_release(unit, booking_id)))


@routes.add(
    "POST /admin/bookings/{booking_id}/release",
    summary="Let the money go that waits for somebody's word",
    errors=_RELEASING,
    response_model=BookingRead,
)
async def approve(unit: CurrentUnit, booking_id: UUID, body: ReleaseRequest) -> Response:
    return as_json(document(unit, await approve_release(unit, booking_id, body.reason)))
