"""Enquiries over HTTP: ask, answer, agree."""

from uuid import UUID

from fastapi import Response

from kalends.billing import KindNotOffered, QuoteExpired, QuoteMismatch, TooFarAway
from kalends.core.edge import CurrentHouse, CurrentPrincipal, CurrentUnit
from kalends.core.errors import NotFound, TransitionNotAllowed
from kalends.core.paging import Page, Paged
from kalends.core.unit import open_unit

from ..access import access_enquiry, seen_by
from ..errors import (
    NoSuchTurn,
    OwnVenue,
    ProposalOutdated,
    SlotTaken,
    SlotUnavailable,
    TakesNoBookings,
    TooManyChanges,
    TooManyEnquiries,
)
from ..schemas import (
    BookingRead,
    ConsentIn,
    EnquiryRead,
    EnquiryRequest,
    ProposalIn,
    TrialDecision,
)
from ..service.enquiries import answer, proposals, send
from ..service.enquiries.listings import own_enquiries, pending_enquiries
from ..service.enquiries.present import shown
from ..service.enquiries.trials import decide_after_trial
from ..service.present import document
from .base import NO_REASON, Version, Why, as_json, routes

_ANSWERS = [NotFound, NoSuchTurn, TransitionNotAllowed]


@routes.add(
    "POST /enquiries",
    summary="Ask a provider before booking",
    errors=[
        KindNotOffered,
        NotFound,
        TooFarAway,
        OwnVenue,
        QuoteExpired,
        QuoteMismatch,
        TooManyEnquiries,
        SlotTaken,
        SlotUnavailable,
    ],
    status_code=201,
)
async def send_enquiry(unit: CurrentUnit, body: EnquiryRequest) -> EnquiryRead:
    """`instant`: two minutes to accept, then the next provider is asked. `flexi`: without haste."""
    return shown(unit, seen_by(unit, await send.send_enquiry(unit, body)))


@routes.add("GET /enquiries/customer", summary="My enquiries, newest first")
async def list_own_enquiries(unit: CurrentUnit, page: Paged) -> Page[EnquiryRead]:
    return await own_enquiries(unit, page)


@routes.add(
    "GET /enquiries/provider/pending", summary="The enquiries that wait for my answer, newest first"
)
async def list_pending_enquiries(unit: CurrentUnit, page: Paged) -> Page[EnquiryRead]:
    return await pending_enquiries(unit, page)


@routes.add("GET /enquiries/{enquiry_id}", summary="One enquiry", errors=[NotFound])
async def read_enquiry(unit: CurrentUnit, enquiry_id: UUID) -> EnquiryRead:
    return shown(unit, await access_enquiry(unit, enquiry_id))


@routes.add(
    "POST /enquiries/{enquiry_id}/accept",
    summary="Take it: there is a booking to be paid",
    errors=[*_ANSWERS, TakesNoBookings, SlotTaken],
)
async def accept_enquiry(
    house: CurrentHouse, principal: CurrentPrincipal, enquiry_id: UUID
) -> EnquiryRead:
    """For the provider whose turn it is, within the time that is given."""
    done = await answer.accept_enquiry(house, principal, enquiry_id)
    async with open_unit(house, principal, read_only=True) as unit:
        return shown(unit, seen_by(unit, done))


@routes.add(
    "POST /enquiries/{enquiry_id}/decline",
    summary="Do not take it: the next provider is asked",
    errors=_ANSWERS,
)
async def decline_enquiry(
    unit: CurrentUnit, enquiry_id: UUID, body: Why = NO_REASON
) -> EnquiryRead:
    done = await answer.decline_enquiry(unit, enquiry_id, body.reason)
    return shown(unit, seen_by(unit, done))


@routes.add(
    "POST /enquiries/{enquiry_id}/withdraw",
    summary="No longer ask",
    errors=[NotFound, TransitionNotAllowed],
)
async def withdraw_enquiry(
    unit: CurrentUnit, enquiry_id: UUID, body: Why = NO_REASON
) -> EnquiryRead:
    done = await answer.withdraw_enquiry(unit, enquiry_id, body.reason)
    return shown(unit, seen_by(unit, done))


@routes.add(
    "POST /enquiries/{enquiry_id}/consent",
    summary="Say whether a dearer provider may be asked",
    errors=[NotFound, TransitionNotAllowed],
)
async def answer_consent(unit: CurrentUnit, enquiry_id: UUID, body: ConsentIn) -> EnquiryRead:
    done = await answer.answer_consent(unit, enquiry_id, agree=body.agree)
    return shown(unit, seen_by(unit, done))


@routes.add(
    "POST /enquiries/{enquiry_id}/proposals",
    summary="Propose another price or time",
    errors=[NotFound, NoSuchTurn, TooManyChanges, SlotUnavailable],
    status_code=201,
)
async def propose_terms(unit: CurrentUnit, enquiry_id: UUID, body: ProposalIn) -> EnquiryRead:
    """For either side of a flexi enquiry, until its booking is paid. A new proposal replaces the last one."""
    return shown(unit, await proposals.propose(unit, enquiry_id, body))


@routes.add(
    "POST /enquiries/{enquiry_id}/proposals/{version}/accept",
    summary="Agree to what the other side proposed",
    errors=[NotFound, NoSuchTurn, ProposalOutdated, SlotTaken, TransitionNotAllowed],
)
async def agree_to_terms(unit: CurrentUnit, enquiry_id: UUID, version: Version) -> EnquiryRead:
    return shown(unit, await proposals.accept_proposal(unit, enquiry_id, version))


@routes.add(
    "POST /bookings/{booking_id}/trial",
    summary="Decide after the trial",
    errors=[NotFound, TransitionNotAllowed, SlotTaken],
    response_model=BookingRead,
)
async def after_trial(unit: CurrentUnit, booking_id: UUID, body: TrialDecision) -> Response:
    """Going on leads to the payment; otherwise the booking is cancelled, and nothing is owed for it."""
    done = await decide_after_trial(unit, booking_id, go_on=body.go_on)
    return as_json(document(unit, done))
