"""The endpoints of the tiers of cancellation that vendors set for their part of events."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from kalends.core.edge import CurrentUnit, Routes
from kalends.core.errors import NotFound

from ..errors import TiersNotOffered, TiersWrong, WhichProvider
from ..schemas import TiersIn, TiersRead, WhichQuery
from ..service import tiers

tier_routes = Routes("providers", feature="events")
Which = Annotated[WhichQuery, Query()]


@tier_routes.add(
    "GET /providers/{provider_id}/cancellation-tiers",
    errors=[NotFound],
    summary="What a vendor's part of an event gives back when it is cancelled",
)
async def read_tiers(unit: CurrentUnit, provider_id: UUID) -> TiersRead:
    return TiersRead.of(await tiers.tiers_of_provider(unit, provider_id))


@tier_routes.add(
    "PUT /providers/cancellation-tiers",
    errors=[NotFound, WhichProvider, TiersNotOffered, TiersWrong],
    summary="Set a vendor's own tiers of cancellation, from the next event on",
)
async def set_tiers(unit: CurrentUnit, which: Which, body: TiersIn) -> TiersRead:
    return TiersRead.of(await tiers.set_tiers(unit, which.provider_id, body.chosen()))
