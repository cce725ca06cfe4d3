"""The gateways' own statements, and the differences that operators explain."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from kalends.core.edge import CurrentUnit, Routes
from kalends.core.errors import NotFound
from kalends.core.paging import Page

from ..errors import AlreadyExplained
from ..schemas import (
    DifferenceRead,
    DifferencesQuery,
    ExplainIn,
    SettledDayRead,
    SettledDaysQuery,
)
from ..service import differences

routes = Routes("payments")


@routes.add("GET /admin/settlements", summary="The days of gateways' statements, newest first")
async def list_days(
    query: Annotated[SettledDaysQuery, Query()], unit: CurrentUnit
) -> Page[SettledDayRead]:
    found = await differences.list_days(unit, query.gateway, query)
    items = [SettledDayRead.model_validate(day) for day in found.rows]
    return Page(items=items, next_cursor=found.next_cursor)


@routes.add(
    "GET /admin/settlements/differences",
    summary="Where a gateway and we tell different stories, newest first",
)
async def list_differences(
    query: Annotated[DifferencesQuery, Query()], unit: CurrentUnit
) -> Page[DifferenceRead]:
    filters = query.model_dump(include={"open", "gateway", "kind"})
    found = await differences.list_differences(unit, filters, query)
    items = [DifferenceRead.of(difference) for difference in found.rows]
    return Page(items=items, next_cursor=found.next_cursor)


@routes.add(
    "POST /admin/settlements/differences/{difference_id}/explain",
    errors=[NotFound, AlreadyExplained],
    summary="Say what is behind a difference",
)
async def explain(difference_id: UUID, body: ExplainIn, unit: CurrentUnit) -> DifferenceRead:
    explained = await differences.explain_difference(unit, difference_id, body.note)
    return DifferenceRead.of(explained)
