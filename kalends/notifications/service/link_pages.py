"""The pages behind the links of a letter: what would happen, and what has happened.

Looking changes nothing, because mail scanners look at every link. Doing goes through the same functions as the
API's, as the customer of the booking; what is refused leaves the link as it was.
"""

from collections.abc import Awaitable, Callable
from datetime import date
from functools import partial
from typing import Any

from kalends import bookings
from kalends.bookings import BookingFacts, get_booking
from kalends.core.errors import NotFound, Problem, TransitionNotAllowed
from kalends.core.house import House
from kalends.core.unit import Unit, open_unit
from kalends.core.wording import ink_on

from ..errors import LinkEnded
from ..schemas import LinkIn
from ..types import Act, Link, Page
from .booking_links import open_link, use_link
from .render import render_page

BY_LINK = "by the link in the letter"
_NOT_OURS = "This link is not one of ours. Open it from the letter once more, or copy all of it."


async def look(house: House, token: str, day: date | None = None) -> Page:
    """What the link would do, or why it works no longer."""
    return await _answered(house, partial(_looked, house, token, day))


async def act(house: House, token: str, wish: LinkIn) -> Page:
    """Do it. A refusal shows the page once more, with the reason."""
    return await _answered(house, partial(_acted, house, token, wish))


async def _answered(house: House, asked: Callable[[], Awaitable[Page]]) -> Page:
    try:
        return await asked()
    except NotFound:
        return _ended(house, _NOT_OURS, NotFound.status)
    except LinkEnded as ended:
        return _ended(house, ended.detail, ended.status)


async def _looked(
    house: House, token: str, day: date | None = None, refused: Problem | None = None
) -> Page:
    async with open_unit(house, read_only=True) as unit:
        link = await open_link(unit, token)
        try:
            html = await _SHOWN[link.act](unit, link, day, refused)
        except TransitionNotAllowed:
            raise await _moved_on(unit, link) from None
        except Problem as problem:
            refused, html = problem, await _stuck(unit, link, problem)
    return Page(html, refused.status if refused else 200)


async def _acted(house: House, token: str, wish: LinkIn) -> Page:
    try:
        async with open_unit(house) as unit:
            link = await use_link(unit, token)
            try:
                return Page(await _DONE[link.act](unit, link, wish))
            except TransitionNotAllowed:
                raise await _moved_on(unit, link) from None
    except (NotFound, LinkEnded):
        raise
    except Problem as refused:
        return await _looked(house, token, wish.day, refused)


async def _moved_on(unit: Unit, link: Link) -> LinkEnded:
    """The booking is not where it was when the letter was written."""
    booking = await get_booking(unit, link.booking_id)
    word = booking.label.replace("_", " ")
    return LinkEnded(f"booking {booking.number} is {word}; this cannot be done any more")


async def _show_cancel(unit: Unit, link: Link, _: date | None, refused: Problem | None) -> str:
    shown = await bookings.preview_cancellation(unit, link.booking_id)
    return _page(
        unit,
        "link_cancel.html",
        booking=shown.booking,
        preview=shown,
        choice=unit.profile.refund.destination == "customer_choice",
        refused=_sentence(refused),
    )


async def _show_reschedule(
    unit: Unit, link: Link, day: date | None, refused: Problem | None
) -> str:
    shown = await bookings.openings(unit, link.booking_id, day)
    return _page(
        unit,
        "link_reschedule.html",
        booking=shown.booking,
        shown=shown,
        refused=_sentence(refused),
    )


async def _cancel(unit: Unit, link: Link, wish: LinkIn) -> str:
    reason = wish.reason or BY_LINK
    done = await bookings.cancel_booking(
        unit, link.booking_id, reason, wish.preview_token, wish.refund_to
    )
    return _page(unit, "link_cancelled.html", booking=done.booking, done=done)


async def _reschedule(unit: Unit, link: Link, wish: LinkIn) -> str:
    if wish.start_time is None:
        raise bookings.SlotUnavailable("choose one of the times")
    before = await get_booking(unit, link.booking_id)
    moved = await bookings.move_to(unit, before.id, wish.start_time, wish.reason or BY_LINK)
    return _page(unit, "link_moved.html", booking=moved, before=before)


async def _stuck(unit: Unit, link: Link, problem: Problem) -> str:
    """The booking stands, but this cannot be done at the moment; the link stays as it is."""
    booking = await get_booking(unit, link.booking_id)
    return _page(unit, "link_stuck.html", booking=booking, refused=_sentence(problem))


def _ended(house: House, sentence: str, status: int) -> Page:
    facts = {"brand": house.profile.branding, "ink": ink_on(house.profile.branding.colour)}
    return Page(render_page("link_ended.html", {**facts, "sentence": _begun(sentence)}), status)


def _page(unit: Unit, template: str, *, booking: BookingFacts, **facts: Any) -> str:
    brand = unit.profile.branding
    known = {"brand": brand, "ink": ink_on(brand.colour), "booking": booking}
    return render_page(template, {**known, **facts})


def _sentence(refused: Problem | None) -> str | None:
    return _begun(refused.detail) if refused else None


def _begun(sentence: str) -> str:
    """As a sentence of its own."""
    return sentence[:1].upper() + sentence[1:].rstrip(".") + "."


_SHOWN = {Act.cancel: _show_cancel, Act.reschedule: _show_reschedule}
_DONE = {Act.cancel: _cancel, Act.reschedule: _reschedule}
