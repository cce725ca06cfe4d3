"""Series over HTTP: look, decide, book, pay, call off."""

from typing import Any
from uuid import UUID

from fastapi import Response

from kalends.billing import (
    AddonUnavailable,
    KindNotOffered,
    StaffNotQualified,
    TooFarAway,
)
from kalends.core.edge import CurrentHouse, CurrentPrincipal, CurrentUnit, Routes
from kalends.core.errors import NotFound
from kalends.core.paging import Page, Paged
from kalends.core.unit import Unit
from kalends.core.wire import MoneyRead

from ..access import access_series
from ..errors import OwnVenue, SeriesClash, TooManyHolds
from ..repository import series as repository
from ..schemas.series import (
    OutcomeList,
    OutcomeRead,
    RefusedRead,
    SeriesCancelRequest,
    SeriesPreview,
    SeriesRead,
    SeriesRequest,
    SeriesSummary,
    TurnRead,
)
from ..service.present import document
from ..service.series import together
from ..service.series.create import book_series
from ..service.series.preview import outlook, plan_of
from ..types import BookingFacts
from ..types.series import SeriesFacts
from .acting import refund_read
from .base import as_json

series_routes = Routes("series", feature="series")
_PLANNING = [NotFound, KindNotOffered, AddonUnavailable, StaffNotQualified, TooFarAway, OwnVenue]
_TOLD = ("id", "kind", "every_weeks", "created_at")


@series_routes.add(
    "POST /booking-series/preview", summary="What a series would be", errors=_PLANNING
)
async def preview(unit: CurrentUnit, body: SeriesRequest) -> SeriesPreview:
    """Every turn: free, or in whose way it is and what is near. Nothing is held."""
    plan = await plan_of(unit, body)
    seen = await outlook(unit, body, plan)
    return SeriesPreview(
        time_zone=plan.zone,
        turns=[TurnRead.model_validate(turn.told()) for turn in seen.turns],
        clashes=len(seen.clashes),
        price_each=MoneyRead.of(plan.total),
        total=MoneyRead.of(seen.total),
    )


@series_routes.add(
    "POST /booking-series",
    summary="Book a series",
    errors=[*_PLANNING, SeriesClash, TooManyHolds],
    response_model=SeriesRead,
    status_code=201,
)
async def book(unit: CurrentUnit, body: SeriesRequest) -> Response:
    """All turns but those that are skipped, or, where one cannot be booked, none. Each is an ordinary booking
    with its own price, payment and cancellation; all are held until the same moment.
    """
    series, bookings = await book_series(unit, body)
    return as_json(_series(unit, series, bookings), 201)


@series_routes.add("GET /booking-series", summary="My series, newest first")
async def list_own_series(unit: CurrentUnit, page: Paged) -> Page[SeriesSummary]:
    found = await repository.own_page(unit, page)
    items = [
        SeriesSummary(
            **{name: getattr(one.series, name) for name in _TOLD},
            time_zone=one.series.zone,
            place=one.place,
            first_start=one.first_start,
            last_start=one.last_start,
            bookings=one.bookings,
            upcoming=one.upcoming,
        )
        for one in found.rows
    ]
    return Page(items=items, next_cursor=found.next_cursor)


@series_routes.add(
    "GET /booking-series/{series_id}",
    summary="A series with its bookings",
    errors=[NotFound],
    response_model=SeriesRead,
)
async def read_series(unit: CurrentUnit, series_id: UUID) -> Response:
    series = await access_series(unit, series_id)
    return as_json(_series(unit, series, await repository.bookings_of(unit, series_id)))


@series_routes.add(
    "POST /booking-series/{series_id}/pay",
    summary="Pay for what is left of a series from the wallet",
    errors=[NotFound],
)
async def pay(house: CurrentHouse, principal: CurrentPrincipal, series_id: UUID) -> OutcomeList:
    """The earliest first, as far as the money goes; what is not paid stays held until its hold ends."""
    done = await together.pay_rest(house, principal, series_id)
    return _outcomes(done)


@series_routes.add(
    "POST /booking-series/{series_id}/cancel",
    summary="Cancel what is left of a series",
    errors=[NotFound],
)
async def cancel(
    house: CurrentHouse, principal: CurrentPrincipal, series_id: UUID, body: SeriesCancelRequest
) -> OutcomeList:
    """Every booking that has not begun, each with the refund of its own tier. What cannot be cancelled stays,
    and its row says why.
    """
    done = await together.cancel_rest(house, principal, series_id, body.reason, body.refund_to)
    return _outcomes(done)


def _series(unit: Unit, series: SeriesFacts, bookings: list[BookingFacts]) -> dict[str, Any]:
    shown = SeriesRead(
        **{name: getattr(series, name) for name in _TOLD}, time_zone=series.zone, bookings=[]
    )
    return shown.model_dump(mode="json") | {"bookings": [document(unit, one) for one in bookings]}


def _outcomes(done: list[together.Outcome]) -> OutcomeList:
    return OutcomeList(items=[_outcome(one) for one in done])


def _outcome(one: together.Outcome) -> OutcomeRead:
    booking, why, gone = one.booking, one.refused, one.cancelled
    return OutcomeRead(
        booking_id=booking.id,
        number=booking.number,
        start_time=booking.start,
        state=booking.state,
        label=booking.label,
        done=why is None,
        refund=refund_read(gone.refund, gone.destination) if gone else None,
        refused=RefusedRead(code=why.code, detail=why.detail) if why else None,
    )
