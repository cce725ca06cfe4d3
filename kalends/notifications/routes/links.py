"""Where the links of a letter lead: pages that work without scripts and without signing in."""

from datetime import date
from typing import Annotated

from fastapi import Depends, Path
from fastapi.responses import HTMLResponse

from kalends.bookings import (
    BalanceFirst,
    BookingFrozen,
    PreviewExpired,
    SlotTaken,
    SlotUnavailable,
)
from kalends.core.edge import CurrentHouse, Routes
from kalends.core.errors import NotFound
from kalends.core.forms import told
from kalends.ledger import InsufficientFunds

from ..errors import LinkEnded
from ..schemas import LinkIn
from ..service import link_pages
from ..types import Page

link_routes = Routes("links", bare=True)
Token = Annotated[str, Path(max_length=200)]


@link_routes.add(
    "GET /links/{link_token}",
    errors=[NotFound, LinkEnded, BookingFrozen],
    summary="What a letter's link would do",
    description="A page; looking at it changes nothing. `day` chooses the date whose free times are shown.",
    response_class=HTMLResponse,
)
async def show_link(
    house: CurrentHouse, link_token: Token, day: date | None = None
) -> HTMLResponse:
    return _answer(await link_pages.look(house, link_token, day))


@link_routes.add(
    "POST /links/{link_token}",
    errors=[
        NotFound,
        LinkEnded,
        BookingFrozen,
        PreviewExpired,
        SlotTaken,
        SlotUnavailable,
        InsufficientFunds,
        BalanceFirst,
    ],
    summary="Cancel or move the booking of a letter's link",
    description="A form with `start_time`, or with `preview_token`; each may bring a `reason`. Works once.",
    response_class=HTMLResponse,
)
async def use_link(
    house: CurrentHouse,
    link_token: Token,
    wish: Annotated[LinkIn, Depends(told(LinkIn, or_nothing=True))],
) -> HTMLResponse:
    return _answer(await link_pages.act(house, link_token, wish))


def _answer(page: Page) -> HTMLResponse:
    return HTMLResponse(page.html, page.status)
