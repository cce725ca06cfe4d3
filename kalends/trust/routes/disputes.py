"""Disputes over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from kalends.core.edge import CurrentUnit, Routes
from kalends.core.errors import NotFound, TransitionNotAllowed
from kalends.core.paging import Page, Paged
from kalends.payments import AnotherOperatorDecides, RefundExceedsCapture

from ..errors import (
    AlreadyDisputed,
    DisputeOver,
    NotDisputable,
    NothingToGiveBack,
    OutcomeImpossible,
    TooManyNotes,
)
from ..schemas import (
    AdminDisputeRead,
    DecisionIn,
    DisputeCreate,
    DisputeDetail,
    DisputeOpenedRead,
    DisputeQuery,
    DisputeRead,
    NoteIn,
)
from ..service import open_dispute as opening
from ..service import read_disputes as read
from ..service.decide_dispute import decide_dispute

routes = Routes("disputes")


@routes.add(
    "POST /disputes",
    summary="Complain about a booking that is over",
    errors=[NotFound, NotDisputable, AlreadyDisputed, OutcomeImpossible],
    status_code=201,
)
async def complain(unit: CurrentUnit, body: DisputeCreate) -> DisputeOpenedRead:
    """The money that it is about is kept back until an operator has decided. One at a time per booking, or
    per line of an event; a vendor complains about its own lines."""
    return DisputeOpenedRead.told(await opening.open_dispute(unit, body.dispute()))


@routes.add("GET /disputes", summary="Disputes about your bookings, newest first")
async def own_disputes(unit: CurrentUnit, page: Paged) -> Page[DisputeRead]:
    """Also those about bookings at venues that you manage."""
    return DisputeRead.page(await read.own_disputes(unit, page))


@routes.add("GET /disputes/{dispute_id}", summary="One dispute", errors=[NotFound])
async def show_dispute(unit: CurrentUnit, dispute_id: UUID) -> DisputeDetail:
    return DisputeDetail.told(*await read.read_dispute(unit, dispute_id))


@routes.add(
    "POST /disputes/{dispute_id}/notes",
    summary="Say something more in a dispute",
    errors=[NotFound, DisputeOver, TooManyNotes],
    status_code=201,
)
async def add_note(unit: CurrentUnit, dispute_id: UUID, body: NoteIn) -> DisputeDetail:
    """Both sides see it. What operators write is seen by operators only."""
    await opening.add_note(unit, dispute_id, body.text)
    return DisputeDetail.told(*await read.read_dispute(unit, dispute_id))


@routes.add("GET /admin/disputes", summary="Every dispute, newest first")
async def every_dispute(
    unit: CurrentUnit, query: Annotated[DisputeQuery, Query()]
) -> Page[AdminDisputeRead]:
    """`state=open` are those that nobody looks into yet."""
    return AdminDisputeRead.page(await read.all_disputes(unit, query.state, query))


@routes.add(
    "PATCH /admin/disputes/{dispute_id}",
    summary="Take a dispute up, or decide it",
    errors=[
        NotFound,
        TransitionNotAllowed,
        AnotherOperatorDecides,
        NothingToGiveBack,
        OutcomeImpossible,
        RefundExceedsCapture,
    ],
)
async def decide(unit: CurrentUnit, dispute_id: UUID, body: DecisionIn) -> AdminDisputeRead:
    """First `under_review`; then `resolved` gives nothing back, `refunded` all that is left of what was
    paid, `adjusted` the `refund_amount`. The rest goes on its way to the provider."""
    return AdminDisputeRead.of(await decide_dispute(unit, dispute_id, body.decision()))
