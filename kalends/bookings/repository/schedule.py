"""The jobs of members of a staff, by what their calendars were taken for."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, distinct, func, select, text

from kalends.core.unit import Unit

from ..models import Booking, BookingSlot
from ..rules.ranges import Span
from ..types import BookingFacts
from .bookings import FULL, facts_of

_B, _S = Booking.__table__.c, BookingSlot.__table__.c
# What nobody has to turn up for: not agreed yet, or no longer.
NO_JOB = ("draft", "awaiting_payment", "declined_with_option", "expired", "cancelled")
MOST = 200


async def jobs_per_day(
    unit: Unit, staff_ids: Sequence[UUID], window: Span, zone: str
) -> list[tuple[datetime, int]]:
    """How many jobs begin on each local date that has any: midnight without its zone, and the number."""
    day = func.date_trunc("day", func.timezone(zone, _S.start_at)).label("day")
    query = (
        select(day, func.count(distinct(_S.booking_id)))
        .join(Booking, _B.id == _S.booking_id)
        .where(*_jobs(staff_ids, window))
        .group_by(text("day"))
        .order_by(text("day"))
    )
    return [(at, count) for at, count in await unit.session.execute(query)]


async def jobs_in(unit: Unit, staff_ids: Sequence[UUID], window: Span) -> list[BookingFacts]:
    """The bookings that have one of these in the window, by start; at most 200."""
    wanted: Select[tuple[UUID]] = select(_S.booking_id).where(*_jobs(staff_ids, window)[:-1])
    query = FULL.where(_B.id.in_(wanted), _B.state.not_in(NO_JOB))
    rows = await unit.session.execute(query.order_by(_B.start_at, _B.id).limit(MOST))
    return [facts_of(unit, row) for row in rows]


def _jobs(staff_ids: Sequence[UUID], window: Span) -> tuple[ColumnElement[bool], ...]:
    return (
        _S.kind == "staff",
        _S.resource_id.in_(staff_ids),
        _S.start_at >= window.start,
        _S.start_at < window.end,
        _B.state.not_in(NO_JOB),
    )
