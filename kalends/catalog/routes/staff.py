"""The endpoints of staff."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from kalends.core.edge import CurrentUnit, Routes
from kalends.core.errors import NotFound
from kalends.core.paging import Page, Paged

from ..errors import AlreadyStaff, WhichProvider
from ..schemas import (
    InvitationRead,
    PublicStaffRead,
    StaffCreate,
    StaffHoursIn,
    StaffHoursRead,
    StaffQuery,
    StaffRead,
    StaffUpdate,
    TimeOffIn,
    TimeOffRead,
    page_of,
    position,
)
from ..service import invitations, staff, staff_hours

staff_routes = Routes("staff", feature="staff")
_GONE = {"status_code": 204, "response_class": Response}


@staff_routes.add(
    "GET /staff", errors=[NotFound, WhichProvider], summary="The staff of your provider"
)
async def list_staff(unit: CurrentUnit, query: Annotated[StaffQuery, Query()]) -> Page[StaffRead]:
    found = await staff.list_staff(unit, query.provider_id, position(query))
    return page_of(found, StaffRead.of_member)


@staff_routes.add(
    "POST /staff",
    errors=[NotFound, WhichProvider, AlreadyStaff],
    status_code=201,
    summary="Take somebody on",
    description="Whose account is named works for the provider once they accept; see /staff/invitations.",
)
async def take_on(unit: CurrentUnit, body: StaffCreate) -> StaffRead:
    return StaffRead.of_member(await staff.take_on(unit, body.provider_id, body.new()))


@staff_routes.add("GET /staff/invitations", errors=[], summary="Who asks you to be on their staff")
async def my_invitations(unit: CurrentUnit, query: Paged) -> Page[InvitationRead]:
    return page_of(await invitations.list_invitations(unit, position(query)), InvitationRead.of)


@staff_routes.add(
    "POST /staff/invitations/{invitation_id}/accept",
    errors=[NotFound, AlreadyStaff],
    summary="Be on a staff from now on",
)
async def join(unit: CurrentUnit, invitation_id: UUID) -> InvitationRead:
    return InvitationRead.of(await invitations.accept_invitation(unit, invitation_id))


@staff_routes.add("GET /staff/{staff_id}", errors=[NotFound], summary="One member of the staff")
async def get_staff(unit: CurrentUnit, staff_id: UUID) -> StaffRead:
    return StaffRead.of_member(await staff.show_staff(unit, staff_id))


@staff_routes.add(
    "PATCH /staff/{staff_id}",
    errors=[NotFound, AlreadyStaff],
    summary="Change a member of the staff",
)
async def change_staff(unit: CurrentUnit, staff_id: UUID, body: StaffUpdate) -> StaffRead:
    return StaffRead.of_member(await staff.change_staff(unit, staff_id, body.changes()))


@staff_routes.add(
    "DELETE /staff/{staff_id}",
    errors=[NotFound],
    summary="Let somebody go",
    description="Bookings that exist go on; their account no longer works for the provider.",
    **_GONE,
)
async def let_go(unit: CurrentUnit, staff_id: UUID) -> None:
    await staff.let_go(unit, staff_id)


@staff_routes.add("GET /staff/{staff_id}/hours", errors=[NotFound], summary="When somebody works")
async def get_hours(unit: CurrentUnit, staff_id: UUID) -> StaffHoursRead:
    return StaffHoursRead.of(await staff_hours.show_hours(unit, staff_id))


@staff_routes.add(
    "PUT /staff/{staff_id}/hours",
    errors=[NotFound],
    summary="Set when somebody works",
    description="Replaces week, exceptions and breaks. Existing bookings are not touched.",
)
async def put_hours(unit: CurrentUnit, staff_id: UUID, body: StaffHoursIn) -> StaffHoursRead:
    hours = body.hours.hours() if body.hours else None
    return StaffHoursRead.of(await staff_hours.replace_hours(unit, staff_id, hours, body.pauses()))


@staff_routes.add(
    "GET /staff/{staff_id}/time-off", errors=[NotFound], summary="When somebody is away"
)
async def list_time_off(unit: CurrentUnit, staff_id: UUID, query: Paged) -> Page[TimeOffRead]:
    found = await staff_hours.list_time_off(unit, staff_id, position(query))
    return page_of(found, TimeOffRead.of)


@staff_routes.add(
    "POST /staff/{staff_id}/time-off",
    errors=[NotFound],
    status_code=201,
    summary="Give somebody time off",
    description="Existing bookings are not touched.",
)
async def take_time_off(unit: CurrentUnit, staff_id: UUID, body: TimeOffIn) -> TimeOffRead:
    span = (body.starts_at, body.ends_at)
    return TimeOffRead.of(await staff_hours.take_time_off(unit, staff_id, span, body.reason))


@staff_routes.add(
    "DELETE /staff/{staff_id}/time-off/{time_off_id}",
    errors=[NotFound],
    summary="Take time off back",
    **_GONE,
)
async def give_back_time_off(unit: CurrentUnit, staff_id: UUID, time_off_id: UUID) -> None:
    await staff_hours.give_back_time_off(unit, staff_id, time_off_id)


@staff_routes.add(
    "GET /providers/{provider_id}/staff", errors=[NotFound], summary="Who works for a provider"
)
async def public_staff(unit: CurrentUnit, provider_id: UUID, query: Paged) -> Page[PublicStaffRead]:
    found = await staff.public_staff(unit, provider_id, position(query))
    return page_of(found, PublicStaffRead.of)
