"""A provider's statements over HTTP."""

from typing import Annotated

from fastapi import Query

from kalends.core.edge import CurrentUnit, Routes
from kalends.core.errors import NotFound
from kalends.core.paging import Page
from kalends.payments import Month, StatementQuery, UnknownProvider, statement_of

from ..schemas.documents import DocumentSummary
from ..schemas.statements import ProviderStatementRead, WhoseQuery
from ..service import statements
from .documents import PdfAnswer

routes = Routes("billing")
Asked = Annotated[StatementQuery, Query()]
_OWN = [NotFound, UnknownProvider]


@routes.add("GET /statements", errors=_OWN, summary="A provider's issued statements, newest first")
async def list_statements(unit: CurrentUnit, query: Asked) -> Page[DocumentSummary]:
    found = await statements.list_statements(unit, query.provider_id, query)
    items = [DocumentSummary.of(document) for document in found.rows]
    return Page(items=items, next_cursor=found.next_cursor)


@routes.add(
    "GET /statements/{month}",
    errors=_OWN,
    summary="A provider's month by the journal: balances, sums, movements, and its issued statement",
)
async def read_statement(month: Month, query: Asked, unit: CurrentUnit) -> ProviderStatementRead:
    found = await statement_of(unit, month, query.provider_id, query)
    issued = await statements.issued_statement(unit, found.provider_id, month)
    return ProviderStatementRead.of_month(found, issued)


@routes.add(
    "GET /statements/{month}/statement.pdf",
    errors=_OWN,
    summary="The statement as a PDF; a draft without a number until it is issued",
    response_class=PdfAnswer,
)
async def read_statement_pdf(
    month: Month, query: Annotated[WhoseQuery, Query()], unit: CurrentUnit
) -> PdfAnswer:
    name, content = await statements.statement_paper(unit, query.provider_id, month)
    return PdfAnswer(content, headers={"content-disposition": f'inline; filename="{name}"'})
