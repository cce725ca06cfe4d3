"""Documents of a booking for download, and the development mailbox."""

from hashlib import sha256
from typing import Annotated
from uuid import UUID

from fastapi import Header, Path, Query, Response
from fastapi.responses import HTMLResponse

from kalends.core.edge import CurrentUnit, Routes
from kalends.core.errors import NotFound
from kalends.core.ports import Attachment

from ..schemas import CalendarFeedRead, MailboxQuery, MailboxRead, MessageRead
from ..service import calendar_feeds, mailbox, papers
from ..service.render import render_page

routes = Routes("documents")
calendar_routes = Routes("calendars", feature="calendars")
development_routes = Routes("mailbox", bare=True)

Filters = Annotated[MailboxQuery, Query()]
Token = Annotated[str, Path(min_length=20, max_length=64, pattern=r"^[\w-]+$")]
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


@calendar_routes.add(
    "POST /users/calendar-feed",
    status_code=201,
    summary="A secret address of my calendar",
    description="For calendar programs. It is shown once; a new one takes the place of the one before.",
)
async def new_calendar_feed(unit: CurrentUnit) -> CalendarFeedRead:
    return CalendarFeedRead(url=await calendar_feeds.new_feed(unit))


@calendar_routes.add(
    "DELETE /users/calendar-feed",
    status_code=204,
    response_class=Response,
    summary="Close the address of my calendar",
)
async def close_calendar_feed(unit: CurrentUnit) -> None:
    await calendar_feeds.close_feed(unit)


@calendar_routes.add(
    "GET /calendars/{calendar_token}.ics",
    errors=[NotFound],
    summary="Somebody's bookings as a calendar",
    description="A month back and a year ahead. Answers 304 as long as nothing has changed.",
    response_class=CalendarAnswer,
)
async def calendar_feed(
    unit: CurrentUnit,
    calendar_token: Token,
    if_none_match: Annotated[str, Header(max_length=200)] = "",
) -> Response:
    content = await calendar_feeds.read_feed(unit, calendar_token)
    return unless_known(content, if_none_match)


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


def unless_known(content: bytes, known: str) -> Response:
    """The calendar, or nothing when the caller has it already. Nobody in between keeps a copy."""
    etag = f'"{sha256(content).hexdigest()[:32]}"'
    headers = {"etag": etag, "cache-control": "private, no-cache"}
    if etag in known.replace("W/", "").split(", "):
        return Response(status_code=304, headers=headers)
    return CalendarAnswer(content, headers=headers)
