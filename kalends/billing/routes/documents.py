"""Issued documents over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from kalends.core.edge import CurrentUnit, Routes
from kalends.core.errors import NotFound
from kalends.core.paging import Page

from ..access import access_document
from ..schemas.documents import DocumentQuery, DocumentRead, DocumentSummary
from ..service.documents import list_documents
from ..service.sheets import document_pdf

routes = Routes("billing")


class PdfAnswer(Response):
    media_type = "application/pdf"


@routes.add("GET /documents/{document_id}", errors=[NotFound], summary="A receipt, invoice or note")
async def read_document(unit: CurrentUnit, document_id: UUID) -> DocumentRead:
    """As it was issued: nobody can change it any more."""
    return DocumentRead.of(await access_document(unit, document_id))


@routes.add(
    "GET /documents/{document_id}/document.pdf",
    errors=[NotFound],
    summary="The same as a PDF",
    response_class=PdfAnswer,
)
async def read_document_pdf(unit: CurrentUnit, document_id: UUID) -> PdfAnswer:
    document = await access_document(unit, document_id)
    name = f'inline; filename="{document.kind}-{document.number}.pdf"'
    content = await document_pdf(unit, document)
    return PdfAnswer(content, headers={"content-disposition": name})


@routes.add("GET /admin/documents", summary="All documents, newest first")
async def all_documents(
    unit: CurrentUnit, query: Annotated[DocumentQuery, Query()]
) -> Page[DocumentSummary]:
    found = await list_documents(unit, query.kind, query.number, query)
    items = [DocumentSummary.of(document) for document in found.rows]
    return Page(items=items, next_cursor=found.next_cursor)
