"""Waitlists over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from kalends.billing import AddonUnavailable, KindNotOffered, StaffNotQualified, TooFarAway
from kalends.core.edge import CurrentUnit, Routes
from kalends.core.errors import NotFound, TransitionNotAllowed
from kalends.core.paging import Page, Paged

from ..access import access_entry, check_line
from ..errors import (
    AlreadyWaiting,
    FreeAlready,
    OwnVenue,
    SlotTaken,
    SlotUnavailable,
    TooManyHolds,
    TooManyWaits,
)
from ..repository import waiting as repository
from ..schemas.waiting import LineQuery, WaitRead, WaitRequest
from ..service.waiting.answer import take_step
from ..service.waiting.join import join

waiting_routes = Routes("waitlist", feature="waitlist")
_BOOKING = [NotFound, KindNotOffered, AddonUnavailable, StaffNotQualified, TooFarAway, OwnVenue]


@waiting_routes.add(
    "POST /waitlist",
    summary="Wait for a time that is taken",
    errors=[*_BOOKING, FreeAlready, SlotUnavailable, AlreadyWaiting, TooManyWaits],
    status_code=201,
)
async def join_line(unit: CurrentUnit, body: WaitRequest) -> WaitRead:
    """When it becomes free, whoever is first in the line gets it offered and held for a while, then the next."""
    return WaitRead.of(unit, await join(unit, body))


@waiting_routes.add("GET /waitlist", summary="What I wait for, newest first")
async def list_own_places(unit: CurrentUnit, page: Paged) -> Page[WaitRead]:
    found = await repository.own_page(unit, page)
    items = [WaitRead.of(unit, entry) for entry in found.rows]
    return Page(items=items, next_cursor=found.next_cursor)


@waiting_routes.add("GET /waitlist/{entry_id}", summary="One place in a line", errors=[NotFound])
async def read_place(unit: CurrentUnit, entry_id: UUID) -> WaitRead:
    return WaitRead.of(unit, await access_entry(unit, entry_id))


@waiting_routes.add(
    "POST /waitlist/{entry_id}/accept",
    summary="Take what is offered: there is a booking to be paid",
    errors=[*_BOOKING, TransitionNotAllowed, SlotTaken, SlotUnavailable, TooManyHolds],
)
async def accept_offer(unit: CurrentUnit, entry_id: UUID) -> WaitRead:
    """The booking is an ordinary one, at today's price."""
    return WaitRead.of(unit, await take_step(unit, entry_id, "accept"))


@waiting_routes.add(
    "POST /waitlist/{entry_id}/decline",
    summary="Let an offer go on to the next",
    errors=[NotFound, TransitionNotAllowed],
)
async def decline_offer(unit: CurrentUnit, entry_id: UUID) -> WaitRead:
    return WaitRead.of(unit, await take_step(unit, entry_id, "decline"))


@waiting_routes.add(
    "POST /waitlist/{entry_id}/leave",
    summary="No longer wait",
    errors=[NotFound, TransitionNotAllowed],
)
async def leave_line(unit: CurrentUnit, entry_id: UUID) -> WaitRead:
    return WaitRead.of(unit, await take_step(unit, entry_id, "leave"))


@waiting_routes.add(
    "GET /providers/{provider_id}/waitlist",
    summary="Who waits at a provider, newest first",
    errors=[NotFound],
)
async def list_line(
    unit: CurrentUnit, provider_id: UUID, query: Annotated[LineQuery, Query()]
) -> Page[WaitRead]:
    await check_line(unit, provider_id, query.venue_id)
    found = await repository.place_page(unit, provider_id, query.venue_id, query)
    items = [WaitRead.of(unit, entry) for entry in found.rows]
    return Page(items=items, next_cursor=found.next_cursor)
