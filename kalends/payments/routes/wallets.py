"""Wallets: one's own, and the operators' view of everybody's."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from kalends.core.edge import CurrentHouse, CurrentPrincipal, CurrentUnit, Routes
from kalends.core.errors import GatewayUnavailable, NotFound
from kalends.core.unit import Unit
from kalends.ledger import InsufficientFunds

from ..errors import AmountOutOfRange, UnknownGateway
from ..schemas import (
    AdjustIn,
    CheckoutRead,
    MovementPage,
    MovementRead,
    MovementsQuery,
    StandingRead,
    TopUpIn,
    WalletRead,
)
from ..service import wallets
from ..service.earnings import standing_of

routes = Routes("payments")
Listed = Annotated[MovementsQuery, Query()]


@routes.add("GET /wallet/me", summary="Your wallet")
async def my_wallet(unit: CurrentUnit) -> WalletRead:
    return WalletRead.of(await wallets.wallet_of(unit, unit.user_id))


@routes.add(
    "GET /wallet/balance",
    summary="What is in your wallet; a provider's figures, or your tips, beside it",
    response_model_exclude_none=True,
)
async def my_balance(unit: CurrentUnit) -> StandingRead:
    return StandingRead.of(await standing_of(unit))


@routes.add("GET /wallet/me/transactions", summary="What went in and out, newest first")
async def my_movements(query: Listed, unit: CurrentUnit) -> MovementPage:
    return await _page(unit, unit.user_id, query)


@routes.add(
    "POST /wallet/top-up",
    errors=[AmountOutOfRange, UnknownGateway, GatewayUnavailable],
    status_code=201,
    summary="Pay money into your wallet",
)
async def top_up(body: TopUpIn, house: CurrentHouse, principal: CurrentPrincipal) -> CheckoutRead:
    asked = await wallets.top_up(house, principal, body.amount.money(), body.gateway)
    return CheckoutRead.of(asked)


@routes.add("GET /admin/wallets/{user_id}", errors=[NotFound], summary="Somebody's wallet")
async def wallet_of(user_id: UUID, unit: CurrentUnit) -> WalletRead:
    return WalletRead.of(await wallets.wallet_of(unit, user_id))


@routes.add("GET /admin/wallets/{user_id}/transactions", summary="What went in and out of a wallet")
async def movements_of(user_id: UUID, query: Listed, unit: CurrentUnit) -> MovementPage:
    return await _page(unit, user_id, query)


@routes.add(
    "POST /admin/wallets/{user_id}/adjust",
    errors=[NotFound, AmountOutOfRange, InsufficientFunds],
    summary="Correct a wallet, with a reason; paid by or to the platform's promotions",
)
async def adjust(user_id: UUID, body: AdjustIn, unit: CurrentUnit) -> WalletRead:
    return WalletRead.of(await wallets.adjust_wallet(unit, body.order(user_id)))


async def _page(unit: Unit, user_id: UUID, query: MovementsQuery) -> MovementPage:
    found, total = await wallets.movements_of(unit, user_id, query.reach())
    items = [MovementRead.of(movement) for movement in found.rows]
    return MovementPage(items=items, next_cursor=found.next_cursor, total=total)
