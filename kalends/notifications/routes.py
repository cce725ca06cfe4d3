"""Documents of a booking for download, and the development mailbox."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query, Response
from fastapi.responses import HTMLResponse

from kalends.core.edge import CurrentUnit, Routes
from kalends.core.errors import NotFound
from kalends.core.ports import Attachment

from .schemas import MailboxQuery, MailboxRead, MessageRead
from .service import mailbox, papers
from .service.render import render_page

routes = Routes("documents")
development_routes = Routes("mailbox", bare=True)

Filters = Annotated[MailboxQuery, Query()]
Position = Annotated[int, Path(ge=0, le=50)]


class PdfAnswer(Response):
    media_type = "application/pdf"


class CalendarAnswer(Response):
    media_type = "text/calendar"


class FileAnswer(Response):
    media_type = "application/octet-stream"


@routes.add(
    "GET /bookings/{booking_id}/confirmation.pdf",
    errors=[NotFound],
    summary="The booking as a PDF",
    description="A request before payment, then the confirmation; after a cancellation, its record.",
    response_class=PdfAnswer,
)
async def confirmation_pdf(unit: CurrentUnit, booking_id: UUID) -> PdfAnswer:
    paper = await papers.download_paper(unit, booking_id)
    return PdfAnswer(paper.content, headers=_named("inline", paper))


@routes.add(
    "GET /bookings/{booking_id}/calendar.ics",
    errors=[NotFound],
    summary="The booking as a calendar file",
    response_class=CalendarAnswer,
)
async def calendar_ics(unit: CurrentUnit, booking_id: UUID) -> CalendarAnswer:
    paper = await papers.download_calendar(unit, booking_id)
    return CalendarAnswer(paper.content, headers=_named("attachment", paper))


@development_routes.add(
    "GET /dev/messages", summary="Every message that left, newest first", response_model=MailboxRead
)
async def messages(unit: CurrentUnit, filters: Filters) -> MailboxRead:
    sent = await mailbox.sent_messages(unit, filters.to, filters.limit)
    return MailboxRead(items=[MessageRead.of(message) for message in sent])


@development_routes.add(
    "GET /dev/messages/{message_id}/attachments/{position}",
    errors=[NotFound],
    summary="One attachment of a message",
    response_class=FileAnswer,
)
async def attachment(unit: CurrentUnit, message_id: UUID, position: Position) -> Response:
    found = await mailbox.sent_attachment(unit, message_id, position)
    return Response(found.content, headers=_named("attachment", found), media_type=found.media_type)


@development_routes.add(
    "GET /dev/mailbox", summary="The mailbox as a page", response_class=HTMLResponse
)
async def mailbox_page(unit: CurrentUnit, filters: Filters) -> HTMLResponse:
    sent = await mailbox.sent_messages(unit, filters.to, filters.limit)
    items = [MessageRead.of(message) for message in sent]
    return HTMLResponse(render_page("mailbox.html", {"items": items, "to": filters.to}))


@development_routes.add(
    "GET /dev/mailbox/{message_id}",
    errors=[NotFound],
    summary="One message as a page",
    response_class=HTMLResponse,
)
async def mailbox_message(unit: CurrentUnit, message_id: UUID) -> HTMLResponse:
    item = MessageRead.of(await mailbox.sent_message(unit, message_id))
    return HTMLResponse(render_page("mailbox_message.html", {"item": item}))


def _named(disposition: str, paper: Attachment) -> dict[str, str]:
    return {"content-disposition": f'{disposition}; filename="{paper.filename}"'}
