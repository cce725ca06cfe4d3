"""Series in the database, and the bookings that belong to them."""

from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, text

from kalends.core.ids import new_id
from kalends.core.paging import PageQuery, Slice, id_after, slice_of
from kalends.core.unit import Unit

from ..models import Booking, BookingSeries
from ..types import BookingFacts
from ..types.series import SeriesFacts, SeriesTally
from .bookings import FULL, facts_of

_TABLE = BookingSeries.metadata.tables["booking_series"]
_B, _S = Booking.__table__.c, _TABLE.c
# What has been called off, or was never paid.
GONE = ("expired", "cancelled", "no_show")
_PAGE = text("""
    SELECT s.*, tally.* FROM booking_series s CROSS JOIN LATERAL (
        SELECT min(b.place->>'name') AS place, min(b.start_at) AS first_start, max(b.start_at) AS last_start,
               count(*) AS bookings,
               count(*) FILTER (WHERE b.state <> ALL(:gone) AND b.start_at > :now) AS upcoming
        FROM bookings b WHERE b.series_id = s.id
    ) AS tally
    WHERE s.customer_id = :customer AND (CAST(:last AS uuid) IS NULL OR s.id < :last)
    ORDER BY s.id DESC LIMIT :most
""")


async def add(unit: Unit, **values: Any) -> SeriesFacts:
    """Write a series of the caller down; its bookings follow."""
    known = {"id": new_id(), "customer_id": unit.user_id, "created_at": unit.now}
    made = insert(_TABLE).values(**known, **values).returning(*_S)
    return _facts((await unit.session.execute(made)).one())


async def find(unit: Unit, series_id: UUID) -> SeriesFacts | None:
    row = (await unit.session.execute(select(*_S).where(_S.id == series_id))).first()
    return _facts(row) if row else None


async def bookings_of(unit: Unit, series_id: UUID) -> list[BookingFacts]:
    """All bookings of the series, by start; a series is short."""
    query = FULL.where(_B.series_id == series_id).order_by(_B.start_at, _B.id)
    return [facts_of(unit, row) for row in await unit.session.execute(query)]


async def upcoming(unit: Unit, series_id: UUID, *states: str) -> list[UUID]:
    """The bookings that have not begun and have not ended, by start; of these states, if any are named."""
    wanted = _B.state.in_(states) if states else _B.state.not_in(GONE)
    query = select(_B.id).where(_B.series_id == series_id, _B.start_at > unit.now, wanted)
    return list((await unit.session.execute(query.order_by(_B.start_at, _B.id))).scalars())


async def own_page(unit: Unit, page: PageQuery) -> Slice[SeriesTally]:
    """The caller's own, newest first."""
    values = {
        "customer": unit.user_id,
        "now": unit.now,
        "gone": list(GONE),
        "last": id_after(page.cursor),
        "most": page.limit + 1,
    }
    rows = await unit.session.execute(_PAGE, values)
    found = [
        SeriesTally(
            _facts(row), row.place, row.first_start, row.last_start, row.bookings, row.upcoming
        )
        for row in rows
    ]
    return slice_of(found, page.limit, lambda one: (one.series.id,))


def _facts(row: Any) -> SeriesFacts:
    return SeriesFacts(
        row.id,
        row.kind,
        row.customer_id,
        row.provider_id,
        row.venue_id,
        row.every_weeks,
        row.zone,
        row.created_at,
    )
