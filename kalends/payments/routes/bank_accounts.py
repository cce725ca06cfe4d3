"""Bank accounts: a provider's own, and the operators' decisions."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from kalends.core.edge import CurrentUnit, Routes
from kalends.core.errors import NotFound, TransitionNotAllowed
from kalends.core.paging import Page, Paged

from ..errors import UnknownProvider
from ..schemas import BankAccountIn, BankAccountRead, BankAccountsQuery, DecisionIn
from ..service import bank_accounts

routes = Routes("payments")


@routes.add(
    "POST /providers/bank-details",
    errors=[NotFound, UnknownProvider],
    status_code=201,
    summary="Say where a provider is paid; the bank is asked, and a new account replaces the old one then",
)
async def add_bank_account(body: BankAccountIn, unit: CurrentUnit) -> BankAccountRead:
    added = await bank_accounts.add_bank_account(unit, body.provider_id, body.details())
    return BankAccountRead.of(added)


@routes.add("GET /providers/bank-details", summary="Your providers' bank accounts, newest first")
async def list_own_bank_accounts(query: Paged, unit: CurrentUnit) -> Page[BankAccountRead]:
    found = await bank_accounts.list_own(unit, query)
    items = [BankAccountRead.of(account) for account in found.rows]
    return Page(items=items, next_cursor=found.next_cursor)


@routes.add("GET /admin/bank-accounts", summary="Every provider's bank accounts, newest first")
async def list_bank_accounts(
    query: Annotated[BankAccountsQuery, Query()], unit: CurrentUnit
) -> Page[BankAccountRead]:
    found = await bank_accounts.list_all(unit, query.state, query)
    items = [BankAccountRead.of(account) for account in found.rows]
    return Page(items=items, next_cursor=found.next_cursor)


@routes.add(
    "POST /admin/bank-accounts/{bank_account_id}/verify",
    errors=[NotFound, TransitionNotAllowed],
    summary="Vouch for a bank account",
)
async def verify_bank_account(
    bank_account_id: UUID, body: DecisionIn, unit: CurrentUnit
) -> BankAccountRead:
    found = await bank_accounts.verify_by_operator(unit, bank_account_id, body.reason)
    return BankAccountRead.of(found)


@routes.add(
    "POST /admin/bank-accounts/{bank_account_id}/reject",
    errors=[NotFound, TransitionNotAllowed],
    summary="Refuse a bank account",
)
async def reject_bank_account(
    bank_account_id: UUID, body: DecisionIn, unit: CurrentUnit
) -> BankAccountRead:
    found = await bank_accounts.reject_by_operator(unit, bank_account_id, body.reason)
    return BankAccountRead.of(found)
