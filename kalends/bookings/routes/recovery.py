"""Whoever was booked cannot come: declining, and deciding who comes instead."""

from uuid import UUID

from fastapi import Response

from kalends.core.edge import CurrentUnit, Routes
from kalends.core.errors import NotFound, TransitionNotAllowed
from kalends.core.wire import MoneyRead
from kalends.ledger import InsufficientFunds

from ..errors import DearerPrice, NobodyProposed, NotFree, SlotTaken
from ..schemas import BookingRead
from ..schemas.recovery import ChoiceRead, Choices, ChooseStaffRequest, DeclineRequest
from ..service.present import document
from ..service.recovery import choosing
from ..service.recovery.declining import decline_booking
from .base import as_json

recovery_routes = Routes("bookings", feature="staff")
_CHOOSING = [NotFound, TransitionNotAllowed, NobodyProposed, NotFree, DearerPrice, SlotTaken]


@recovery_routes.add(
    "POST /bookings/{booking_id}/decline",
    errors=[NotFound, TransitionNotAllowed, SlotTaken],
    summary="Give a job back",
    description="The next best who is free is proposed to the customer, at the price that was agreed.",
    response_model=BookingRead,
)
async def give_job_back(unit: CurrentUnit, booking_id: UUID, body: DeclineRequest) -> Response:
    done = await decline_booking(unit, booking_id, body.reason_code, body.note)
    return as_json(document(unit, done))


@recovery_routes.add(
    "GET /bookings/{booking_id}/replacements",
    errors=[NotFound, NobodyProposed],
    summary="Who could come instead",
)
async def who_could_come(unit: CurrentUnit, booking_id: UUID) -> Choices:
    """Everybody who is free, best first, with what the booking would cost."""
    found = await choosing.choices(unit, booking_id)
    return Choices(items=[_choice(one) for one in found])


@recovery_routes.add(
    "POST /bookings/{booking_id}/accept-replacement",
    errors=_CHOOSING,
    summary="Take who was proposed",
    response_model=BookingRead,
)
async def accept_replacement(unit: CurrentUnit, booking_id: UUID) -> Response:
    return as_json(document(unit, await choosing.accept_replacement(unit, booking_id)))


@recovery_routes.add(
    "POST /bookings/{booking_id}/choose-staff",
    errors=[*_CHOOSING, InsufficientFunds],
    summary="Choose somebody else",
    response_model=BookingRead,
)
async def choose_staff(unit: CurrentUnit, booking_id: UUID, body: ChooseStaffRequest) -> Response:
    """A dearer total is paid from the wallet, and only when it was agreed to."""
    accepted = body.accept_total.money() if body.accept_total else None
    done = await choosing.choose_staff(unit, booking_id, body.staff_id, accepted)
    return as_json(document(unit, done))


def _choice(one: choosing.Choice) -> ChoiceRead:
    stars = None if one.rating_hundredths is None else one.rating_hundredths / 100
    return ChoiceRead(
        staff_id=one.staff_id, name=one.name, average_rating=stars, total=MoneyRead.of(one.total)
    )
