"""Payouts: a provider's own, and the operators' view of everybody's."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from kalends.core.edge import CurrentUnit, Routes
from kalends.core.errors import Invalid, NotFound, TransitionNotAllowed
from kalends.core.paging import Page
from kalends.ledger import InsufficientFunds

from ..errors import (
    AmountOutOfRange,
    AnotherOperatorDecides,
    BankAccountOnHold,
    HeldByDispute,
    MilestoneNotCovered,
    MilestoneNotDue,
    NoBankAccount,
    PayoutAlreadyApproved,
    PayoutExceedsAvailable,
    PayoutsPaused,
    PayoutTooSmall,
    UnknownProvider,
)
from ..schemas import (
    DecisionIn,
    OwnPayoutsQuery,
    PayoutIn,
    PayoutRead,
    SettlementQuery,
    SettlementRead,
)
from ..service import payout_approval, payout_holds, payout_listings, payout_statements
from ..service.payout_milestones import request_milestone
from ..service.payout_requests import ask_for_payout

routes = Routes("payments")
Listed = Annotated[OwnPayoutsQuery, Query()]
_DECIDED = [NotFound, TransitionNotAllowed]
_ASKED = [NoBankAccount, BankAccountOnHold, AmountOutOfRange, PayoutTooSmall]


@routes.add(
    "POST /payouts",
    errors=[NotFound, UnknownProvider, *_ASKED, PayoutExceedsAvailable],
    status_code=201,
    summary="Ask to be paid out what is available, or a part of it",
)
async def ask_payout(body: PayoutIn, unit: CurrentUnit) -> PayoutRead:
    return PayoutRead.of(await ask_for_payout(unit, body.provider_id, body.money()))


@routes.add("GET /payouts", summary="Your providers' payouts, newest first")
async def list_own_payouts(query: Listed, unit: CurrentUnit) -> Page[PayoutRead]:
    return await _page(query, unit)


@routes.add("GET /payouts/{payout_id}", errors=[NotFound], summary="One payout")
async def read_payout(payout_id: UUID, unit: CurrentUnit) -> PayoutRead:
    return PayoutRead.of(await payout_listings.read_payout(unit, payout_id))


@routes.add(
    "POST /payouts/{payout_id}/request",
    errors=[*_DECIDED, MilestoneNotDue, MilestoneNotCovered, PayoutsPaused],
    summary="Ask for a milestone that is due",
)
async def ask_milestone(payout_id: UUID, unit: CurrentUnit) -> PayoutRead:
    return PayoutRead.of(await request_milestone(unit, payout_id))


@routes.add(
    "POST /payouts/{payout_id}/cancel",
    errors=_DECIDED,
    summary="Take back a payout that has not left",
)
async def cancel_payout(payout_id: UUID, unit: CurrentUnit) -> PayoutRead:
    return PayoutRead.of(await payout_approval.cancel_own(unit, payout_id))


@routes.add("GET /admin/payouts", summary="Every payout, newest first")
async def list_payouts(query: Listed, unit: CurrentUnit) -> Page[PayoutRead]:
    return await _page(query, unit)


@routes.add("GET /admin/payouts/{payout_id}", errors=[NotFound], summary="Any payout")
async def read_any_payout(payout_id: UUID, unit: CurrentUnit) -> PayoutRead:
    return PayoutRead.of(await payout_listings.read_payout(unit, payout_id))


@routes.add(
    "POST /admin/payouts/{payout_id}/approve",
    errors=[*_DECIDED, AnotherOperatorDecides, PayoutAlreadyApproved],
    summary="Let a payout leave; a large one wants two operators",
)
async def approve_payout(payout_id: UUID, unit: CurrentUnit) -> PayoutRead:
    return PayoutRead.of(await payout_approval.approve_payout(unit, payout_id))


@routes.add(
    "POST /admin/payouts/{payout_id}/hold", errors=_DECIDED, summary="Keep a payout back for now"
)
async def hold_payout(payout_id: UUID, body: DecisionIn, unit: CurrentUnit) -> PayoutRead:
    return PayoutRead.of(await payout_holds.hold_by_operator(unit, payout_id, body.reason))


@routes.add(
    "POST /admin/payouts/{payout_id}/release",
    errors=[*_DECIDED, HeldByDispute],
    summary="Let a held payout go on; it is approved anew",
)
async def release_payout(payout_id: UUID, unit: CurrentUnit) -> PayoutRead:
    return PayoutRead.of(await payout_holds.release_by_operator(unit, payout_id))


@routes.add(
    "POST /admin/payouts/{payout_id}/cancel",
    errors=_DECIDED,
    summary="Take a payout back; its money stays the provider's",
)
async def cancel_any_payout(payout_id: UUID, body: DecisionIn, unit: CurrentUnit) -> PayoutRead:
    return PayoutRead.of(await payout_approval.cancel_by_operator(unit, payout_id, body.reason))


@routes.add(
    "POST /admin/payouts/{payout_id}/retry",
    errors=[*_DECIDED, InsufficientFunds],
    summary="Try a failed payout once more",
)
async def retry_payout(payout_id: UUID, unit: CurrentUnit) -> PayoutRead:
    return PayoutRead.of(await payout_approval.retry_payout(unit, payout_id))


@routes.add(
    "GET /admin/reports/settlement",
    errors=[Invalid],
    summary="What every provider earned, paid and got in a period",
)
async def settlement_report(
    query: Annotated[SettlementQuery, Query()], unit: CurrentUnit
) -> Page[SettlementRead]:
    days = (query.first, query.last)
    found = await payout_statements.settlement_report(unit, days, query)
    items = [SettlementRead.of(one) for one in found.rows]
    return Page(items=items, next_cursor=found.next_cursor)


async def _page(query: OwnPayoutsQuery, unit: CurrentUnit) -> Page[PayoutRead]:
    filters = query.model_dump(include={"state", "provider_id"})
    found = await payout_listings.list_in_reach(unit, filters, query)
    items = [PayoutRead.of(payout) for payout in found.rows]
    return Page(items=items, next_cursor=found.next_cursor)
