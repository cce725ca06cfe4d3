"""The gateways' own statements, and the differences that operators explain."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from kalends.core.edge import CurrentUnit, Routes
from kalends.core.errors import NotFound
from kalends.core.paging import Page

from ..errors import AlreadyExplained
from ..schemas import (
    DifferenceRead,
    DifferencesQuery,
    ExplainIn,
    MonthReportRead,
    ReportQuery,
    SettledDayRead,
    SettledDaysQuery,
    report_table,
)
from ..service import differences
from ..service.month_report import month_report

routes = Routes("payments")
Reported = Annotated[ReportQuery, Query()]


class CsvAnswer(Response):
    media_type = "text/csv"


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
    "GET /admin/settlements/report",
    summary="A month by the journal: each gateway's days, what was earned, what is held",
)
async def read_month(query: Reported, unit: CurrentUnit) -> MonthReportRead:
    return MonthReportRead.model_validate(await month_report(unit, query.month))


@routes.add(
    "GET /admin/settlements/report.csv", summary="The same as a table", response_class=CsvAnswer
)
async def read_month_as_table(query: Reported, unit: CurrentUnit) -> CsvAnswer:
    table = report_table(await month_report(unit, query.month), unit.profile.currency)
    named = f'attachment; filename="settlements-{query.month}.csv"'
    return CsvAnswer(table, headers={"content-disposition": named})


@routes.add(
    "POST /admin/settlements/differences/{difference_id}/explain",
    errors=[NotFound, AlreadyExplained],
    summary="Say what is behind a difference",
)
async def explain(difference_id: UUID, body: ExplainIn, unit: CurrentUnit) -> DifferenceRead:
    explained = await differences.explain_difference(unit, difference_id, body.note)
    return DifferenceRead.of(explained)
